"""Screening: what is asked before a session, what the answers mean, what was overridden, and the care times; pure."""
