"""Stored bytes decoded again, held against what was recorded, and what is accepted of it."""
