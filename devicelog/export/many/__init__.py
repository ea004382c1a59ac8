"""Many exports in one folder, under one signed list: of a clinic's sessions, or of all that is kept of one person."""
