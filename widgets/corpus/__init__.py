"""A corpus in the window: its table, and its errors by group."""
