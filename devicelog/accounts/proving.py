"""Whether somebody is who they say: password, second factor and throttle together, and one answer for all that fails.

Whoever has the wrong name, the wrong password or the wrong code is told the same, after the same time. A try is counted
before it is looked at and given back when it was right, so that many at once are no more tries than one after another.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TypeVar

import structlog

from devicelog.account import Person
from devicelog.accounts import throttle
from devicelog.accounts.password import Passwords
from devicelog.accounts.secret import hash_of_code, is_code
from devicelog.accounts.session import needs_totp
from devicelog.accounts.totp import opened, step_of
from devicelog.errors import NotNowError
from devicelog.store.accounts.accounts import AccountsFile, Rows

Result = TypeVar("Result")

_SECOND = 1_000_000_000
_DAY = 24 * 3600 * _SECOND
#: How long somebody waits who came while too many others did (s).
CROWD_S = 5

_log = structlog.get_logger()


class Refusal(StrEnum):
    """Why somebody was not let in; only who has given the right password is told more than WRONG or WAIT."""

    WRONG = "wrong"
    WAIT = "wait"
    CODE_NEEDED = "code_needed"
    """The password is right; the second factor is to be given with it."""
    SET_UP_NEEDED = "set_up_needed"
    """The password is right; there is no second factor yet, and from here it needs one."""
    PASSWORD_NEEDED = "password_needed"  # noqa: S105
    """A PIN is not enough (any more), or the password was not given just now."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Not let in; `wait_s` is how long until the next try is taken (s)."""

    why: Refusal
    wait_s: int = 0


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody gives to prove who they are: name, password, code (of the authenticator, or a recovery code)."""

    login: str
    password: str
    code: str | None
    address: str
    is_local: bool


class Proving:
    """Checks what somebody gives; safe in several threads."""

    def __init__(self, file: AccountsFile, passwords: Passwords) -> None:
        self._file = file
        self._passwords = passwords

    def prove(self, given: Given, now: int, then: Callable[[Rows, Person, bool], Result]) -> Result | Refused:
        """What `then` makes of it, in the transaction that used the code up; it is told whether there was a code.

        `given.login` is as `login_key` has it. Raises StoreFormatError or NotNowError if the accounts cannot be used.
        """
        with self._file.changing() as rows:
            person = rows.people.by_login(given.login)
            left = self._take(rows, given, person, now)
            if left:
                return wait_for(left)
            kept = rows.people.proofs(person.id).password if person is not None and person.disabled is None else None
            is_known = person is not None and rows.logins.was_at(person.id, given.address)
        try:
            right = self._passwords.is_right(kept, given.password, is_known=is_known)
            anew = (
                self._passwords.hash(given.password) if right and kept and self._passwords.is_outdated(kept) else None
            )
        except NotNowError:
            with self._file.changing() as rows:
                self._give_back(rows, given, 1)
            return Refused(Refusal.WAIT, CROWD_S)
        if not right or person is None:
            return self._wrong(given, person)
        with self._file.changing() as rows:
            known = rows.people.get(person.id)
            if known is None or known.disabled is not None or rows.people.proofs(known.id).password != kept:
                return self._wrong(given, person)  # disabled, or another password, a moment ago
            found = self._second(rows, known, given, now)
            if isinstance(found, Refused):
                if found.why is not Refusal.WRONG:
                    self._give_back(rows, given, 1)
                return found
            if anew is not None:
                rows.people.set_password(known.id, anew)
            here = rows.tries.get(self._keys(given)[0]).count
            self._give_back(rows, given, here)
            return then(rows, known, found)

    def _second(self, rows: Rows, person: Person, given: Given, now: int) -> bool | Refused:
        """Whether the second factor was given; a code is used up."""
        code = (given.code or "").strip()
        needed = needs_totp(person, given.is_local)
        if not person.has_totp:
            return Refused(Refusal.SET_UP_NEEDED) if needed else False
        if not code:
            return Refused(Refusal.CODE_NEEDED) if needed else False
        if self._use(rows, person, code, now):
            return True
        _log.warning("log-in refused", why="the code is wrong", person=person.id, address=given.address)
        return Refused(Refusal.WRONG)

    def _use(self, rows: Rows, person: Person, code: str, now: int) -> bool:
        if is_code(code):
            used = rows.people.use_recovery(person.id, hash_of_code(code))
            if used:
                _log.warning("recovery code used", person=person.id)
            return used
        proofs = rows.people.proofs(person.id)
        secret = opened(self._file.secret("totp"), person.id, proofs.totp) if proofs.totp is not None else None
        step = step_of(secret, code, now, proofs.totp_step) if secret is not None else None
        return step is not None and rows.people.use_totp(person.id, step)

    def _wrong(self, given: Given, person: Person | None) -> Refused:
        who = {"person": person.id} if person is not None else {}
        _log.warning("log-in refused", why="name or password is wrong", address=given.address, **who)
        return Refused(Refusal.WRONG)

    # -- the throttle ------------------------------------------------------------------------------------------

    def take_address(self, address: str, now: int) -> int:
        """Count a try of whoever has no name yet, from an address; how long to wait first (ns)."""
        with self._file.changing() as rows:
            return self._take(rows, Given("", "", None, address, is_local=False), None, now)

    def give_back_address(self, address: str) -> None:
        """It was right: forget the tries of that address without a name."""
        given = Given("", "", None, address, is_local=False)
        with self._file.changing() as rows:
            self._give_back(rows, given, rows.tries.get(self._keys(given)[0]).count)

    def _take(self, rows: Rows, given: Given, person: Person | None, now: int) -> int:
        keys = self._keys(given)
        here, address, account = (rows.tries.get(key) for key in keys)
        known = given.is_local or (person is not None and rows.logins.was_at(person.id, given.address))
        left = throttle.wait(throttle.Counts(here, address, account, known), now)
        if left:
            return left
        if not here.count:
            rows.tries.forget(now - _DAY, now + _DAY)
        for key, tries in zip(keys, (here, address, account), strict=True):
            rows.tries.put(key, throttle.failed(tries, now))
        return 0

    def _give_back(self, rows: Rows, given: Given, count: int) -> None:
        for key in self._keys(given):
            rows.tries.put(key, throttle.forgiven(rows.tries.get(key), count))

    def _keys(self, given: Given) -> tuple[bytes, bytes, bytes]:
        """The counts of this address at this account, of this address, and of this account; no name can be read."""
        secret, network = self._file.secret("tries"), throttle.network_of(given.address)
        names = (f"here\0{network}\0{given.login}", f"address\0{network}", f"account\0{given.login}")
        here, address, account = (
            hmac.new(secret, name.encode("utf-8", "surrogatepass"), sha256).digest() for name in names
        )
        return here, address, account


def wait_for(left: int) -> Refused:
    """The refusal of a try that comes too early; `left` is how long too early (ns)."""
    return Refused(Refusal.WAIT, -(-left // _SECOND))
