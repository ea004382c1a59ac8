"""pytest plugin for driver authors."""
