"""What a one-time code is good for: making the first admin, or setting a password (and a second factor) by oneself.

A code counts against the throttle of the address that types it. It is used up in the same transaction that keeps the
password; until then it can be typed again, so that a password which is refused costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from devicelog.account import Person, Role
from devicelog.accounts.password import Passwords, check_password
from devicelog.accounts.people import Description, insert, known
from devicelog.accounts.person import login_of, text_of
from devicelog.accounts.proving import Proving, Refusal, Refused, wait_for
from devicelog.accounts.secret import hash_of_code, new_code
from devicelog.accounts.session import needs_totp
from devicelog.accounts.totp import RECOVERY_CODES, new_secret, opened, provisioning_uri, sealed, step_of
from devicelog.errors import BadInputError
from devicelog.store.accounts.accounts import AccountsFile, Rows
from devicelog.store.accounts.people import CodeRow

#: Sealed with a secret that is offered before its person is there.
_FIRST = "first"

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Offer:
    """A second factor to be set up: its secret in base 32 to be typed, and as what a QR code holds."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a code is for: `person` is None for the first admin. `must_totp`: it takes a second factor."""

    person: Person | None
    expires: int
    must_totp: bool
    offer: Offer


@dataclass(frozen=True, slots=True)
class Accepted:
    """What came of a code; `recovery_codes` are shown once, none if no second factor was set up."""

    person: Person
    recovery_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What whoever has a code chose: a password, and the code that the authenticator shows for the offered secret."""

    password: str
    totp_code: str | None = None


class Invitations:
    """One-time codes; safe in several threads."""

    def __init__(self, file: AccountsFile, passwords: Passwords, proving: Proving) -> None:
        self._file = file
        self._passwords = passwords
        self._proving = proving

    def look(self, code: str, now: int, *, address: str, is_local: bool) -> Invitation | Refused:
        """What a code is for, with the second factor that is offered: the same at every look."""
        row = self._row(code, now, address)
        if isinstance(row, Refused):
            return row
        with self._file.changing() as rows:
            person = rows.people.get(row.person) if row.person is not None else None
            must = person is None or (needs_totp(person, is_local) and not person.has_totp)
            secret = self._secret(rows, row)
        uri = provisioning_uri(secret, person.login if person is not None else "admin")
        return Invitation(person, row.expires, must, Offer(secret, uri))

    def accept(self, code: str, chosen: Chosen, now: int, *, address: str, is_local: bool) -> Accepted | Refused:
        """Set the password of the person who was invited; all sessions of before end. They log in afterwards.

        Raises BadInputError, and the code holds on, if the password is refused or the authenticator's code is wrong.
        """
        row = self._row(code, now, address)
        if isinstance(row, Refused):
            return row
        if row.person is None:
            return Refused(Refusal.WRONG)
        with self._file.looking() as rows:
            person = known(rows, row.person)
        check_password(chosen.password, (person.name, person.login))
        hashed = self._passwords.hash(chosen.password)
        with self._file.changing() as rows:
            person = known(rows, person.id)
            if person.disabled is not None or not rows.people.use_code(row.hash):
                return Refused(Refusal.WRONG)
            must = needs_totp(person, is_local) and not person.has_totp
            recovery = self._set(rows, person.id, row, hashed, chosen, now, must=must)
            rows.logins.end_all(person.id, now, "password set anew")
            person = known(rows, person.id)
        _log.warning("one-time code used", person=person.id, address=address)
        return Accepted(person, recovery)

    def accept_first(
        self, code: str, described: Description, chosen: Chosen, now: int, *, address: str
    ) -> Accepted | Refused:
        """Make the first admin. Raises BadInputError as `accept` does, and for names that cannot be."""
        row = self._row(code, now, address)
        if isinstance(row, Refused):
            return row
        if row.person is not None:
            return Refused(Refusal.WRONG)
        check_password(chosen.password, (text_of(described.name, "name"), login_of(described.login)))
        hashed = self._passwords.hash(chosen.password)
        with self._file.changing() as rows:
            if rows.people.all() or not rows.people.use_code(row.hash):
                return Refused(Refusal.WRONG)
            person = insert(rows, described, frozenset({Role.ADMIN}), now, None)
            recovery = self._set(rows, person.id, row, hashed, chosen, now, must=True)
            person = known(rows, person.id)
        _log.warning("first code used", person=person.id, address=address)
        return Accepted(person, recovery)

    def _row(self, code: str, now: int, address: str) -> CodeRow | Refused:
        """The code that was typed, if it holds; a wrong one counts against the address."""
        left = self._proving.take_address(address, now)
        if left:
            return wait_for(left)
        with self._file.looking() as rows:
            row = rows.people.code(hash_of_code(code))
            person = rows.people.get(row.person) if row is not None and row.person is not None else None
        if row is None or now >= row.expires or (person is not None and person.disabled is not None):
            _log.warning("one-time code refused", address=address)
            return Refused(Refusal.WRONG)
        self._proving.give_back_address(address)
        return row

    def _secret(self, rows: Rows, row: CodeRow) -> str:
        """The secret that is offered behind a code; made at the first look."""
        whose = row.person or _FIRST
        kept = rows.people.code(row.hash)
        found = opened(self._file.secret("totp"), whose, kept.totp) if kept is not None and kept.totp else None
        if found is None:
            found = new_secret()
            rows.people.offer_behind(row.hash, sealed(self._file.secret("totp"), whose, found))
        return found

    def _set(
        self, rows: Rows, person: str, row: CodeRow, hashed: str, chosen: Chosen, now: int, *, must: bool
    ) -> tuple[str, ...]:
        rows.people.set_password(person, hashed)
        given = (chosen.totp_code or "").strip()
        if not given and not must:
            return ()
        offered = opened(self._file.secret("totp"), row.person or _FIRST, row.totp) if row.totp is not None else None
        return set_totp(rows, self._file, person, offered, given, now)


def set_totp(rows: Rows, file: AccountsFile, person: str, offered: str | None, code: str, now: int) -> tuple[str, ...]:
    """Keep a second factor whose code is right, and fresh recovery codes, which are returned; BadInputError if not."""
    step = step_of(offered, code, now, 0) if offered is not None and code else None
    if offered is None or step is None:
        found = "the code of the authenticator is not right" if code else "no code of an authenticator was given"
        raise BadInputError(f"{found}; scan the picture, and type the six digits that it shows now.")
    codes = tuple(new_code() for _ in range(RECOVERY_CODES))
    key = file.secret("totp")
    rows.people.set_totp(person, sealed(key, person, offered), step, map(hash_of_code, codes))
    return codes
