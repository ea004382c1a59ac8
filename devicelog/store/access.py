"""Who read or exported what: a chained file beside the store, which readers write while a recording has its lock.

`access.jsonl` has one line for each access, `{"number":n,"previous":"<hex>","sealed":"<base64>"}`. `sealed` is 12 bytes
of nonce and AES-256-GCM of the access as JSON, under a key of its own made of the store's, with `<n> <previous>` as
associated data; `previous` is the digest of the line before, H(0x04 | line without its line feed), 32 zero bytes before
the first. Number and digest of the last line stand in every seal that is made after it, so a cut end is seen. It holds
ids of sessions and subjects and nothing else of a patient.
"""

from __future__ import annotations

import os
import secrets
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

import msgspec

from devicelog import clock
from devicelog.errors import DevicelogError, StoreFormatError
from devicelog.ledger import GENESIS
from devicelog.store.files import make_private
from devicelog.store.folder import Folder, lock_file

FILE = "access.jsonl"
_NONCE = 12
#: No line is longer: the reason for an access is cut.
_LONGEST = 16384
_LONGEST_WHY, _LONGEST_NAME = 500, 200
#: Ids of so many subjects stand in one line; of more, only how many they were.
_MOST_SUBJECTS = 50
#: How often and how long another reader is waited for, who writes a line of his own (s).
_TRIES, _PAUSE = 100, 0.02


class Access(msgspec.Struct, frozen=True):
    """One access: what was done, with which session or whose data, by whom, when, and why if that was said.

    `subjects` are ids; `count` says of how many subjects something was seen.
    """

    what: str
    by: str
    at: str = ""
    why: str | None = None
    session: str | None = None
    subjects: tuple[str, ...] = ()
    count: int = 0


class _Line(msgspec.Struct, frozen=True):
    number: int
    previous: str
    sealed: str


@dataclass(frozen=True, slots=True)
class Logged:
    """An access in its line; `access` is None if it does not open, `fault` says what is wrong with the line."""

    number: int
    digest: bytes
    access: Access | None
    fault: str = ""


_encode = msgspec.json.Encoder(order="sorted").encode
_line_of = msgspec.json.Decoder(_Line).decode
_access_of = msgspec.json.Decoder(Access).decode


def log(folder: Folder, access: Access) -> str | None:
    """Add an access, durably; None, or in one sentence why it could not be. Never raises: reading goes on."""
    try:
        file = folder.path / FILE
        make_private(file)
        with file.open("rb+", buffering=0) as opened, _held(opened):
            number, previous = _end(opened)
            _write(opened, _line(folder, number + 1, previous, access))
    except OSError as error:
        return f"this access could not be logged in {folder.path / FILE} ({error.strerror or error})"
    except DevicelogError as error:
        return f"this access could not be logged: {error}"
    return None


def head(folder: Folder) -> tuple[int, bytes] | None:
    """Number and digest of the last line; 0 and 32 zero bytes before the first, None if that cannot be read."""
    try:
        with (folder.path / FILE).open("rb", buffering=0) as opened:
            end = _end(opened)
            if os.name == "posix":
                os.fsync(opened.fileno())  # what a seal names is there after a power cut
            return end
    except FileNotFoundError:
        return 0, GENESIS
    except (OSError, StoreFormatError):
        return None


def accesses(folder: Folder) -> Iterator[Logged]:
    """Every access, oldest first, each held against the line before it; StoreFormatError if the file cannot be read.

    What broke off at the end, because the power went, is passed over: it was never there.
    """
    key = _key(folder)
    previous = GENESIS
    for count, data in enumerate(_lines(folder.path / FILE), start=1):
        line = _parsed(data)
        digest = sha256(b"\4" + data).digest()
        if line is None or (line.number, line.previous) != (count, previous.hex()):
            yield Logged(count, digest, None, "is not in its place: it or one before it was changed or is gone")
        else:
            access = _opened(key, line)
            yield Logged(count, digest, access, "" if access is not None else "does not open with the store's key")
        previous = digest


def _line(folder: Folder, number: int, previous: bytes, access: Access) -> bytes:
    at = clock.utc(clock.now().wall_ns)
    few = access.subjects if len(access.subjects) <= _MOST_SUBJECTS else ()
    why = access.why[:_LONGEST_WHY] if access.why else None
    by = access.by[:_LONGEST_NAME]
    made = msgspec.structs.replace(access, by=by, at=at, subjects=few, count=len(access.subjects), why=why)
    nonce = secrets.token_bytes(_NONCE)
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # on use: who only lists seals nothing

    sealed = nonce + AESGCM(_key(folder)).encrypt(nonce, _encode(made), _bound(number, previous.hex()))
    return _encode(_Line(number, previous.hex(), b64encode(sealed).decode())) + b"\n"


def _opened(key: bytes, line: _Line) -> Access | None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        data = b64decode(line.sealed, validate=True)
        inside = AESGCM(key).decrypt(data[:_NONCE], data[_NONCE:], _bound(line.number, line.previous))
        return _access_of(inside)
    except (InvalidTag, ValueError, msgspec.DecodeError):
        return None


def _bound(number: int, previous: str) -> bytes:
    return f"{number} {previous}".encode()


def _key(folder: Folder) -> bytes:
    return sha256(b"devicelog access log" + bytes.fromhex(folder.keys.store_key())).digest()


# -- the file --------------------------------------------------------------------------------------------------


@contextmanager
def _held(file: IO[bytes]) -> Iterator[None]:
    """The file for this process alone; OSError if others keep it for seconds. Closing the file gives it back."""
    for _ in range(_TRIES):
        if lock_file(file):
            yield
            return
        time.sleep(_PAUSE)
    raise OSError("another program holds it")


def _end(file: IO[bytes]) -> tuple[int, bytes]:
    """Number and digest of the last whole line; leaves the file where the next one begins."""
    size = file.seek(0, os.SEEK_END)
    begin = max(0, size - 2 * _LONGEST)
    file.seek(begin)
    tail = file.read(size - begin)
    end = tail.rfind(b"\n") + 1
    file.seek(begin + end)
    if end == 0:
        if begin:
            raise StoreFormatError(f"{FILE} is damaged at its end; see `devicelog verify`.")
        return 0, GENESIS
    data = tail[tail.rfind(b"\n", 0, end - 1) + 1 : end - 1]
    line = _parsed(data)
    if line is None:
        raise StoreFormatError(f"{FILE} is damaged at its end; see `devicelog verify`.")
    return line.number, sha256(b"\4" + data).digest()


def _write(file: IO[bytes], line: bytes) -> None:
    """Write a line where the last whole one ends, in the place of what broke off there."""
    file.truncate()
    while line:
        line = line[file.write(line) :]
    os.fsync(file.fileno())


def _lines(file: Path) -> Sequence[bytes]:
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreFormatError(f"{file} cannot be read ({error.strerror}); restore it from a backup.") from None
    return data.split(b"\n")[:-1]


def _parsed(data: bytes) -> _Line | None:
    try:
        return _line_of(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
