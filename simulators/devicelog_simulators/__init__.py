"""Simulators of the reference devices: what they send, byte for byte, on a virtual clock."""
