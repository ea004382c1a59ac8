"""What is given to somebody once and then only compared: tokens of 256 bits, and codes that a person can type."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

#: Digits that are not mistaken for each other (Crockford's base 32): no I, L, O, U.
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKE = str.maketrans("OIL", "011")
#: Digits of a code, 5 bits each.
_LENGTH = 16
_GROUP = 4
_LONGEST = 200


def new_token() -> str:
    """256 random bits as text for a cookie or a header."""
    return secrets.token_urlsafe(32)


def is_token(text: str) -> bool:
    """Whether a text can be a token that was made here."""
    return len(text) == len(new_token()) and text.isascii() and text.replace("-", "").replace("_", "").isalnum()


def new_id(what: str) -> str:
    """A random name that is no secret."""
    return f"{what}-{secrets.token_hex(8)}"


def new_code() -> str:
    """80 random bits in groups that can be read out and typed, such as 7K2M-09QX-ZT4A-H1RB."""
    digits = "".join(secrets.choice(_DIGITS) for _ in range(_LENGTH))
    return "-".join(digits[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def is_code(text: str) -> bool:
    """Whether a text can be a code, however it was typed."""
    typed = _typed(text)
    return len(typed) == _LENGTH and set(typed) <= set(_DIGITS)


def hash_of_code(text: str) -> bytes:
    """What is kept of a code; small letters, blanks and look-alike letters make no difference."""
    return sha256(b"devicelog code " + _typed(text).encode("utf-8", "surrogatepass")).digest()


def hash_of_token(token: str) -> bytes:
    """What is kept of a token."""
    return sha256(b"devicelog token " + token[:_LONGEST].encode("utf-8", "surrogatepass")).digest()


def csrf_of(token: str) -> str:
    """What every form of a log-in session carries: made of its token, and no way back to it."""
    return hmac.new(token[:_LONGEST].encode("utf-8", "surrogatepass"), b"devicelog form", sha256).hexdigest()


def csrf_holds(token: str, given: str) -> bool:
    """Whether a form was made in the session of that token; compared in constant time."""
    found = given[:_LONGEST].encode("utf-8", "surrogatepass")
    return bool(token) and hmac.compare_digest(csrf_of(token).encode(), found)


def _typed(text: str) -> str:
    return "".join(text[:_LONGEST].upper().replace("-", "").split()).translate(_LOOKALIKE)
