"""A capture as people see it: its rows in hex and text, and the guess with how sure it is and on what it rests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from devicelog.capture.row import Happened
from devicelog.guess.evidence import Sureness
from devicelog.numbers import some
from devicelog.registry import suggestion
from devicelog.terminal.screen import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devicelog.capture.overview import LinkOverview, Overview
    from devicelog.capture.row import CapturedLink, Header, Row
    from devicelog.guess.checksums import Fit
    from devicelog.guess.guess import Claim, Guess
    from devicelog.link.serial_port import LineErrors

#: Bytes in one line of the view.
_WIDTH = 16
#: So many different frames of a guess are shown.
_FRAMES = 8
#: Odds beyond this say nothing more to anybody.
_MOST_DIGITS = 99
_INKS = {Sureness.STRONG: "green", Sureness.LIKELY: "yellow"}
_SPOKEN = {"opened": "port opened", "lost": "PORT LOST", "fault": "FAULT", "ended": "ended"}
#: What is said of a framing that has no check.
_DECEIVED = dict.fromkeys(
    ("fixed length", "length byte", "start and end bytes"), "; a port at a wrong speed can look like this, too"
)
_COUNTED = ("framing error", "overrun", "parity error", "break")


def head_lines(header: Header) -> Iterator[Text]:
    """What was listened to, when and with which setting."""
    yield Text(clean(f"capture begun {header.begun} by {header.software}; origin {header.origin or 'not stated'}"))
    for link in header.links:
        yield Text(clean(f"  link {link.link}  {setting(link)}"))


def setting(link: CapturedLink) -> str:
    """How a line is set, in words."""
    levels = f"DTR {'high' if link.dtr else 'low'}, RTS {'high' if link.rts else 'low'}"
    return f"{link.port}, {link.baudrate} baud, {link.format}, {levels}"


def row_lines(row: Row) -> Iterator[Text]:
    """One row: time in seconds, link, bytes in hex and as text; or what happened."""
    time = f"{row.t_us / 1_000_000:12.4f}  {row.link or ' '}  "
    if row.kind not in (Happened.RECEIVED, Happened.SENT):
        said = _counted(row.port_errors) if row.port_errors is not None else row.text
        yield Text(clean(f"{time}{_SPOKEN.get(row.kind, row.kind)}{f': {said}' if said else ''}"), style="bold yellow")
        return
    ink = "cyan" if row.kind is Happened.SENT else ""
    for start in range(0, len(row.data), _WIDTH):
        piece = row.data[start : start + _WIDTH]
        line = Text(time if not start else " " * len(time), style="dim")
        line.append(f"{piece.hex(' ').upper():{3 * _WIDTH}} ", style=ink or "default")
        line.append(as_text(piece), style="bold")
        yield line


def as_text(data: bytes) -> str:
    """Bytes as characters, a point for what is none."""
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in data)


def guess_lines(overview: Overview, *, frames: bool = False) -> Iterator[Text]:
    """The guess about each line; with `frames`, some of them as the guess cuts the stream."""
    for link in overview.links.values():
        yield from _link_lines(link, frames=frames)


def _link_lines(overview: LinkOverview, *, frames: bool) -> Iterator[Text]:
    guess = overview.guesser.guess()
    part = f", the last {guess.looked_at} of them looked at" if guess.looked_at < guess.heard else ""
    yield Text(
        f"link {overview.link.link}: {some(guess.heard, 'byte')} in {some(overview.reads, 'read')}{part}", style="bold"
    )
    if overview.port_errors:
        words = f"the port counted {_counted(overview.port_errors)}: speed or format may be set wrong"
        yield _line("port", words, "yellow")
    for doubt in guess.doubts:
        words = f"{doubt.sureness} wrong: {doubt.words} ({some(doubt.rests_on, 'byte')})"
        yield _line("setting", words, _INKS[doubt.sureness])
    if guess.claim is None:
        yield _line("guess", _nothing(guess), "dim")
        return
    yield from _claim_lines(guess.claim)
    if frames:
        for piece in list(dict.fromkeys(piece.data for piece in guess.claim.pieces))[:_FRAMES]:
            yield Text(f"            {piece.hex(' ').upper()}  {as_text(piece)}", style="dim")


def _claim_lines(claim: Claim) -> Iterator[Text]:
    yield _line("guess", f"{claim.sureness}: {claim.words}", _INKS[claim.sureness])
    if claim.checksum is not None:
        yield _line("check", _check(claim.checksum), _INKS[claim.sureness])
    elif claim.framing != "Modbus RTU":
        yield _line("check", f"none of those that are known here fits{_DECEIVED.get(claim.framing, '')}", "dim")
    read = suggestion(claim)
    yield _line("profile", read.words if read is not None else "no engine reads this: it needs a driver", "dim")
    apart = f", {claim.apart} begin behind a pause" if claim.apart else ""
    rests = f"{some(claim.frames, 'frame')}, {claim.different} different, {claim.covered:.0%} of the bytes{apart}"
    odds = min(int(claim.digits), _MOST_DIGITS)
    yield _line("rests on", f"{rests}; by chance less than 1 in 10^{odds}", "dim")


def _check(check: Fit) -> str:
    others = len(check.as_well)
    as_well = f"; fits as well: {check.as_well[0]}{f' and {others - 1} more' if others > 1 else ''}" if others else ""
    return f"{check.words}: fits {check.fitting} of {check.tried} different frames{as_well}"


def _nothing(guess: Guess) -> str:
    if not guess.heard:
        return "nothing came yet"
    high = f"; {guess.high_bits:.0%} of the bytes have their high bit set (text: none, noise: half)"
    return f"none: nothing that is looked for is there more often than chance puts it{high if guess.high_bits else ''}"


def _counted(errors: LineErrors) -> str:
    counts = zip((errors.framing, errors.overrun, errors.parity, errors.breaks), _COUNTED, strict=True)
    return ", ".join(some(count, noun) for count, noun in counts if count)


def _line(what: str, words: str, ink: str) -> Text:
    return Text(f"  {what:9} ").append(clean(words), style=ink)
