"""Saving what still verifies from a damaged store, and naming the rest; the damaged store is only read.

recognising.py  whose store it is, and with which keys    finding.py  the rows on every page that can be read
proving.py      what its chain and seals prove            saving.py   the new store
report.py       what was saved and what was not
"""
