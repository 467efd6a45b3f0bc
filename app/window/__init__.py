"""The main window: its commands in one table, the verbs they carry out, its panels and dialogs."""
