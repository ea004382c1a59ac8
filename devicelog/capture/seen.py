"""What a capture tells of a new profile: how the port was set, and the framing and check of what came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devicelog import registry
from devicelog.capture.file import CaptureFile
from devicelog.capture.overview import WHOLE_WINDOW, LinkOverview, Overview
from devicelog.errors import BadInputError
from devicelog.profile.suggestion import Suggestion


@dataclass(frozen=True, slots=True)
class Seen:
    """Keys of `[serial]`, and what an engine can read of the guess (None: nothing); `note` says why in words."""

    serial: Mapping[str, Any]
    suggestion: Suggestion | None
    note: str = ""

    @property
    def engine(self) -> str | None:
        return self.suggestion.engine if self.suggestion is not None else None

    def tables(self, engine: str) -> Mapping[str, Mapping[str, Any]]:
        """Keys of the tables of that engine."""
        return self.suggestion.tables if self.suggestion is not None and self.suggestion.engine == engine else {}


def seen_in(path: Path, link: int | None) -> Seen:
    """What stands in a capture; raises BadInputError for no capture, and for a line that it does not have."""
    capture = CaptureFile(path)
    overview = Overview(capture.header, WHOLE_WINDOW)
    for row in capture.rows():
        overview.take(row)
    if link is not None and link not in overview.links:
        had = ", ".join(map(str, overview.links))
        raise BadInputError(f"{path} has no link {link}; expected one of {had}.")
    lines = list(overview.links.values()) if link is None else [overview.links[link]]
    found = [_of(line) for line in lines]
    return next((seen for seen in found if seen.suggestion is not None), found[0])


def _of(line: LinkOverview) -> Seen:
    claim = line.guesser.guess().claim
    read = registry.suggestion(claim) if claim is not None else None
    return Seen(_serial(line), read, _note(line.link.link, claim is not None, read))


def _note(link: int, is_claimed: bool, read: Suggestion | None) -> str:
    if read is not None:
        return f"from the guess about link {link}, which is a guess: {read.words}"
    found = "no engine reads what came" if is_claimed else "nothing is guessed of what came"
    return f"{found} on link {link}; only the setting of the port is taken from the capture"


def _serial(line: LinkOverview) -> dict[str, Any]:
    """The keys of `[serial]` by the setting of the port, such as 8N1."""
    bytesize, parity, stopbits = line.link.format[0], line.link.format[1], line.link.format[2:]
    return {
        "baudrate": line.link.baudrate,
        "bytesize": int(bytesize),
        "parity": parity,
        "stopbits": int(stopbits) if stopbits.isdigit() else float(stopbits),
        "dtr": line.link.dtr,
        "rts": line.link.rts,
    }
