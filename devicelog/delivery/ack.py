"""HL7 v2 messages in a file, and the acknowledgement of one: MSH-10, MSH-16, MSA, ERR (HL7 2.6, chapter 2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What an acknowledgement means."""

    TAKEN = "taken"
    REFUSED = "refused"


#: Original mode: application accept, error, reject; enhanced mode: commit accept, error, reject.
_CODES = {
    "AA": Verdict.TAKEN,
    "CA": Verdict.TAKEN,
    "AE": Verdict.REFUSED,
    "AR": Verdict.REFUSED,
    "CE": Verdict.REFUSED,
    "CR": Verdict.REFUSED,
}
_SEGMENTS = re.compile(rb"[\r\n]+")
#: Where words stand in ERR: those for users, and diagnostics, before them the error code.
_ERR_WORDS = (8, 7, 5, 3)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What a listener answered: its code (MSA-1), of which message, under which id of its own, and its words."""

    code: str
    of: str
    id: str
    words: str

    @property
    def verdict(self) -> Verdict:
        """What it means."""
        return _CODES[self.code]

    @property
    def is_final(self) -> bool:
        """Whether nothing more is said of the message: not so behind a commit accept, if more was asked for."""
        return self.code != "CA"


def messages(data: bytes) -> list[bytes]:
    """The messages of a file, each from its MSH segment on; ValueError for none, and for one that cannot be framed."""
    found: list[list[bytes]] = []
    for segment in data.split(b"\r"):
        if segment.startswith(b"MSH"):
            found.append([])
        if segment.strip() and not found:
            raise ValueError("an HL7 file does not begin with MSH")
        if segment.strip():
            found[-1].append(segment)
    if not found:
        raise ValueError("an HL7 file holds no message")
    if b"\x0b" in data or b"\x1c" in data:
        raise ValueError("an HL7 message holds a character that would end its frame")
    return [b"\r".join(segments) + b"\r" for segments in found]


def control_id(message: bytes) -> str:
    """MSH-10 of a message; ValueError if it has none."""
    found = _field(_msh(message), 10)
    if not found:
        raise ValueError("an HL7 message has no control id (MSH-10)")
    return found


def wants_application(message: bytes) -> bool:
    """Whether an application acknowledgement is asked for behind the commit (MSH-16)."""
    return _field(_msh(message), 16) in ("AL", "SU")


def acknowledgement(data: bytes) -> Acknowledgement:
    """The acknowledgement in a message; ValueError if it is none."""
    segments = [segment for segment in _SEGMENTS.split(data.strip(b"\r\n")) if segment]
    if not segments or not segments[0].startswith(b"MSH") or len(segments[0]) < 8:
        raise ValueError("what came does not begin with MSH")
    separator = segments[0][3:4]
    split = [segment.decode("utf-8", "replace").split(separator.decode("latin-1")) for segment in segments]
    msa = next((fields for fields in split if fields[0] == "MSA"), None)
    if msa is None or len(msa) < 3:
        raise ValueError("what came has no MSA segment with code and message id")
    code = msa[1].strip().upper()
    if code not in _CODES:
        raise ValueError(f"what came has the acknowledgement code {code[:20]!r}")
    return Acknowledgement(code, msa[2].strip(), _field(segments[0], 10), _words(msa, split))


def _words(msa: list[str], segments: list[list[str]]) -> str:
    said = [msa[3]] if len(msa) > 3 else []
    for fields in segments:
        if fields[0] == "ERR":
            said += [fields[at] for at in _ERR_WORDS if len(fields) > at]
    return ": ".join(one.strip() for one in said if one.strip())


def _msh(message: bytes) -> bytes:
    return message.split(b"\r", 1)[0]


def _field(msh: bytes, number: int) -> str:
    """A field of an MSH segment: the separator itself is the first."""
    fields = msh.split(msh[3:4]) if len(msh) > 3 else []
    return fields[number - 1].decode("utf-8", "replace").strip() if len(fields) >= number else ""
