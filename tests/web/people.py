"""People with accounts, made the way a station makes them, and logged in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyotp
from argon2.profiles import CHEAPEST

from devicelog import clock
from devicelog.account import Role
from devicelog.accounts.accounts import Accounts
from devicelog.accounts.door import LoggedIn
from devicelog.accounts.invitations import Accepted, Chosen, Invitation
from devicelog.accounts.people import Description
from devicelog.store.folder import open_folder

if TYPE_CHECKING:
    from devicelog.account import Person

PASSWORD = "quiet walnut harbour lantern"
ADDRESS = "127.0.0.1"


def accounts_of(store: object) -> Accounts:
    """The accounts of a store, with hashes that cost next to nothing."""
    return Accounts.open(open_folder(Path(str(store))), CHEAPEST)


def accepted(
    accounts: Accounts, name: str, *roles: Role, login: str | None = None, with_totp: bool = False
) -> tuple[Person, str, tuple[str, ...]]:
    """A new person of these roles who has set the password; the secret of the authenticator, and recovery codes.

    Admins have an authenticator, and whoever `with_totp` says so.
    """
    login = login or name.lower().replace(".", "").replace(" ", "-")
    now, held = clock.now().wall_ns, [role.value for role in roles or (Role.PRACTITIONER,)]
    given = accounts.people.add(Description(name, login, "physician", "R-1"), held, now, by="a test")
    found = accounts.invitations.look(given.code, now, address=ADDRESS, is_local=True)
    assert isinstance(found, Invitation), found
    secret = found.offer.secret
    code = pyotp.TOTP(secret).at(now // 1_000_000_000) if with_totp or found.must_totp else None
    done = accounts.invitations.accept(given.code, Chosen(PASSWORD, code), now, address=ADDRESS, is_local=True)
    assert isinstance(done, Accepted), done
    return done.person, secret, done.recovery_codes


def log_in(accounts: Accounts, name: str, *roles: Role, login: str | None = None) -> str:
    """The token of a log-in session of a new person of these roles, practitioner if none is named."""
    person, _, codes = accepted(accounts, name, *roles, login=login)
    now, code = clock.now().wall_ns, codes[0] if codes else None
    found = accounts.door.log_in(person.login, PASSWORD, now, address=ADDRESS, is_local=True, code=code)
    assert isinstance(found, LoggedIn), found
    return found.token
