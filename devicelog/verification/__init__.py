"""Whether what is kept still is what was recorded: a whole store, one session, or the ledger inside an export.

findings.py   what was found: faults, notes on what could not be checked, figures
session.py    the entries, chunks and seals of one session, wherever they are kept
accesses.py   the log of who read what, and that no line of it is gone
store.py      what a store adds: its list of sessions, approvals, subjects, pages
seal_chain.py the chain of all seals, their keys and acts
history.py    what was restored or salvaged, and what that explains
amendments.py what stands behind the end of a session
witnesses.py  what witnesses outside the machine say of the seals
"""
