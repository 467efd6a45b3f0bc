"""What the application knows, observable: the timeline, jobs, the recording being computed, markers, the session."""
