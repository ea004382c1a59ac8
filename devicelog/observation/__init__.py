"""What a reading becomes: the layout of its values, runs of many alike, and what a change of a counter means."""
