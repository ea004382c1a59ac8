"""Treatment protocols: their files, their limits and what an observation means against them."""
