"""One view a file: what is drawn, and never what is computed."""
