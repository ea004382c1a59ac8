"""People of the clinic with accounts, each logged in at this computer."""

from __future__ import annotations

from devicelog import clock
from devicelog.account import Role
from devicelog.accounts.accounts import Accounts
from devicelog.accounts.door import LoggedIn
from devicelog.accounts.invitations import Accepted, Chosen
from devicelog.accounts.people import Description
from tests.web.people import ADDRESS, PASSWORD

PIN = "482915"


def logged_in(accounts: Accounts, name: str, role: Role, *, pin: bool = False) -> str:
    """The token of a new person; `pin`: who also chose one."""
    login = name.lower().replace(".", "").replace(" ", "-")
    now = clock.now().wall_ns
    code = accounts.people.add(Description(name, login, "physician", "R-1"), [role.value], now, by="a test")
    accepted = accounts.invitations.accept(code.code, Chosen(PASSWORD), now, address=ADDRESS, is_local=True)
    assert isinstance(accepted, Accepted), accepted
    found = accounts.door.log_in(login, PASSWORD, now, address=ADDRESS, is_local=True)
    assert isinstance(found, LoggedIn), found
    if pin:
        accounts.own.set_pin(found.token, PIN, now)
    return found.token
