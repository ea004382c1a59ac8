"""The ledger inside a session.json, read line by line as `session_json` writes it; nothing in it is trusted."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, TypeVar

import msgspec

from devicelog.acts.keychain import KeyChain
from devicelog.chunk import Chunk, ChunkKind
from devicelog.errors import BadInputError
from devicelog.export.json import session_json
from devicelog.ledger import Line, Seal, encode
from devicelog.ledger.sealed import Opening
from devicelog.record import as_json as record_json

_LEDGER = b'"ledger": {'
#: More than any line, and than all that stands before the ledger, of a file that devicelog writes (bytes).
_LONGEST, _LONGEST_HEAD = 1 << 24, 1 << 27


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    entry: msgspec.Raw
    hash: str


class _Seal(msgspec.Struct, forbid_unknown_fields=True):
    seal: msgspec.Raw
    signature: str


class _Chunk(msgspec.Struct, forbid_unknown_fields=True):
    link: int
    kind: str
    boot_ns: str
    wall_ns: str
    data: str


class _Kept(msgspec.Struct, forbid_unknown_fields=True):
    installation: str
    public_key: str
    keys: list[_Seal] = []


class _Record(msgspec.Struct):
    version: int
    session: str
    state: str


class _Opening(msgspec.Struct, forbid_unknown_fields=True):
    salt: str
    text: str


class _Head(msgspec.Struct):
    """What stands before the ledger, as far as it is needed to read it; the same in every version."""

    format: str
    version: int
    software: str
    subject_reference: str | None
    record: _Record
    openings: dict[str, _Opening] = {}
    made_with: dict[str, str] = {}
    subject_name: str | None = None
    subject_birth_date: str | None = None


_T = TypeVar("_T", bound=msgspec.Struct)
_Made = TypeVar("_Made")


class ExportedLedger:
    """One session as an export holds it."""

    def __init__(self, path: Path) -> None:
        """Read what stands before the ledger; BadInputError if that is not from an export of a known version."""
        self._path = path
        head = self._read_head()
        self.versions = (head.version, head.record.version)
        if head.format != session_json.FORMAT or not _are_known(*self.versions):
            found = f"found {head.format!r} version {head.version} with a record of version {head.record.version}"
            known = f"{session_json.FORMAT!r} up to {session_json.VERSION} with a record up to {record_json.VERSION}"
            raise BadInputError(f"{found}, and this devicelog reads {known}")
        self.software = head.software
        self.made_with = head.made_with
        self.id = head.record.session
        self.state = head.record.state
        self.reference = head.subject_reference
        self.name = head.subject_name
        self.birth_date = head.subject_birth_date
        self.openings = {digest: _opening(kept) for digest, kept in head.openings.items()}

    @property
    def is_as_written_now(self) -> bool:
        """Whether this devicelog would write the same files from the same ledger."""
        return self.versions == (session_json.VERSION, record_json.VERSION)

    def opening(self, value: Mapping[str, str]) -> Opening | None:
        """What opens a sealed text; None if it is not here, or is that of another text."""
        opening = self.openings.get(value["digest"])
        return opening if opening is not None and opening.digest == value["digest"] else None

    def lines(self) -> Iterator[Line]:
        """The entries with the numbers that their own bodies carry; BadInputError for what is not an entry."""
        return self._items(b"entries", _Entry, _line)

    def chunks(self) -> Iterator[tuple[int, Chunk]]:
        return enumerate(self._items(b"chunks", _Chunk, _chunk), start=1)

    def seals(self) -> Iterator[tuple[int, Seal]]:
        return ((_seal_number(seal), seal) for seal in self._items(b"seals", _Seal, _seal))

    def _read_head(self) -> _Head:
        head: list[bytes] = []
        length = 0
        with self._path.open("rb") as file:
            for line in _lines(file):
                if line.startswith(_LEDGER):
                    break
                head.append(line)
                length += len(line)
                if length > _LONGEST_HEAD:
                    raise BadInputError("what stands before its ledger is longer than any that devicelog writes")
            else:
                raise BadInputError("found no ledger in it, expected an export as devicelog writes it")
        kept = _decoded(line.removeprefix(b'"ledger": ').rstrip(b",\n") + b"}", _Kept)
        self.installation = kept.installation
        acts = [_seal(item) for item in kept.keys]
        self.keys = KeyChain(kept.installation, _hex(kept.public_key, 32), [(_seal_number(act), act) for act in acts])
        if len(self.keys.handovers) != len(acts):
            raise BadInputError("one of its keys was not handed over by the one before")
        self.head = b"".join(head)
        return _decoded(self.head.rstrip().removesuffix(b",") + b"}", _Head)

    def _items(self, name: bytes, kind: type[_T], make: Callable[[_T], _Made]) -> Iterator[_Made]:
        """What is made of the items of one list of the ledger, one a line; a complaint names the item."""
        with self._path.open("rb") as file:
            lines = _lines(file)
            for line in lines:
                if line == b'"' + name + b'": [\n':
                    break
            else:
                raise BadInputError(f"found no list of {name.decode()} in it, expected one")
            for number, line in enumerate(lines, start=1):
                if line.startswith(b"]"):
                    return
                if line != b"\n":
                    try:
                        made = make(_decoded(line.rstrip(b"\n").removesuffix(b","), kind))
                    except BadInputError as error:
                        raise BadInputError(f"item {number} of the {name.decode()}: {error}") from None
                    yield made
        raise BadInputError(f"the list of {name.decode()} breaks off, expected its end")


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file; BadInputError for one that is too long to be of an export."""
    while line := file.readline(_LONGEST):
        if len(line) == _LONGEST:
            raise BadInputError("a line of it is longer than any that devicelog writes")
        yield line


def _are_known(file: int, record: int) -> bool:
    return 1 <= file <= session_json.VERSION and 1 <= record <= record_json.VERSION


def _decoded(text: bytes, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInputError(f"a line of it cannot be read: {error}") from None


def _line(item: _Entry) -> Line:
    body = bytes(item.entry)
    return Line(_number(body), body, _hex(item.hash, 32))


def _seal(item: _Seal) -> Seal:
    return Seal(bytes(item.seal), _hex(item.signature, 64))


def _number(body: bytes) -> int:
    """The number of an entry, whose body must be in the canonical encoding."""
    try:
        value: Any = msgspec.json.decode(body)
        number = value[0]
        canonical = encode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, LookupError, TypeError, RecursionError):
        raise BadInputError("it cannot be read") from None
    if not isinstance(number, int) or canonical != body:
        raise BadInputError("it is not in the canonical encoding")
    return number


def _seal_number(seal: Seal) -> int:
    """The number that a seal says it has; 0 for none."""
    number = seal.content.get("seal")
    return number if isinstance(number, int) else 0


def _hex(text: str, length: int) -> bytes:
    try:
        value = bytes.fromhex(text)
    except ValueError:
        value = b""
    if len(value) != length or value.hex() != text:
        raise BadInputError(f"found {text[:80]!r}, expected {2 * length} hexadecimal digits")
    return value


def _opening(kept: _Opening) -> Opening:
    return Opening(_hex(kept.salt, 16), kept.text)


def _chunk(item: _Chunk) -> Chunk:
    """A chunk; ValueError for one that cannot be read."""
    try:
        data = b64decode(item.data, validate=True)
    except binascii.Error as error:
        raise ValueError(f"its data is not base64: {error}") from None
    return Chunk(item.link, ChunkKind(item.kind), int(item.boot_ns), int(item.wall_ns), data)
