"""Logging in and out, locking and coming back: what a page asks on every request."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from devicelog import clock
from devicelog.account import Person
from devicelog.accounts.password import Passwords
from devicelog.accounts.person import login_key
from devicelog.accounts.proving import CROWD_S, Given, Proving, Refusal, Refused
from devicelog.accounts.secret import hash_of_token, new_id, new_token
from devicelog.accounts.session import KEPT, LONGEST, NOTED, PIN_TRIES, LoginSession, is_idle, is_over, login_session
from devicelog.errors import NotNowError
from devicelog.store.accounts.accounts import AccountsFile, Rows
from devicelog.store.accounts.logins import LoginRow

#: How long somebody waits who came while too many others did (s).
_CROWD_S = 5
#: Of so many sessions it is known since when they are counted by the boot clock.
_MOST = 10_000

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """Somebody was let in; `token` is for the cookie and is kept nowhere else."""

    token: str
    person: Person
    session: LoginSession


@dataclass(frozen=True, slots=True)
class Seen:
    """Who has a token. While `session.is_locked` nothing of a record may be shown to them."""

    person: Person
    session: LoginSession


class Door:
    """Log-in sessions; safe in several threads. `now` is the wall time in ns, given by whoever asks.

    How long a session has lasted, and has not been used, is told by the boot clock (`boot`, ns) for as long as the
    process lives: a wall clock that is set neither locks a session nor lets it last. After a start it is told by the
    wall clock.
    """

    def __init__(
        self, file: AccountsFile, passwords: Passwords, proving: Proving, boot: Callable[[], int] = clock.boot_ns
    ) -> None:
        self._file = file
        self._passwords = passwords
        self._proving = proving
        self._boot = boot
        self._used: dict[bytes, int] = {}
        self._since: dict[bytes, int] = {}
        self._left: set[bytes] = set()
        self._guard = threading.Lock()

    def log_in(
        self, login: str, password: str, now: int, *, address: str, is_local: bool, code: str | None = None
    ) -> LoggedIn | Refused:
        """Begin a session. `is_local`: at this computer itself. `code`: of the authenticator, or a recovery code."""

        def begin(rows: Rows, person: Person, with_totp: bool) -> LoggedIn:
            return self._begin(rows, person, now, address, is_local=is_local, with_totp=with_totp)

        return self._proving.prove(Given(login_key(login), password, code, address, is_local), now, begin)

    def look(self, token: str, now: int, *, is_local: bool, counts: bool = True) -> Seen | None:
        """Who has this token; None for nobody: unknown, ended, run out, or disabled.

        `counts` is False for what a page asks by itself (a stream, a picture), so that it does not keep a session open.
        """
        hash_ = hash_of_token(token)
        with self._file.looking() as rows:
            row = rows.logins.get(hash_)
            person = rows.people.get(row.person) if row is not None and row.ended is None else None
        if row is None or person is None or person.disabled is not None:
            return None
        now = self.at(hash_, now)
        if hash_ in self._left or is_over(row, now):
            self._end(hash_, now, "logged out" if hash_ in self._left else "ran out")
            return None
        if row.is_local and not is_local and not row.with_totp:
            return None  # begun at this computer without the second factor: good for nothing elsewhere
        if not row.locked and is_idle(self._last(row), now):
            row = self._lock_idle(row)
        elif counts and not row.locked:
            self._note(row, now)
        return Seen(person, login_session(row, now))

    def lock(self, token: str) -> None:
        """Lock a session now: somebody else takes the tablet."""
        with self._file.changing() as rows:
            rows.logins.lock(hash_of_token(token))

    def enter_pin(self, token: str, pin: str, now: int) -> LoginSession | Refused:
        """Come back to a session that is locked, or attest something in an open one.

        After five wrong ones it is locked and wants the password (PASSWORD_NEEDED), as it does of whoever has no PIN.
        """
        hash_, now = hash_of_token(token), self.at(hash_of_token(token), now)
        with self._file.changing() as rows:
            row = self._open_row(rows, hash_, now)
            kept = rows.people.proofs(row.person).pin if row is not None else None
            if row is None or kept is None or row.pin_tries >= PIN_TRIES:
                return Refused(Refusal.PASSWORD_NEEDED)
            rows.logins.try_pin(hash_)
            if is_idle(self._last(row), now):
                rows.logins.lock(hash_)
        try:
            right = self._passwords.is_right(kept, pin, is_known=True)
        except NotNowError:
            with self._file.changing() as rows:
                rows.logins.try_pin(hash_, -1)
            return Refused(Refusal.WAIT, CROWD_S)
        with self._file.changing() as rows:
            row = self._open_row(rows, hash_, now)
            if row is None or rows.people.proofs(row.person).pin != kept:
                return Refused(Refusal.PASSWORD_NEEDED)
            if right:
                rows.logins.prove_pin(hash_, now)
                self._forget(hash_)
                return login_session(_found(rows, hash_), now)
            if row.pin_tries >= PIN_TRIES:
                rows.logins.lock(hash_)
        _log.warning("PIN refused", person=row.person, address=row.address)
        return Refused(Refusal.PASSWORD_NEEDED if row.pin_tries >= PIN_TRIES else Refusal.WRONG)

    def prove(
        self, token: str, password: str, now: int, *, address: str, is_local: bool, code: str | None = None
    ) -> LoginSession | Refused:
        """Give the password again in a session: to come back, or before administering (`recently_proved`)."""
        hash_, at = hash_of_token(token), self.at(hash_of_token(token), now)
        with self._file.looking() as rows:
            row = self._open_row(rows, hash_, at)
            person = rows.people.get(row.person) if row is not None else None
        if row is None or person is None:
            return Refused(Refusal.WRONG)

        def again(rows: Rows, _person: Person, with_totp: bool) -> LoginSession | Refused:
            if self._open_row(rows, hash_, at) is None:
                return Refused(Refusal.WRONG)
            rows.logins.prove_password(hash_, at, with_totp=with_totp)
            self._forget(hash_)
            return login_session(_found(rows, hash_), at)

        given = Given(person.login, password, code, address, is_local and row.is_local)
        return self._proving.prove(given, now, again)

    def log_out(self, token: str, now: int) -> None:
        """End a session; on a full disk for as long as the station runs, and in the file at the next look."""
        hash_ = hash_of_token(token)
        with self._guard:
            self._left.add(hash_)
        self._end(hash_, self.at(hash_, now), "logged out")

    def sessions_of(self, person: str, now: int) -> list[LoginSession]:
        """The sessions of a person that go on."""
        with self._file.looking() as rows:
            found = [(row, self.at(row.hash, now)) for row in rows.logins.of(person)]
        return [login_session(row, at) for row, at in found if not is_over(row, at)]

    def end_all(self, person: str, now: int, *, but: str | None = None) -> int:
        """End all sessions of a person, except the one of the token `but`; how many there were."""
        kept = hash_of_token(but) if but is not None else None
        with self._file.changing() as rows:
            count = rows.logins.end_all(person, now, "ended by hand", but=kept)
        _log.info("log-in sessions ended", person=person)
        return count

    # -- one session -------------------------------------------------------------------------------------------

    def _begin(
        self, rows: Rows, person: Person, now: int, address: str, *, is_local: bool, with_totp: bool
    ) -> LoggedIn:
        token = new_token()
        hash_ = hash_of_token(token)
        rows.logins.forget(now - KEPT)
        with self._guard:
            self._used = {known: used for known, used in self._used.items() if now - used < LONGEST}
            if len(self._since) > _MOST:
                self._since = {known: since for known, since in self._since.items() if known in self._used}
        rows.logins.add(LoginRow(hash_, new_id("login"), person.id, address, is_local, with_totp, now, now, now))
        _log.info("logged in", person=person.id, address=address)
        known = rows.people.get(person.id)
        assert known is not None
        return LoggedIn(token, known, login_session(_found(rows, hash_), self.at(hash_, now)))

    def _open_row(self, rows: Rows, hash_: bytes, now: int) -> LoginRow | None:
        """The row of a session that goes on, and whose person may log in."""
        row = rows.logins.get(hash_)
        if row is None or row.ended is not None or hash_ in self._left or is_over(row, now):
            return None
        person = rows.people.get(row.person)
        return row if person is not None and person.disabled is None else None

    def _lock_idle(self, row: LoginRow) -> LoginRow:
        """Locked, also where that cannot be written down: it is as idle at the next look."""
        self._file.note(("lock", row.hash), lambda rows: rows.logins.lock(row.hash))
        _log.info("log-in session locked", person=row.person, why="idle")
        return replace(row, locked=True)

    def _end(self, hash_: bytes, now: int, why: str) -> None:
        """Ended, also where that cannot be written down: who has logged out stays out as long as the station runs."""

        self._file.note(("end", hash_), lambda rows: rows.logins.end(hash_, now, why), lambda: self._forget(hash_))

    def at(self, hash_: bytes, now: int) -> int:
        """The moment as a session counts it: the wall time when it was first seen here, and what has passed since."""
        boot = self._boot()
        with self._guard:
            return self._since.setdefault(hash_, now - boot) + boot

    # -- when it was last used: to the moment here, to the minute in the file ----------------------------------

    def _last(self, row: LoginRow) -> int:
        with self._guard:
            return self._used.get(row.hash, row.used)

    def _note(self, row: LoginRow, now: int) -> None:
        with self._guard:
            self._used[row.hash] = now
        if now - row.used >= NOTED:
            self._file.note(("use", row.hash), lambda rows: rows.logins.use(row.hash, now))

    def _forget(self, hash_: bytes) -> None:
        with self._guard:
            self._used.pop(hash_, None)
            self._left.discard(hash_)


def _found(rows: Rows, hash_: bytes) -> LoginRow:
    row = rows.logins.get(hash_)
    assert row is not None
    return row
