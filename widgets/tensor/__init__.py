"""One frame's tensor: its sheets, cells and sides."""
