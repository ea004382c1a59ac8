"""New Era NE-1000 family: its frames and what its replies say."""
