"""Photographs by reference: name and SHA-256 of a file that stays where it is, and whether it is still the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from devicelog.errors import BadInputError
from devicelog.ledger import Kind
from devicelog.record.record import Record


class Found(StrEnum):
    """What became of a picture."""

    SAME = "same"
    RENAMED = "renamed"
    CHANGED = "changed"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Checked:
    """A photograph of the record, held against a folder; `file` is the name that it has there now."""

    entry: int
    name: str
    sha256: str
    when: str
    found: Found
    file: str | None

    @property
    def holds(self) -> bool:
        return self.found in (Found.SAME, Found.RENAMED)


def digest_of(file: Path) -> str:
    """SHA-256 of a picture; BadInputError if it cannot be read."""
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise BadInputError(f"{file} cannot be read ({error.strerror}); give the path of a picture.") from None


def check(record: Record, folder: Path) -> Iterator[Checked]:
    """Each photograph of a record held against a folder; one that was renamed is found by its content."""
    if not folder.is_dir():
        raise BadInputError(f"{folder} is no folder; give the one that the pictures are in.")
    made = record.statements.of(Kind.PHOTOGRAPH)
    there = {file.name: digest_of(file) for file in sorted(folder.iterdir()) if file.is_file()} if made else {}
    names = {digest: name for name, digest in there.items()}
    for one in made:
        name, sha256 = one.now["file"], one.now["sha256"]
        if there.get(name) == sha256:
            found, file = Found.SAME, name
        elif sha256 in names:
            found, file = Found.RENAMED, names[sha256]
        else:
            found, file = (Found.CHANGED, name) if name in there else (Found.MISSING, None)
        yield Checked(one.number, name, sha256, one.now["when"], found, file)
