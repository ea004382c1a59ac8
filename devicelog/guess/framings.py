"""How a stream may be cut into frames; each finder gives the framings that it sees, with the odds against chance."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import log10

from devicelog.guess.evidence import after_trying, digits


class Cut(StrEnum):
    """By what a stream is cut."""

    TEXT = "text"
    BRACKETED = "start and end bytes"
    LENGTH = "length byte"
    DGUS = "DGUS header"
    MODBUS = "Modbus RTU"
    FIXED = "fixed length"
    PAUSES = "pauses"


@dataclass(frozen=True, slots=True)
class Piece:
    """A frame: where it begins in the stream, its bytes, and what a check at its end would stand behind (`body`)."""

    start: int
    data: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Framing:
    """A way to cut a stream, the frames that it gives, and the digits of the odds that chance gives as many."""

    cut: Cut
    words: str
    pieces: tuple[Piece, ...]
    digits: float

    @property
    def covered(self) -> int:
        """How many bytes of the stream its frames hold."""
        return _size(self.pieces)


#: Frames longer than this are not looked for.
LONGEST = 260
#: Of all bytes, so many are characters: what chance makes of them.
_CHARACTERS = 96 / 256
_PRINTABLE = frozenset([*range(0x20, 0x7F), 0x09])
#: What may end a line of text, and what may begin it: the longest first.
_LINES = (
    ("STX and ETX", b"\x02", b"\x03"),
    ("CR LF", b"", b"\r\n"),
    ("LF CR", b"", b"\n\r"),
    ("CR", b"", b"\r"),
    ("LF", b"", b"\n"),
    ("ETX", b"", b"\x03"),
    ("XON", b"", b"\x11"),
    ("NUL", b"", b"\0"),
)
#: Start and end of binary frames that are known from published formats.
_BRACKETS = (
    (b"\x02", b"\x03"),
    (b"\xf0", b"\x0f"),
    (b"\xee", b"\xff\xfc\xff\xff"),
    (b"\x7e", b"\x7e"),
    (b"\xc0", b"\xc0"),
)
#: Lines that hold less of the stream than this are not the whole of it.
_MOSTLY = 0.8
#: Where several things end a line (prompts, XON), it is text only if hardly anything else is there.
_ONLY = 0.95
_PARTS = re.compile(rb"([\t\x20-\x7e]+)([\n\r\x02\x03\x06\x11\x13\x15]{1,4})")
_FIELDS = b",;^|\t: "


# -- text --------------------------------------------------------------------------------------------------------


def text(data: bytes) -> Iterator[Framing]:
    """Lines of characters, by what ends them; where no one thing does, by whatever control characters stand there."""
    ways = [
        (f"text between {name}" if start else f"lines of text that end in {name}", _lines(data, start, end), start)
        for name, start, end in _LINES
    ]
    best = max(ways, key=lambda way: _size(way[1]))
    parted = _parted(data)
    if _size(best[1]) < _MOSTLY * len(data) and _size(parted[1]) >= _ONLY * len(data):
        best = parted
    how, pieces, start = best
    if len(pieces) < 2:
        return
    within = data[pieces[0].start : pieces[-1].start + len(pieces[-1].data)]
    characters = sum(byte in _PRINTABLE for byte in within)
    odds = after_trying(digits(characters, len(within), _CHARACTERS), len(ways) + 1)
    words = how + _habits([piece.body[len(start) :] for piece in pieces])
    yield Framing(Cut.TEXT, words, tuple(pieces), odds)


def _lines(data: bytes, start: bytes, end: bytes) -> list[Piece]:
    return [piece for piece in _between(data, start, end) if _is_text(piece.body[len(start) :])]


def _parted(data: bytes) -> tuple[str, list[Piece], bytes]:
    """Text with several control characters: prompts, XON."""
    found = list(_PARTS.finditer(data))
    pieces = [Piece(part.start(), part[0], part[1]) for part in found]
    controls = sorted({byte for part in found for byte in part[2]})
    return f"text, parted by {_hex(bytes(controls))}", pieces, b""


def _size(pieces: Sequence[Piece]) -> int:
    return sum(len(piece.data) for piece in pieces)


def _is_text(line: bytes) -> bool:
    return bool(line) and _PRINTABLE.issuperset(line)


def _between(data: bytes, start: bytes, end: bytes) -> Iterator[Piece]:
    """Whole frames: the first and the last of a stream may be cut, unless they show their beginning."""
    at = 0 if start else data.find(end) + len(end)
    if not start and at < len(end):
        return
    while (stop := data.find(end, at)) >= 0:
        begin = data.rfind(start, at, stop) if start else at
        if begin >= 0:
            yield Piece(begin, data[begin : stop + len(end)], data[begin:stop])
        at = stop + len(end)


def _habits(lines: Sequence[bytes]) -> str:
    """What the lines have in common: how they begin, and what parts their fields."""
    begins = Counter(line[:1] for line in lines).most_common(1)[0]
    said = f', that begin with "{begins[0].decode("ascii")}"' if begins[1] >= 0.9 * len(lines) else ""
    for field in _FIELDS:
        if sum(line.count(field) >= 2 for line in lines) >= 0.6 * len(lines):
            shown = {0x09: "tab", 0x20: "blank"}.get(field, f'"{chr(field)}"')
            return f"{said}, with fields parted by {shown}"
    return said


# -- start and end ---------------------------------------------------------------------------------------------


def bracketed(data: bytes) -> Iterator[Framing]:
    """Binary frames between a start and an end that are known: behind each end stands the next start."""
    for start, end in _BRACKETS:
        pieces = [piece for piece in _between(data, start, end) if 1 < len(piece.body) <= LONGEST]
        ends = [piece.start + len(piece.data) for piece in pieces]
        begun = {piece.start for piece in pieces}
        joined = sum(place in begun for place in ends)
        chance = data.count(start) / max(1, len(data))
        odds = after_trying(digits(joined, max(1, len(ends) - 1), chance), len(_BRACKETS))
        if joined >= 2:
            words = f"binary frames from {_hex(start)} to {_hex(end)}"
            yield Framing(Cut.BRACKETED, words, tuple(pieces), odds)


# -- a header, and a length or always the same length ------------------------------------------------------------

#: Headers that published formats have; others are taken from the stream itself.
_HEADERS = (b"\x5a\xa5", b"\xaa\x55", b"\x55\xaa", b"\xa5\x5a", b"\x02")
_DGUS = (b"\x5a\xa5", 2, 3)
#: So many of the most frequent bytes and pairs are taken for headers.
_FREQUENT = 6
#: The length stands at most so far behind the header.
_LENGTH_PLACES = 3
#: What a length leaves out: as little as it counts beyond the frame, and as much as it does not count.
_LEFT_OUT = range(-1, 8)
#: A byte that ends so many different frames is no check.
_ENDED = 3
#: A length without a check holds for so much of the stream, or for nothing.
_HOLDS = 0.8
#: One more length that agrees is no chance: a byte has 256 values.
_EACH_LENGTH = log10(256)


def headed(data: bytes) -> Iterator[Framing]:
    """Binary frames that begin with the same bytes, and hold their length or are always as long."""
    for header in _headers(data):
        places = _places(data, header)
        if len(places) < 3 or len(places) * 4 > len(data):
            continue
        chance = len(places) / len(data)
        yield from _with_length(data, header, places, chance)
        yield from _of_one_length(data, header, places, chance)


def _headers(data: bytes) -> list[bytes]:
    """What is tried as a header."""
    pairs = Counter(data[at : at + 2] for at in range(len(data) - 1)).most_common(_FREQUENT)
    single = Counter(data).most_common(_FREQUENT)
    found = [*_HEADERS, *(pair for pair, _ in pairs), *(bytes([byte]) for byte, _ in single)]
    return [header for header in dict.fromkeys(found) if header in data]


def _places(data: bytes, header: bytes) -> list[int]:
    places, at = [], data.find(header)
    while at >= 0:
        places.append(at)
        at = data.find(header, at + 1)
    return places


def _with_length(data: bytes, header: bytes, places: Sequence[int], chance: float) -> Iterator[Framing]:
    begins = frozenset(places)
    for place in range(len(header), len(header) + _LENGTH_PLACES):
        left_out = Counter(
            after - at - data[at + place]
            for number, at in enumerate(places)
            if at + place < len(data)
            for after in places[number + 1 : number + 6]
        )
        for more, _ in left_out.most_common(3):
            if more not in _LEFT_OUT:
                continue
            pieces, tries = _walk(data, places, begins, place, more)
            lengths = {len(piece.data) for piece in pieces}
            is_dgus = (header, place, more) == _DGUS
            known = len(lengths) * _EACH_LENGTH
            fitted = after_trying((len(lengths) - 1) * _EACH_LENGTH, 3 * _LENGTH_PLACES * (2 * _FREQUENT))
            joined = digits(len(pieces), tries, chance) if _holds(data, pieces, tries) else 0.0
            yield Framing(
                Cut.DGUS if is_dgus else Cut.LENGTH,
                _length_words(header, place, more, is_dgus=is_dgus),
                _without_end(pieces),
                min(joined, known if is_dgus else fitted),
            )


def _walk(data: bytes, places: Sequence[int], begins: frozenset[int], place: int, more: int) -> tuple[list[Piece], int]:
    """The frames behind which the next one, or the end of the stream, stands where their length says; and all tries."""
    pieces, tries, free = [], 0, 0
    for at in places:
        if at < free or at + place >= len(data):
            continue
        end = at + data[at + place] + more
        if end > len(data) or end <= at + place:
            continue
        tries += 1
        if end == len(data) or end in begins:
            pieces.append(Piece(at, data[at:end], data[at:end]))
            free = end
    return pieces, tries


def _without_end(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The frames with a byte that ends all of them left out of what a check stands behind."""
    ends = {piece.data[-1] for piece in pieces}
    different = {piece.data for piece in pieces}
    if len(ends) != 1 or len(different) < _ENDED:
        return tuple(pieces)
    return tuple(Piece(piece.start, piece.data, piece.data[:-1]) for piece in pieces)


def _holds(data: bytes, pieces: Sequence[Piece], tries: int) -> bool:
    """Whether a length holds nearly always: among bytes that repeat, many lengths hold sometimes."""
    return len(pieces) >= _HOLDS * tries and _size(pieces) >= _HOLDS * len(data)


def _length_words(header: bytes, place: int, more: int, *, is_dgus: bool) -> str:
    if is_dgus:
        return "frames as on a DWIN DGUS display bus: 5A A5, length, command"
    counts = f"which leaves out {more} of its bytes" if more > 0 else "which counts the whole frame"
    if more < 0:
        counts = f"which counts {-more} more than there are"
    return f"binary frames that begin with {_hex(header)}; byte {place + 1} is its length, {counts}"


def _of_one_length(data: bytes, header: bytes, places: Sequence[int], chance: float) -> Iterator[Framing]:
    apart = Counter(after - at for number, at in enumerate(places) for after in places[number + 1 : number + 4])
    begins = frozenset(places)
    for length, _ in apart.most_common(2):
        if not 3 <= length <= LONGEST:
            continue
        pieces, free = [], 0
        for at in places:
            end = at + length
            if at >= free and (end in begins or end == len(data)):
                pieces.append(Piece(at, data[at:end], data[at:end]))
                free = end
        tries = max(len(pieces), len(data) // length)
        joined = digits(len(pieces), tries, chance) if _holds(data, pieces, tries) else 0.0
        odds = after_trying(joined, 2 * _FREQUENT * LONGEST)
        words = f"binary frames of {length} bytes that begin with {_hex(header)}"
        yield Framing(Cut.FIXED, words, _without_end(pieces), odds)


def _hex(data: bytes) -> str:
    return data.hex(" ").upper()
