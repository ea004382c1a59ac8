"""A session without what names a person, a place or a device: entries in, entries out, exported as any other.

    cover.py      what stands in the place of a name, a number, a date     table.py      what becomes of every field
    rules.py      what may become of a field                              stated.py     the same of what people state
    values.py     what a device reported                                  sentences.py  what the program says in words
    protocol.py   the treatment protocol                                  session.py    the session that is exported

A field or a kind of entry that the table does not know is left out. docs/exports.md says what stays and what it tells.
"""

from devicelog.export.deidentified.cover import signing_key
from devicelog.export.deidentified.session import deidentified

__all__ = ["deidentified", "signing_key"]
