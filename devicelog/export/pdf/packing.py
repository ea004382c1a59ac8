"""A PDF with its small objects packed: object streams and a cross-reference stream, ISO 32000-1, 7.5.7 and 7.5.8.

typst writes each of the many small objects that make a tagged file by itself and uncompressed, which is half of the
file; some engines of HL7 cut what is longer than 48 kB. Nothing of what the objects say is changed.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

#: So many objects in one object stream: readers open a stream whole.
_IN_ONE = 200
_LEVEL = 9

_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_TABLE = re.compile(rb"xref\s+0 (\d+)\s+")
_OBJECT = re.compile(rb"\A(\d+) 0 obj\s*(.*?)\s*endobj\s*\Z", re.DOTALL)
_TRAILER = re.compile(rb"trailer\s*<<(.*)>>\s*startxref", re.DOTALL)
_ENTRY = 20


def packed(data: bytes) -> bytes:
    """The same file, smaller; ValueError if it is not of the plain kind that typst writes."""
    start = _START.search(data)
    table = _TABLE.match(data, int(start[1])) if start is not None else None
    trailer = _TRAILER.search(data, table.end()) if table is not None else None
    if table is None or trailer is None:
        raise ValueError("the PDF has no plain cross-reference table")
    objects = _objects(data, table.start(), _offsets(data, table))
    streams = {number: body for number, body in objects.items() if body.endswith(b"endstream")}
    small = [(number, body) for number, body in objects.items() if number not in streams]
    head = data[: data.index(b"1 0 obj")] if 1 in objects else b"%PDF-1.7\n"
    said = re.sub(rb"/Size \d+", b"", trailer[1]).strip()
    return b"".join(_written(head, streams, small, int(table[1]), said))


def fingerprint() -> str:
    """How this computer's zlib packs, by what it makes of a known text: another one may pack otherwise."""
    known = b"".join(b"%d 0 R /P %d /K[%d]" % (n * 7919 % 977, n * n % 131, n % 17) for n in range(3000))
    return sha256(zlib.compress(known, _LEVEL)).hexdigest()[:16]


def _offsets(data: bytes, table: re.Match[bytes]) -> list[int]:
    """Where each object in use begins."""
    entries = (data[table.end() + _ENTRY * at :][:_ENTRY] for at in range(int(table[1])))
    return sorted(int(entry[:10]) for entry in entries if entry[17:18] == b"n")


def _objects(data: bytes, end: int, offsets: Sequence[int]) -> Mapping[int, bytes]:
    found = {}
    for begin, until in zip(offsets, [*offsets[1:], end], strict=True):
        said = _OBJECT.match(data[begin:until])
        if said is None:
            raise ValueError(f"the PDF has no object at byte {begin}")
        found[int(said[1])] = said[2]
    return dict(sorted(found.items()))


def _written(
    head: bytes, streams: Mapping[int, bytes], small: Sequence[tuple[int, bytes]], size: int, trailer: bytes
) -> Iterator[bytes]:
    """The file, piece by piece: streams as they were, packed objects, and the table of where everything is."""
    places: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
    at = len(head)
    yield head
    bodies = dict(streams)
    for place in range(0, len(small), _IN_ONE):
        some, number = small[place : place + _IN_ONE], size + place // _IN_ONE
        bodies[number] = _object_stream(some)
        places |= {each: (2, number, index) for index, (each, _) in enumerate(some)}
    for number, body in bodies.items():
        piece = b"%d 0 obj\n%b\nendobj\n" % (number, body)
        places[number] = (1, at, 0)
        at += len(piece)
        yield piece
    own = max(*bodies, size - 1) + 1
    places[own] = (1, at, 0)
    rows = (places.get(number, (0, 0, 65535)) for number in range(own + 1))
    table = b"".join(kind.to_bytes(1) + where.to_bytes(4) + more.to_bytes(2) for kind, where, more in rows)
    about = b"/Type/XRef/Size %d/W[1 4 2]%b" % (own + 1, trailer)
    yield b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (own, _stream(about, table), at)


def _object_stream(objects: Sequence[tuple[int, bytes]]) -> bytes:
    numbers, at = [], 0
    for number, body in objects:
        numbers.append(b"%d %d" % (number, at))
        at += len(body) + 1
    index = b" ".join(numbers) + b"\n"
    about = b"/Type/ObjStm/N %d/First %d" % (len(objects), len(index))
    return _stream(about, index + b"\n".join(body for _, body in objects))


def _stream(about: bytes, data: bytes) -> bytes:
    inside = zlib.compress(data, _LEVEL)
    return b"<<%b/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (about, len(inside), inside)
