"""Comparison: two runs in, values out; nothing is printed and nothing decided by a picture."""
