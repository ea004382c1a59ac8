"""The API for the clinic's software, under /api/v1; health and metrics beside it. docs/api.md says what holds.

gate.py       a token, its scopes, and the guard of every endpoint    problem.py   errors (RFC 9457)
caller.py     who asks, and what is asked                             models.py    what answers look like
described.py  the description of all of it (OpenAPI 3.1)              body.py      what is sent
sessions.py   lists, one session, its state                           beginning.py begin, state, end
entries.py    the ledger by cursor                                    plans.py     a plan as JSON
stream.py     the ledger as it grows                                  keys.py      the same request twice
exports.py    files of a session                                      devices.py   what is bound, plugged in, installed
webhooks.py   who is told of what                                     health.py    metrics.py
feed.py       wakes who waits for entries                             joining.py   into the application
"""
