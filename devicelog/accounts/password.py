"""Passwords and PINs: argon2id, what is refused as a new one, and a check that always costs the same.

argon2id (RFC 9106) with the parameters that argon2-cffi takes by default; what was hashed with others is hashed anew at
the next log-in. Length and no rules of composition as NIST SP 800-63B-4 section 3.1.1 has it; what can be guessed is
known by the lists of zxcvbn (breached passwords, names, words, keyboards) and by what the clinic and the person are
called.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from unicodedata import normalize

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from devicelog.errors import BadInputError, NotNowError

#: Characters of a new password.
SHORTEST, LONGEST = 12, 256
#: Fewer guesses than this, by zxcvbn's estimate, are made even where each one costs an argon2id.
_LEAST_GUESSES = 10**8
#: The same of what is left without names and words that anybody here would try.
_LEAST_GUESSES_LEFT = 10**6
#: zxcvbn looks at no more characters (its time grows with the square of them).
_LOOKED_AT = 72
#: What a password is guessed from in a place like this, besides the person's own names.
_PLACE = (
    "devicelog mesotherapy mesotherapie mesoterapia mesogun mesopen injection injektion clinic clinique klinik clinica "
    "praxis practice cabinet studio doctor doktor docteur dottore arzt medecin medico patient patienten paziente "
    "hyaluron botox filler aesthetic aesthetik esthetique estetica station tablet password passwort kennwort"
)
#: Hashes that are made at the same time, and how many may wait for that: each takes 64 MiB and all cores.
_AT_ONCE, _WAITING = 1, 8
#: So many more may wait of those who are known where they are; they come before the strangers that wait.
_WAITING_KNOWN = 4
#: The longest that somebody waits for a turn (s).
_PATIENCE = 10.0

#: Digits of a PIN.
PIN_SHORTEST, PIN_LONGEST = 4, 12


class Passwords:
    """Hashes and compares; safe in several threads. `profile` is for tests: nothing else sets other parameters."""

    def __init__(self, profile: Parameters = RFC_9106_LOW_MEMORY) -> None:
        self._hasher = PasswordHasher.from_parameters(profile)
        self._turns = _Turns()
        self._room = threading.BoundedSemaphore(_AT_ONCE + _WAITING)
        self._kept = threading.BoundedSemaphore(_WAITING_KNOWN)
        self._nobody = self._hasher.hash(secrets.token_urlsafe())

    def hash(self, secret: str) -> str:
        """The hash that is kept; NotNowError while too many others want one."""
        with self._a_turn():
            return self._hasher.hash(_bytes(secret))

    def is_right(self, kept: str | None, given: str, *, is_known: bool = False) -> bool:
        """Whether a secret is the one that was hashed; costs the same where nothing is kept. NotNowError as above.

        `is_known`: it comes from where that person was let in before, and has a place that is kept for such.
        """
        with self._a_turn(is_known=is_known):
            try:
                right = self._hasher.verify(kept if kept is not None else self._nobody, _bytes(given))
            except (VerificationError, InvalidHashError):
                return False
        return right and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether it was hashed with other parameters than are in use now."""
        return self._hasher.check_needs_rehash(kept)

    @contextmanager
    def _a_turn(self, *, is_known: bool = False) -> Iterator[None]:
        """One at a time, so that a flood of log-ins takes no more from a recording than one log-in does."""
        rooms = (self._kept, self._room) if is_known else (self._room,)
        room = next((one for one in rooms if one.acquire(blocking=False)), None)
        if room is None:
            raise NotNowError("many log in at this moment; try again in a few seconds.")
        try:
            if not self._turns.take(is_known=room is self._kept):
                raise NotNowError("many log in at this moment; try again in a few seconds.")
            try:
                yield
            finally:
                self._turns.give_back()
        finally:
            room.release()


class _Turns:
    """So many at a time; whoever is known comes before all strangers that wait."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._at_work = 0
        self.known_waiting = 0

    def take(self, *, is_known: bool) -> bool:
        """Wait for a turn; False if that takes too long."""
        with self._changed:
            self.known_waiting += is_known
            try:
                is_mine = self._changed.wait_for(
                    lambda: self._at_work < _AT_ONCE and (is_known or not self.known_waiting), _PATIENCE
                )
            finally:
                self.known_waiting -= is_known
                self._changed.notify_all()
            self._at_work += is_mine
            return is_mine

    def give_back(self) -> None:
        """The turn is over."""
        with self._changed:
            self._at_work -= 1
            self._changed.notify_all()


def check_password(password: str, about: Iterable[str] = ()) -> None:
    """Refuse a new password that is too short, too long or can be guessed; `about` is what the person is called.

    Raises BadInputError, which never holds the password.
    """
    length = len(normalize("NFC", password))
    if length < SHORTEST:
        raise BadInputError(
            f"the password has {length} characters; expected {SHORTEST} or more: several words are good."
        )
    if length > LONGEST:
        raise BadInputError(f"the password has {length} characters; expected {LONGEST} at most.")
    if _is_guessed(normalize("NFC", password), about):
        found = "the password is easily guessed: it is common, a pattern, or made of the name or of words of a clinic"
        raise BadInputError(
            f"{found}; expected another one, such as four words that have nothing to do with each other."
        )


def check_pin(pin: str) -> None:
    """Refuse a PIN that is not of digits, or the first one that everybody tries; raises BadInputError without it."""
    if not (pin.isascii() and pin.isdigit() and PIN_SHORTEST <= len(pin) <= PIN_LONGEST):
        raise BadInputError(f"a PIN is {PIN_SHORTEST} to {PIN_LONGEST} digits; expected digits alone.")
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    half = pin[: len(pin) // 2]
    if len(steps) == 1 or len(set(pin)) < 2 or half * 2 == pin or half + half[::-1] == pin:
        raise BadInputError("this PIN is one of the first that are tried; expected digits without a pattern.")


_zxcvbn_lock = threading.Lock()  # it keeps what is known of the person in a table that all calls share


def _is_guessed(password: str, about: Iterable[str]) -> bool:
    """Whether it is found with few guesses, or what is left of it without the names and words of the place."""
    names = [part.casefold() for name in about for part in re.split(r"[\W_]+", name) if len(part) > 2]
    words = sorted([*names, *_PLACE.split()], key=len, reverse=True)
    if _guesses(password, words) < _LEAST_GUESSES:
        return True
    folded = password.casefold()
    left = re.sub("|".join(map(re.escape, words)), "", folded)
    return left != folded and (not left or _guesses(left, words) < _LEAST_GUESSES_LEFT)


def _guesses(password: str, words: list[str]) -> float:
    from zxcvbn import zxcvbn
    from zxcvbn.matching import RANKED_DICTIONARIES

    with _zxcvbn_lock:
        try:
            found = zxcvbn(password[:_LOOKED_AT], user_inputs=words)
        finally:
            RANKED_DICTIONARIES.pop("user_inputs", None)
    return float(found["guesses"])


def _bytes(secret: str) -> bytes:
    """In one form, however a keyboard composes its letters; what is longer than any password is still one text."""
    return normalize("NFC", secret[: 4 * LONGEST]).encode("utf-8", "surrogatepass")
