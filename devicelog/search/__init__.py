"""Sessions found again: lists, searches, recalls of lots, statistics.

`digest` is a session in short, `projector` makes it of the ledger, `terms` is what it is found by, `upkeep` keeps both
in the store, `finding` searches there. `beginning` is the line of a session of which nothing is kept yet. `trace`
follows a lot, `earlier` a subject, `statistics` counts.
"""
