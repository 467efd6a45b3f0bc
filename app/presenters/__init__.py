"""What fills the widgets: lanes, frame panel and curves kept at the runs that are shown."""
