"""What happened to a store as a whole: restored from a backup, or salvaged from a damaged one.

`history.jsonl` beside the database has one line for each, `{"event": {...}, "signature": "<hexadecimal>"}`, signed as
a seal is (docs/ledger.md), numbered and chained to the line before. The first entry of every later session names the
digest of the last line, so that a line cannot be taken away unseen once something was recorded after it. A line that
was signed with a later key than the store names brings the acts that lead to that key along, as `keys`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from devicelog import __version__, clock
from devicelog.acts.keychain import KeyChain, acts_in, told
from devicelog.errors import StoreFormatError
from devicelog.ledger import GENESIS, Seal, decode, encode, seal
from devicelog.store.files import write_durably
from devicelog.store.folder import Folder
from devicelog.store.rotation import signing_key

if TYPE_CHECKING:
    from devicelog.store.reader import Reader

FILE = "history.jsonl"


class Event(StrEnum):
    """What can happen to a store as a whole."""

    RESTORED = "restored"
    SALVAGED = "salvaged"


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a history; `faulty` says what is wrong with it, and is empty for one that can be believed.

    `key` is the one that signed it.
    """

    number: int
    content: Mapping[str, Any]
    digest: bytes
    key: bytes
    faulty: str = ""

    @property
    def event(self) -> str:
        return str(self.content.get("history"))


def happenings(folder: Folder, keys: KeyChain) -> list[Happening]:
    """The history of a store, oldest first; empty if nothing ever happened to it. StoreFormatError if it is damaged.

    `keys` are those that its chain of seals names.
    """
    return list(_checked(_read(folder.path / FILE), folder, keys))


def last_digest(folder: Folder) -> str | None:
    """What a new session refers to: the digest of the last line, hexadecimal; None if there is no history."""
    lines = _read(folder.path / FILE)
    return lines[-1].digest.hex() if lines else None


def add(reader: Reader, event: Event, content: Mapping[str, Any]) -> None:
    """Add a signed line to the history of a store, durably. Raises StoreFormatError if no key is here to sign it."""
    file = reader.folder.path / FILE
    lines = _read(file)
    key, chain = signing_key(reader)
    later = chain.handovers[len(reader.keychain().handovers) :]
    said = {
        "history": event.value,
        "number": len(lines) + 1,
        "previous": (lines[-1].digest if lines else GENESIS).hex(),
        "installation": reader.folder.id,
        "wall": clock.utc(clock.now().wall_ns),
        "software": f"devicelog {__version__}",
        **({"keys": told(later)} if later else {}),
        **content,
    }
    written = [*lines, seal(key, said)]
    write_durably(file, b"".join(_line(one) for one in written))


def _line(signed: Seal) -> bytes:
    return b'{"event":%b,"signature":"%b"}\n' % (signed.body, signed.signature.hex().encode())


def _read(file: Path) -> list[Seal]:
    try:
        lines = file.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreFormatError(f"{file} cannot be read ({error.strerror}); restore it from a backup.") from None
    return [_signed(file, number, line) for number, line in enumerate(lines, start=1)]


def _signed(file: Path, number: int, line: bytes) -> Seal:
    try:
        match decode(line):
            case {"event": dict(event), "signature": str(signature)}:
                return Seal(encode(event), bytes.fromhex(signature))
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        pass
    raise StoreFormatError(f"line {number} of {file} is damaged; restore it from a backup.")


def _checked(lines: list[Seal], folder: Folder, keys: KeyChain) -> Iterator[Happening]:
    previous, signer = GENESIS, 0
    for number, line in enumerate(lines, start=1):
        content = line.content
        faulty = ""
        keys = keys.continued(_brought_along(content))
        signers = [at for at, key in enumerate(keys.keys) if at >= signer and line.is_signed_by(key)]
        signer = signers[0] if signers else signer  # a key that was given up says nothing more
        if not signers:
            faulty = "was changed or is not signed by this installation"
        elif content.get("installation") != folder.id:
            faulty = f"belongs to installation {content.get('installation')!r}"
        elif content.get("number") != number or content.get("previous") != previous.hex():
            faulty = "is not in its place: one before it was changed or is gone"
        yield Happening(number, content, line.digest, keys.keys[signer], faulty)
        previous = line.digest


def _brought_along(content: Mapping[str, Any]) -> list[Seal]:
    """The acts that lead to the key of a line; none if they cannot be read."""
    try:
        return acts_in(content.get("keys", ()))
    except ValueError:
        return []
