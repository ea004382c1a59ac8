"""session.json: the record as people see it and the whole ledger it comes from, with its schema beside it.

One entry, chunk and seal a line, so that a long session is written and read again in constant memory. Entries and seals
stand as they were hashed and signed: the canonical encoding of the JSON value is the body, byte for byte.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import IO, Any

import msgspec

from devicelog.chunk import Chunk
from devicelog.export.session import ExportedSession
from devicelog.ledger import Line, encode
from devicelog.ledger.sealed import Opening
from devicelog.record.as_json import content
from devicelog.witness.file import line_of

FILE = "session.json"
SCHEMA = "session.schema.json"
ABOUT = f"""\
{FILE}           the record as people see it, and the whole ledger that it comes from
{SCHEMA}    JSON Schema of {FILE}"""
#: What `format` says, and the version of it. Anything that changes a file of an export raises this version, or that of
#: the record in it; else an older export would be called altered.
FORMAT = "devicelog session"
VERSION = 2
#: The mark of a de-identified file stands within so many lines.
_MARKED_WITHIN = 6
#: No more is read of each of them (bytes).
_LOOKED_AT = 4096


def write(session: ExportedSession, folder: Path) -> None:
    """Write session.json and its schema; memory does not grow with the length of the session."""
    with (folder / FILE).open("wb") as file:
        _write(session, file)
    (folder / SCHEMA).write_bytes(schema())


def schema() -> bytes:
    """The JSON Schema of session.json, as shipped."""
    return files("devicelog.export.json").joinpath(SCHEMA).read_bytes()


def is_deidentified(file: Path) -> bool:
    """Whether a session.json says that it holds no ledger, because it is de-identified; reads its first lines only."""
    with file.open("rb") as lines:
        return any(lines.readline(_LOOKED_AT) == b'  "deidentified": true,\n' for _ in range(_MARKED_WITHIN))


def head_of(session: ExportedSession) -> dict[str, Any]:
    """What stands before the ledger."""
    return {
        "format": FORMAT,
        "version": VERSION,
        **({"deidentified": True} if session.deidentified else {}),
        "software": session.software,
        "made_with": dict(sorted(session.made_with.items())),
        "subject_reference": session.source.reference,
        "subject_name": session.source.name,
        "subject_birth_date": session.source.birth_date,
        "seal_text": session.seal_text,
        "openings": {digest: _told(opening) for digest, opening in session.openings.items()},
        "record": content(session.record),
    }


def _told(opening: Opening) -> dict[str, str]:
    """What opens a free text: SHA-256 over salt and text is the digest that its entry holds."""
    return {"salt": opening.salt.hex(), "text": opening.text}


def _write(session: ExportedSession, file: IO[bytes]) -> None:
    source = session.source
    head = msgspec.json.format(msgspec.json.encode(head_of(session)), indent=2)
    if session.deidentified:
        file.write(head + b"\n")
        return
    kept = msgspec.json.encode({"installation": source.installation, "public_key": source.keys.first.hex()})
    keys = b",".join(line_of(act) for act in source.keys.handovers)
    file.write(head.removesuffix(b"\n}") + b',\n"ledger": ' + kept.removesuffix(b"}") + b',"keys":[' + keys + b"],\n")
    _write_list(file, b"entries", (entry_line(line) for line in source.lines()), last=False)
    _write_list(file, b"chunks", (chunk_line(chunk) for _, chunk in source.chunks()), last=False)
    _write_list(file, b"seals", (line_of(seal) for _, seal in source.seals()), last=True)
    file.write(b"}\n}\n")


def _write_list(file: IO[bytes], name: bytes, items: Iterable[bytes], *, last: bool) -> None:
    file.write(b'"' + name + b'": [')
    separator = b"\n"
    for item in items:
        file.write(separator + item)
        separator = b",\n"
    file.write(b"\n]\n" if last else b"\n],\n")


def entry_line(line: Line) -> bytes:
    """An entry's body as it is, and the hash of the chain up to it."""
    return b'{"entry":%b,"hash":"%b"}' % (line.body, line.hash.hex().encode())


def chunk_line(chunk: Chunk) -> bytes:
    """A chunk; stamps are text, because they are longer than the whole numbers of many JSON readers."""
    return encode(
        {
            "link": chunk.link,
            "kind": chunk.kind.value,
            "boot_ns": str(chunk.boot_ns),
            "wall_ns": str(chunk.wall_ns),
            "data": b64encode(chunk.data).decode(),
        }
    )
