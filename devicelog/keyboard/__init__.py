"""Somebody who types: where the keys come from, and how they become lines. Knows no session."""
