"""A clinic for the tests of the accounts: a store with keys of its own, people in it, and a clock that a test moves.

Hashes are made with the cheapest parameters of argon2-cffi, which only the constructor takes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyotp
import pytest
from argon2.profiles import CHEAPEST

from devicelog.account import Person
from devicelog.accounts.accounts import Accounts
from devicelog.accounts.door import LoggedIn, Seen
from devicelog.accounts.invitations import Accepted, Chosen, Invitation
from devicelog.accounts.people import Description
from devicelog.accounts.proving import Refused
from devicelog.store.folder import Folder, open_folder
from devicelog.store.writer import Writer

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

#: Passwords that nobody guesses.
GOOD, OTHER = "fern quarry lamp ninety", "velvet anchor moth piano"
#: This computer, and a tablet.
HERE, TABLET, ELSEWHERE = "127.0.0.1", "192.168.7.20", "192.168.7.66"


@dataclass
class Clinic:
    """Accounts with a clock; `secrets` are those that the people's authenticators hold."""

    folder: Folder
    accounts: Accounts
    now: int = 1_767_258_000 * SECOND
    secrets: dict[str, str] = field(default_factory=dict)
    stepped: int = 0
    """By how much the wall clock was set ahead of the time that passed (ns)."""

    def boot(self) -> int:
        """The boot clock, which nobody sets."""
        return self.now - self.stepped

    def step(self, by: int) -> None:
        """Set the wall clock (ns)."""
        self.now += by
        self.stepped += by

    def code(self, person: Person) -> str:
        """What the person's authenticator shows now; a fresh step, as who waits for the next code has it."""
        self.now += 30 * SECOND
        return pyotp.TOTP(self.secrets[person.id]).at(self.now // SECOND)

    def person(
        self, name: str, *roles: str, password: str = GOOD, with_totp: bool | None = None, address: str = HERE
    ) -> Person:
        """Somebody who was added and has set a password, with an authenticator if the role or `with_totp` says so."""
        login = name.rpartition(" ")[2].lower()
        given = self.accounts.people.add(Description(name, login), roles or ("practitioner",), self.now, by="Test")
        accepted = self.accept(given.code, password, with_totp=with_totp, address=address)
        assert isinstance(accepted, Accepted)
        return accepted.person

    def accept(
        self, code: str, password: str = GOOD, *, with_totp: bool | None = None, address: str = HERE
    ) -> Accepted | Refused:
        """Use a one-time code, with an authenticator if it is needed or asked for."""
        is_local = address == HERE
        found = self.accounts.invitations.look(code, self.now, address=address, is_local=is_local)
        if isinstance(found, Refused):
            return found
        totp = None
        if found.must_totp if with_totp is None else with_totp:
            totp = pyotp.TOTP(found.offer.secret).at(self.now // SECOND)
        chosen = Chosen(password, totp)
        done = self.accounts.invitations.accept(code, chosen, self.now, address=address, is_local=is_local)
        if isinstance(done, Accepted) and totp is not None:
            self.secrets[done.person.id] = found.offer.secret
        return done

    def first_admin(self, name: str = "Ada Adminova") -> Person:
        """The first admin, made with the first code."""
        given = self.accounts.people.first_code(self.now)
        assert given is not None
        found = self.accounts.invitations.look(given.code, self.now, address=HERE, is_local=True)
        assert isinstance(found, Invitation)
        chosen = Chosen(GOOD, pyotp.TOTP(found.offer.secret).at(self.now // SECOND))
        described = Description(name, name.rpartition(" ")[2].lower())
        done = self.accounts.invitations.accept_first(given.code, described, chosen, self.now, address=HERE)
        assert isinstance(done, Accepted)
        self.secrets[done.person.id] = found.offer.secret
        return done.person

    def try_in(
        self, who: Person | str, password: str = GOOD, *, address: str = HERE, code: str | None = None
    ) -> LoggedIn | Refused:
        """Try to log in."""
        login = who if isinstance(who, str) else who.login
        is_local = address == HERE
        return self.accounts.door.log_in(login, password, self.now, address=address, is_local=is_local, code=code)

    def log_in(self, who: Person, password: str = GOOD, *, address: str = HERE, code: str | None = None) -> str:
        """Log in, with the authenticator if there is one; the token."""
        if code is None and who.id in self.secrets:
            code = self.code(who)
        found = self.try_in(who, password, address=address, code=code)
        assert isinstance(found, LoggedIn), found
        return found.token

    def look(self, token: str, *, is_local: bool = True, counts: bool = True) -> Seen | None:
        """Who has a token now."""
        return self.accounts.door.look(token, self.now, is_local=is_local, counts=counts)

    def reopen(self) -> None:
        """The station ends and starts again."""
        self.accounts.close()
        self.accounts = Accounts.open(self.folder, CHEAPEST, self.boot)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store and its keys, without anybody in it, to be copied."""
    made = tmp_path_factory.mktemp("empty")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DEVICELOG_KEYS", str(made / "keys"))
        with Writer.open(made / "store") as writer:
            Accounts.open(writer.folder, CHEAPEST).close()
    return made


@pytest.fixture
def clinic(empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clinic]:
    """A store without anybody in it."""
    shutil.copytree(empty, tmp_path / "clinic")
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "clinic" / "keys"))
    folder = open_folder(tmp_path / "clinic" / "store")
    made = Clinic(folder, Accounts.open(folder, CHEAPEST))
    made.reopen()
    yield made
    made.accounts.close()
