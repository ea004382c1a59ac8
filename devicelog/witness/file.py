"""A witness file: one seal a line, as session.json has them, appended and made durable; never made anew.

A line is `{"seal":<body>,"signature":"<hexadecimal>"}`. A file may hold the seals of several installations.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from devicelog.ledger import Seal
from devicelog.witness.claim import Claim, claim_of, short

#: The end of a file in which the last seal of an installation is looked for first (bytes).
_TAIL = 1 << 16


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    seal: msgspec.Raw
    signature: str


@dataclass(slots=True)
class Contents:
    """What a witness file holds: claims in order, lines that cannot be read, lines that their key did not sign."""

    claims: list[Claim] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)


def line_of(seal: Seal) -> bytes:
    """A seal as a line of a witness file, without the line feed."""
    return b'{"seal":%b,"signature":"%b"}' % (seal.body, seal.signature.hex().encode())


def read(path: Path) -> Contents:
    """The whole file; OSError if it is not there."""
    contents = Contents()
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                seal = _seal(line)
                claim = claim_of(seal)
            except ValueError:
                contents.unreadable.append(number)
                continue
            if _is_own(seal):
                contents.claims.append(claim)
            else:
                contents.changed.append(number)
    return contents


def last_of(path: Path, installation: str) -> Claim | None:
    """The last seal of an installation in a file, if it stands near its end; OSError if the file is not there."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        lines = file.read().splitlines()
    for line in reversed(lines):
        try:
            claim = claim_of(_seal(line))
        except ValueError:
            continue
        if claim.installation == short(installation):
            return claim
    return None


def append(path: Path, seals: Iterable[Seal]) -> int:
    """Append seals durably; how many. OSError if the file is not there: a medium that is gone is never made up for."""
    lines = [line_of(seal) for seal in seals]
    if not lines:
        return 0
    with path.open("rb+") as file:
        file.seek(-1 if file.seek(0, os.SEEK_END) else 0, os.SEEK_END)
        torn = file.read(1) not in (b"", b"\n")  # an append that was cut short: its line stays, and counts for nothing
        file.write((b"\n" if torn else b"") + b"\n".join(lines) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return len(lines)


def _seal(line: bytes) -> Seal:
    """The seal in a line; ValueError if there is none."""
    try:
        item = msgspec.json.decode(line, type=_Line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ValueError("not a line of a witness file") from None
    return Seal(bytes(item.seal), bytes.fromhex(item.signature))


def _is_own(seal: Seal) -> bool:
    """Whether the key that it names signed it; whose key that is, the store says."""
    try:
        return seal.is_signed_by(bytes.fromhex(str(seal.content.get("public_key"))))
    except ValueError:
        return False
