"""KD Scientific Legato and Harvard Elite pumps: their replies and what they say."""
