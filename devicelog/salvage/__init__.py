"""Saving what still verifies from a damaged store, and naming the rest; the damaged store is only read.

finding.py   the rows on every page that can be read     proving.py   what of a session its chain and seals prove
saving.py    the new store                               report.py    what was saved and what was not
"""
