"""Administration: what the installation is made of, for whoever looks after it.

proof.py      the password again, before what cannot be taken back      attention.py  what needs somebody
start.py      the first page                                            chores.py     long work, and how far it is
protocols.py  treatment protocols    approvals.py  approving them       deriving.py   a copy with other limits
known.py      the protocols that are known here, by name                keys.py       keys and witnesses
backups.py    backups                accesses.py   who read what        doctor.py     this computer
retention.py  how long records are kept                                 erasing.py    erasing a person
outbox.py     what is still to be delivered    people.py     who may log in, and as what
tokens.py     what other programs log in with          webhooks.py   programs that are told
"""

from __future__ import annotations

from devicelog.web.gate import Gate
from devicelog.web.pages.administration import (
    accesses,
    approvals,
    backups,
    chores,
    deriving,
    doctor,
    erasing,
    keys,
    outbox,
    people,
    protocols,
    retention,
    start,
    tokens,
    webhooks,
)

#: Of two paths that fit, the one that comes first is taken: names stand before what may be any name.
GATES: tuple[Gate, ...] = (
    start.pages,
    chores.pages,
    deriving.pages,
    protocols.pages,
    approvals.pages,
    keys.pages,
    backups.pages,
    accesses.pages,
    doctor.pages,
    erasing.pages,
    retention.pages,
    outbox.pages,
    webhooks.pages,
    people.pages,
    tokens.pages,
)
