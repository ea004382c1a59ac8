"""Log-in sessions: when one locks, when it ends, and what was proved in it when; pure. Times are wall times in ns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from devicelog.account import Person, Role
from devicelog.store.accounts.logins import LoginRow

_MINUTE = 60 * 1_000_000_000
#: Unused for so long, a session locks.
IDLE = 15 * _MINUTE
#: After so long it ends, however much it is used.
LONGEST = 12 * 60 * _MINUTE
#: A password counts as just given for so long: what asks for it is not asked again.
RECENT = 10 * _MINUTE
#: Its use is written down so often; and a clock that was set back by more than this locks it.
NOTED = _MINUTE
#: Wrong PINs that a session takes before it wants the password.
PIN_TRIES = 5
#: An ended session is kept so long: where somebody was is told by it.
KEPT = 30 * 24 * 60 * _MINUTE


class Strength(StrEnum):
    """What a session was last opened with."""

    LOCKED = "locked"
    """Nothing may be seen or done."""
    PIN = "pin"
    """Good to go on and to attest, not to administer."""
    PASSWORD = "password"  # noqa: S105


@dataclass(frozen=True, slots=True)
class LoginSession:
    """A session as pages see it; `id` is no secret. `password_at`, `pin_at`: when each was last proved.

    `with_totp`: the second factor was given. `pin_left`: PINs that it still takes. `at`: when this was looked up, as
    the session counts (`Door.at`).
    """

    id: str
    person: str
    address: str
    is_local: bool
    with_totp: bool
    started: int
    used: int
    password_at: int
    pin_at: int | None
    pin_left: int
    is_locked: bool
    at: int

    @property
    def strength(self) -> Strength:
        """What it was last opened with."""
        if self.is_locked:
            return Strength.LOCKED
        return Strength.PASSWORD if self.pin_at is None else Strength.PIN


def login_session(row: LoginRow, at: int) -> LoginSession:
    """A session that is kept, as pages see it at a moment."""
    left = max(PIN_TRIES - row.pin_tries, 0)
    times = (row.started, row.used, row.password_at, row.pin_at)
    return LoginSession(row.id, row.person, row.address, row.is_local, row.with_totp, *times, left, row.locked, at)


def recently_proved(session: LoginSession, now: int) -> bool:
    """Whether the password (and the code, where one is needed) was given just now: for administering. A PIN never."""
    return session.strength is Strength.PASSWORD and 0 <= now - session.password_at <= RECENT


def recently_attested(session: LoginSession, now: int) -> bool:
    """Whether password or PIN was given just now: for signing."""
    proved = max(session.password_at, session.pin_at or 0)
    return not session.is_locked and 0 <= now - proved <= RECENT


def is_over(row: LoginRow, now: int) -> bool:
    """Whether a session has run its time."""
    return now - row.started >= LONGEST


def is_idle(used: int, now: int) -> bool:
    """Whether a session was not used for so long that it locks; where a clock was set back nobody knows: it locks."""
    return now - used > IDLE or now < used - NOTED


def needs_totp(person: Person, is_local: bool) -> bool:
    """Whether the second factor is asked for: of an admin, and of everybody who is not at this computer itself."""
    return Role.ADMIN in person.roles or not is_local
