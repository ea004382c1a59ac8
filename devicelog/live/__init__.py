"""What a live view knows of a session that is recorded; the terminal and a page show it, each in its own way."""
