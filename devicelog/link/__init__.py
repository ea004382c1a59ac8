"""The lines to the devices: ports, who holds them, what is read from them and what may be sent."""
