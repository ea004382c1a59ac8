"""What is known of a capture so far: how much came on each line, what its port has counted, and the guess about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from devicelog.capture.row import CapturedLink, Happened, Header, Row
from devicelog.guess.guess import Claim, Guess, Guesser
from devicelog.link.serial_port import LineErrors
from devicelog.registry import suggestion

#: The guess looks at so many of the last bytes: of a capture that runs, and of one that is read (bytes).
LIVE_WINDOW, WHOLE_WINDOW = 4_096, 65_536


@dataclass(slots=True)
class LinkOverview:
    """One line of a capture. `lost` is how often it went away."""

    link: CapturedLink
    guesser: Guesser
    reads: int = 0
    lost: int = 0
    port_errors: LineErrors = field(default_factory=lambda: LineErrors(0, 0, 0, 0))

    def take(self, row: Row) -> None:
        match row.kind:
            case Happened.RECEIVED:
                self.reads += 1
                self.guesser.hear(row.t_us, row.data)
            case Happened.LOST:
                self.lost += 1
            case Happened.COUNTED if row.port_errors is not None:
                self.port_errors = self.port_errors.and_also(row.port_errors)

    def document(self) -> dict[str, Any]:
        """For `--json`."""
        guess = self.guesser.guess()
        return {
            "link": self.link.link,
            "bytes": guess.heard,
            "reads": self.reads,
            "lost": self.lost,
            "port_errors": self.port_errors,
            "guess": _guess_document(guess),
        }


class Overview:
    """All lines of a capture, up to `last_us`; `ended` is why it ended (None: it runs, or was cut off)."""

    def __init__(self, header: Header, window: int) -> None:
        self.header = header
        self.links = {link.link: LinkOverview(link, Guesser(window)) for link in header.links}
        self.ended: str | None = None
        self.last_us = 0

    def take(self, row: Row) -> None:
        """Add a row."""
        self.last_us = max(self.last_us, row.t_us)
        if row.kind is Happened.ENDED:
            self.ended = row.text or ""
        elif row.link in self.links:
            self.links[row.link].take(row)

    @property
    def received(self) -> int:
        """Bytes of all lines."""
        return sum(link.guesser.heard for link in self.links.values())

    def document(self) -> dict[str, Any]:
        """For `--json`."""
        links = [link.document() for link in self.links.values()]
        return {"header": self.header, "last_us": self.last_us, "ended": self.ended, "links": links}


def _guess_document(guess: Guess) -> dict[str, Any]:
    return {
        "looked_at": guess.looked_at,
        "high_bits": round(guess.high_bits, 3),
        "claim": _claim_document(guess.claim) if guess.claim is not None else None,
        "doubts": [asdict(doubt) for doubt in guess.doubts],
    }


def _claim_document(claim: Claim) -> dict[str, Any]:
    check, read = claim.checksum, suggestion(claim)
    return {
        "framing": claim.framing,
        "words": claim.words,
        "sureness": claim.sureness,
        "chance_below_one_in_ten_to": int(claim.digits),
        "frames": claim.frames,
        "different": claim.different,
        "covered": round(claim.covered, 3),
        "behind_a_pause": claim.apart,
        "checksum": {
            "words": check.words,
            "algorithm": check.algorithm.name,
            "written": check.written,
            "first_byte": check.skip + 1,
            "fits": check.fitting,
            "of_different": check.tried,
            "as_well": check.as_well,
        }
        if check is not None
        else None,
        "profile": {"engine": read.engine, "tables": read.tables} if read is not None else None,
        "pieces": [{"at": piece.start, "hex": piece.data.hex(" ").upper()} for piece in claim.pieces],
    }
