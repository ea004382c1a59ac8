"""The states in which a power cut may leave a disk, from a record of all that was written, synced, made and renamed.

What was synced is there. Of what was written since, nothing, all, a beginning, or any sectors may be there; and what
was lost by a sync that failed may be gone for ever, although a later sync succeeded. Of the changes of folders that
are not synced yet, a beginning is there on a file system that orders them (ext4; any sync makes all of them durable),
and any of them on one that does not (strict).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tests.faults.disk import Call, Op

SECTOR = 512


class Order(StrEnum):
    """What a file system promises about its folders."""

    EXT4 = "ext4"
    STRICT = "strict"


class Kept(StrEnum):
    """How much of what was not synced is there."""

    NONE = "none"
    ALL = "all"
    BEGINNING = "beginning"
    RANDOM = "random"


@dataclass(slots=True)
class _Change:
    """A change of a file's bytes; `is_lost` after a sync that failed: no later sync makes it durable."""

    call: Call
    is_lost: bool = False


@dataclass(slots=True)
class _File:
    """The bytes that are on the disk for certain, and the changes since."""

    content: bytearray = field(default_factory=bytearray)
    changes: list[_Change] = field(default_factory=list)

    def sync(self) -> None:
        """All changes are durable, but those that an earlier sync lost; what follows a lost one waits behind it."""
        while self.changes and not self.changes[0].is_lost:
            _apply(self.content, self.changes.pop(0).call)

    def lose(self) -> None:
        for change in self.changes:
            change.is_lost = True

    def after(self, chance: random.Random, kept: Kept, *, synced: int) -> bytes:
        """The bytes after a cut; `synced` of the changes are durable unless they are lost."""
        content = bytearray(self.content)
        cut = chance.randint(0, len(self.changes))
        for number, change in enumerate(self.changes):
            is_durable = number < synced and not change.is_lost
            if is_durable or kept is Kept.ALL or (kept is Kept.BEGINNING and number < cut):
                _apply(content, change.call)
            elif kept is Kept.RANDOM or (kept is Kept.BEGINNING and number == cut):
                _apply_torn(content, change.call, chance)
        return bytes(content)


def _apply(content: bytearray, call: Call) -> None:
    if call.op is Op.TRUNCATE:
        del content[call.offset :]
        return
    content.extend(bytes(max(0, call.offset - len(content))))
    content[call.offset : call.offset + len(call.data)] = call.data


def _apply_torn(content: bytearray, call: Call, chance: random.Random) -> None:
    """Some sectors of a write, or a truncation that happened or not."""
    if call.op is Op.TRUNCATE:
        if chance.random() < 0.5:
            _apply(content, call)
        return
    start, end = call.offset, call.offset + len(call.data)
    while start < end:
        stop = min(end, start - start % SECTOR + SECTOR)
        if chance.random() < 0.5:
            _apply(content, Call(Op.WRITE, call.path, start, call.data[start - call.offset : stop - call.offset]))
        start = stop


class Disk:
    """A disk as it comes to be; `call` is a hook for `disk.watched`. `lies` forgets the syncs of files."""

    def __init__(self, order: Order, *, lies: bool = False) -> None:
        self._order = order
        self._lies = lies
        self._files: dict[int, _File] = {}
        self._synced: dict[int, int] = {}
        self._now: dict[Path, int | None] = {}
        self._durable: dict[Path, int | None] = {}
        self._pending: list[tuple[Call, int | None]] = []

    def call(self, call: Call) -> None:
        """One change happens."""
        number = self._now.get(call.path)
        match call.op:
            case Op.CREATE:
                number = len(self._files)
                self._files[number] = _File()
                self._change_folder(call, number)
            case Op.WRITE | Op.TRUNCATE:
                assert number is not None
                self._files[number].changes.append(_Change(call))
            case Op.SYNC if not self._lies:
                assert number is not None
                self._sync(number)
            case Op.MAKE_FOLDER | Op.RENAME | Op.DELETE:
                self._change_folder(call, None)
            case Op.SYNC_FOLDER:
                self._sync_folders(lambda change: self._order is Order.EXT4 or call.path in _folders_of(change))

    def failed(self, call: Call) -> None:
        """A sync failed: what it should have written is gone from the caches, and no later one will write it."""
        number = self._now[call.path]
        assert number is not None
        self._files[number].lose()

    def _sync(self, number: int) -> None:
        file = self._files[number]
        file.sync()
        self._synced[number] = len(file.changes)
        if self._order is Order.EXT4:
            self._sync_folders(lambda _: True)

    def _change_folder(self, call: Call, number: int | None) -> None:
        self._pending.append((call, number))
        _apply_to_folders(self._now, call, number)

    def _sync_folders(self, concerns: Callable[[Call], bool]) -> None:
        """Changes of folders become durable, in their order."""
        for call, number in self._pending:
            if concerns(call):
                _apply_to_folders(self._durable, call, number)
        self._pending = [change for change in self._pending if not concerns(change[0])]

    def after_cut(self, chance: random.Random, kept: Kept) -> Iterator[tuple[Path, bytes | None]]:
        """What is there after a power cut: folders (None) and files with their bytes, folders before what they hold."""
        names = dict(self._durable)
        for call, number in self._surviving(chance, kept):
            _apply_to_folders(names, call, number)
        for path in sorted(names):
            number = names[path]
            file = self._files[number] if number is not None else None
            synced = self._synced.get(number, 0) if number is not None else 0
            yield path, file.after(chance, kept, synced=synced) if file is not None else None

    def _surviving(self, chance: random.Random, kept: Kept) -> list[tuple[Call, int | None]]:
        match kept:
            case Kept.NONE:
                return []
            case Kept.ALL:
                return self._pending
        if kept is Kept.RANDOM and self._order is Order.STRICT:
            return [change for change in self._pending if chance.random() < 0.5]
        return self._pending[: chance.randint(0, len(self._pending))]


def _apply_to_folders(names: dict[Path, int | None], call: Call, number: int | None) -> None:
    match call.op:
        case Op.CREATE | Op.MAKE_FOLDER:
            names[call.path] = number
        case Op.DELETE:
            names.pop(call.path, None)
        case Op.RENAME:
            assert call.to is not None
            moved = [path for path in names if path.is_relative_to(call.path)]  # a folder takes along what it holds
            if moved and call.path not in names:  # it is reached by its new name, though its old one never lasted
                names[call.to] = None
            for path in moved:
                names[call.to / path.relative_to(call.path)] = names.pop(path)


def _folders_of(call: Call) -> tuple[Path, ...]:
    """The folders that a change of names changes."""
    return (call.path.parent,) if call.to is None else (call.path.parent, call.to.parent)
