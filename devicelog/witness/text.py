"""A seal as a short text that a person can copy and a QR code can hold; format 1, described in docs/ledger.md.

    DL1 7F3A29C0B1D2E3F4 12 20261122-034234-788E 1432 FINAL ABCD-EFGH-IJKL-MNOP-QRST-UVWX-YZ23-4567 K7QM

Format, installation, number of the seal, session, entries covered, FINAL, OPEN or ACT, the first 160 bits of the seal's
digest in base32 (RFC 4648), and 20 bits of SHA-256 over all that stands before, so that a slip of the pen is noticed.
"""

from __future__ import annotations

import binascii
import re
from base64 import b32decode, b32encode
from hashlib import sha256

from devicelog.errors import BadInputError
from devicelog.ledger import Seal
from devicelog.witness.claim import Claim, claim_of

_MARK = "DL1"
_DIGEST = 20
_GROUP = 4
_CHECK = 4
#: 0, 1 and 8 stand for no digit here: they are O, I and B, misread.
_MISREAD = str.maketrans("018", "OIB")
_EXAMPLE = f"{_MARK} 7F3A29C0B1D2E3F4 12 20261122-034234-788E 1432 FINAL ABCD-...-4567 K7QM"


def seal_text(seal: Seal) -> str:
    """The text of a seal; ValueError if it is none."""
    claim = claim_of(seal)
    kind = "ACT" if claim.session is None else "FINAL" if claim.final else "OPEN"
    session = (claim.session or "-").upper()
    digest = b32encode(claim.digest[:_DIGEST]).decode()
    plain = f"{_MARK} {claim.installation} {claim.number} {session} {claim.entries} {kind} {digest}"
    groups = "-".join(digest[at : at + _GROUP] for at in range(0, len(digest), _GROUP))
    return f"{plain.removesuffix(digest)}{groups} {_check(plain)}"


def parse_seal_text(text: str) -> Claim:
    """What a text says, however it was spaced; BadInputError if it is none or was copied wrongly."""
    words = text.upper().split()
    head, tail = words[:6], "".join(words[6:]).replace("-", "").translate(_MISREAD)
    if len(head) < 6 or head[0] != _MARK or len(tail) != 8 * _DIGEST // 5 + _CHECK:
        raise BadInputError(f"{text!a} is not the text of a seal; expected one such as {_EXAMPLE!r}.")
    digest, check = tail[:-_CHECK], tail[-_CHECK:]
    if _check(" ".join([*head, digest])) != check:
        raise BadInputError(f"the text of a seal {text!a} was not copied right; compare it group by group.")
    _, installation, number, session, entries, kind = head
    try:
        known = b32decode(digest)
    except binascii.Error:
        known = b""
    if not known or not re.fullmatch(r"[0-9]{1,12}", number) or not re.fullmatch(r"[0-9]{1,12}", entries):
        raise BadInputError(f"{text!a} is not the text of a seal; expected one such as {_EXAMPLE!r}.")
    of = None if session == "-" else session
    return Claim(installation, int(number), of, int(entries), kind == "FINAL", known, _begun(session))


def _begun(session: str) -> str | None:
    """The end of the second in which a session was begun, as its id says; None if it does not."""
    found = re.match(r"(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-", session)
    return "{}-{}-{}T{}:{}:{}.999999Z".format(*found.groups()) if found is not None else None


def _check(plain: str) -> str:
    return b32encode(sha256(plain.encode()).digest()).decode()[:_CHECK]
