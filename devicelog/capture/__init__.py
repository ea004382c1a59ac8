"""Captures: the bytes of a line as they came, in a file that a stranger can read; docs/captures.md has the format.

A capture is taken by listening only, unless a driver is named that asks. It is read back as what people see, as the
chunks of a session, or as a fixture.
"""
