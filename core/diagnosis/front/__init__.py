"""What a port's front end is, from its recording to its rows: a search over recipes."""
