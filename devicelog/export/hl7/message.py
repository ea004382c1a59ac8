"""A message of a session: MSH and what follows, as bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from devicelog.export.hl7.segments import END, Field, header, moment
from devicelog.export.session import ExportedSession

VERSION = "2.6"
#: The greatest length of a message control id in version 2.6.
_CONTROL_ID = 20


@dataclass(frozen=True, slots=True)
class MessageType:
    """A type of message: its code, its event, and the profile that it names in MSH-21."""

    code: str
    event: str
    profile: tuple[str, ...] | None = None


def message(session: ExportedSession, of: MessageType, body: Sequence[str]) -> bytes:
    """A whole message, each segment ended by CR, in UTF-8.

    The message control id is the beginning of a SHA-256 over all the rest, so that the same record sends the same
    message twice and an amended one sends another.
    """
    fields: dict[int, Field] = {
        3: ("devicelog", session.source.installation, "L"),
        7: moment(made_at(session)),
        9: (of.code, of.event, f"{of.code}_{of.event}"),
        11: "T" if session.record.simulated else "P",
        12: VERSION,
        15: "AL",
        16: "NE",
        18: "UNICODE UTF-8",
        21: of.profile,
    }
    digest = sha256(END.join([header(fields), *body]).encode()).hexdigest()
    first = header({**fields, 10: digest[:_CONTROL_ID]})
    return "".join(one + END for one in (first, *body)).encode()


def made_at(session: ExportedSession) -> datetime:
    """When the record became what it is: the wall time of its last entry, also of what was stated after the session."""
    record = session.record
    late = [made.content.get("at") for made in record.statements if made.late]
    late += [amendment.content.get("at") for amendment in record.amendments]
    stated = [datetime.fromisoformat(at["wall"]) for at in late if isinstance(at, dict)]
    return max([record.wall(record.last_us), *stated])
