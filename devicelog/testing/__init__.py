"""Kit for driver authors: a conformance suite and a pytest plugin."""
