"""Coming in and going out: everything that stands between a person and the records.

login.py      name, password, code      locking.py     the idle lock, PIN         proving.py  the password again
welcome.py    the first admin           invitation.py  a one-time code            account.py  what is one's own
authenticator.py  the second factor and its recovery codes
said.py       why somebody was not let in, in words; the picture for an authenticator
"""

from __future__ import annotations

from devicelog.web.gate import Gate
from devicelog.web.pages.access import account, authenticator, invitation, locking, login, proving, welcome

GATES: tuple[Gate, ...] = (
    login.pages,
    locking.pages,
    proving.pages,
    welcome.pages,
    invitation.pages,
    account.pages,
    authenticator.pages,
)
