"""The SD-10 syringe dispenser, an invented device: a driver and a simulator for devicelog."""
