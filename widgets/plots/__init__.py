"""Plots of many values at once."""
