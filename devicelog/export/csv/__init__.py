"""The CSV package of a session: its tables, a data dictionary and a description that programs read."""
