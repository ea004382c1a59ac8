"""What stands in the place of a name, a number or a date: the same each time, and nobody finds it without the secret.

Every pseudonym is HMAC-SHA-256 (RFC 2104) under the secret of the installation, over what it is of and the text. One
person's dates are moved by one whole number of days, so that time of day and intervals stay as they are.
"""

from __future__ import annotations

import hmac
import re
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

#: What stands in the place of a text that is left out.
LEFT_OUT = "[left out]"
#: Dates are moved by at least one day and at most so many, back or forth.
MOST_DAYS = 365

_SESSION = re.compile(r"(\d{4})(\d{2})(\d{2})-(\d{6})-\S+")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})([T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?")
_OFFSET = re.compile(r"[+-]\d{2}:?\d{2}$")


class Cover:
    """The pseudonyms of one session. `person` is the id under which the subject is known, merged ones by one id."""

    def __init__(self, secret: bytes, person: str) -> None:
        self._secret = secret
        self._person = person
        drawn = int.from_bytes(self._hash("days", person)[:8], "big") % (2 * MOST_DAYS) - MOST_DAYS
        self.days = drawn if drawn < 0 else drawn + 1

    @property
    def subject(self) -> str:
        """In the place of the subject's id, in the same form."""
        return f"subject-{self._hash('subject', self._person).hex()[:16]}"

    def session(self, session: str) -> str:
        """In the place of a session's id, which tells when it began: the same time on the day moved."""
        match = _SESSION.fullmatch(session)
        day = self._moved(f"{match[1]}-{match[2]}-{match[3]}") if match is not None else None
        drawn = self._hash("session", session).hex()
        return f"{day.replace('-', '')}-{match[4]}-{drawn[:8]}" if match and day else f"session-{drawn[:16]}"

    def named(self, what: str, text: str) -> str:
        """In the place of a name: `person-3f9a01c2`; capitals and blanks around it make no other one."""
        return f"{what}-{self._hash(what, ' '.join(text.split()).casefold()).hex()[:8]}"

    def digest(self, text: str) -> str:
        """In the place of a digest, in the same form: who has the file that it was of does not find it here."""
        return self._hash("digest", text).hex()

    def number(self, number: int) -> int:
        """In the place of a number by which a device tells its starts: another one for another."""
        return int.from_bytes(self._hash("number", str(number))[:4], "big") >> 1

    def moment(self, text: str) -> str | None:
        """A date or a time, moved; None if it is neither. One with an offset is given in UTC, see `rules.no_offset`."""
        match = _MOMENT.fullmatch(text)
        if match is not None and _OFFSET.search(match[2] or ""):
            return self._in_utc(text)
        day = self._moved(match[1]) if match is not None else None
        return f"{day}{match[2] or ''}" if match is not None and day is not None else None

    def _in_utc(self, text: str) -> str | None:
        try:
            return (datetime.fromisoformat(text).astimezone(UTC) + timedelta(days=self.days)).isoformat()
        except (ValueError, OverflowError):
            return None

    def _moved(self, day: str) -> str | None:
        try:
            return (date.fromisoformat(day) + timedelta(days=self.days)).isoformat()
        except (ValueError, OverflowError):
            return None

    def _hash(self, what: str, text: str) -> bytes:
        return hmac.new(self._secret, f"{what}\0{text}".encode(errors="surrogatepass"), sha256).digest()


def signing_key(secret: bytes) -> Ed25519PrivateKey:
    """The key that signs de-identified exports: one of its own, because the installation's would name the clinic."""
    return Ed25519PrivateKey.from_private_bytes(hmac.new(secret, b"signing key", sha256).digest())
