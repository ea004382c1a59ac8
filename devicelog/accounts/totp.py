"""The second factor: codes of six digits that change every 30 seconds (TOTP, RFC 6238), and its secret, sealed.

A secret is kept as 12 bytes of nonce and AES-256-GCM under a key made of the store's, with the id of its person as
associated data, so that one person's secret is of no use in the row of another.
"""

from __future__ import annotations

import hmac
import secrets

#: Recovery codes that are given together.
RECOVERY_CODES = 10
#: Steps before and after the present one whose codes count (RFC 6238 section 5.2), for clocks that differ.
_AROUND = 1
_STEP_NS = 30_000_000_000
_NONCE = 12
ISSUER = "devicelog"


def new_secret() -> str:
    """160 random bits in base 32, as an authenticator takes them."""
    import pyotp

    return pyotp.random_base32()


def provisioning_uri(secret: str, login: str) -> str:
    """What a QR code for an authenticator holds (Key URI format)."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: int, used: int) -> int | None:
    """The step whose code this is, later than the last one that was used; None if it is not right now (`now` in ns).

    Where the last one that was used has yet to come, the clock was set back since: then any step will do, and whoever
    uses it up sees to it that none is used twice (`PeopleRows.use_totp`).
    """
    import pyotp

    typed = "".join(code[:40].split()).encode("utf-8", "surrogatepass")
    totp, present, found = pyotp.TOTP(secret), now // _STEP_NS, None
    after = used if used <= present + _AROUND else -1
    for step in range(max(present - _AROUND, 0), present + _AROUND + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed) and step > after:
            found = step if found is None else found
    return found


def sealed(key: bytes, person: str, secret: str) -> bytes:
    """A secret as it is kept."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, secret.encode(), person.encode())


def opened(key: bytes, person: str, kept: bytes) -> str | None:
    """The secret in it; None if it is not this person's, or of another store."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(kept[:_NONCE], kept[_NONCE:], person.encode()).decode()
    except (InvalidTag, ValueError):
        return None
