"""DWIN DGUS display bus: frames, what they say, and what a display shows by a map of its variables."""
