"""A devicelog driver and a simulator for the SD-10 syringe dispenser (invented)."""
