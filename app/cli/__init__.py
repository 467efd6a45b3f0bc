"""The command line: one module a command, how it is described and what it prints."""
