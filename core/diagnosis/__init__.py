"""The diagnosis: faults as hypotheses that are run against a port, and what each of them explains."""
