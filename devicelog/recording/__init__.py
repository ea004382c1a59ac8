"""A session while it lasts: its plan, its loop, and what happens when store or loop stand still."""
