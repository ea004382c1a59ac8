"""People of any role with accounts as a station makes them, second factor included, logged in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyotp

from devicelog import clock
from devicelog.accounts.door import LoggedIn
from devicelog.accounts.invitations import Accepted, Chosen, Invitation
from devicelog.accounts.people import Description
from tests.web.people import ADDRESS, PASSWORD

if TYPE_CHECKING:
    from devicelog.account import Role
    from devicelog.accounts.accounts import Accounts

_STEP_S = 30


@dataclass(frozen=True, slots=True)
class Visitor:
    """The token of a log-in session, and recovery codes for whatever asks for a code again."""

    name: str
    token: str
    codes: tuple[str, ...]


def visitor(accounts: Accounts, name: str, *roles: Role) -> Visitor:
    """A new person of these roles."""
    login, now = name.lower().replace(".", "").replace(" ", "-"), clock.now().wall_ns
    held = [role.value for role in roles]
    code = accounts.people.add(Description(name, login, "physician", "R-1"), held, now, by="a test").code
    invited = accounts.invitations.look(code, now, address=ADDRESS, is_local=True)
    assert isinstance(invited, Invitation)
    factor = pyotp.TOTP(invited.offer.secret)
    chosen = Chosen(PASSWORD, factor.at(now // 1_000_000_000))
    accepted = accounts.invitations.accept(code, chosen, now, address=ADDRESS, is_local=True)
    assert isinstance(accepted, Accepted), accepted
    later = factor.at(now // 1_000_000_000 + _STEP_S)  # each code is good once
    found = accounts.door.log_in(login, PASSWORD, now, address=ADDRESS, is_local=True, code=later)
    assert isinstance(found, LoggedIn), found
    return Visitor(name, found.token, accepted.recovery_codes)
