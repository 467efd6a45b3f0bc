"""Stages on the shared time axis, one lane a file."""
