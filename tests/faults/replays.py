"""Every session of every store below a folder, decoded again from its kept bytes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from devicelog.errors import DevicelogError
from devicelog.replay.replay import differences
from devicelog.store.folder import open_folder
from devicelog.store.reader import Reader

#: What a store that may be damaged on purpose has beside it, so that nobody takes it for one that must be whole.
DAMAGED = "damaged-on-purpose"


@dataclass(slots=True)
class ReplayCounts:
    """Stores and sessions replayed; `passed_over` are stores damaged on purpose or without their keys."""

    stores: int = 0
    sessions: int = 0
    entries: int = 0
    passed_over: int = 0
    differing: list[str] = field(default_factory=list)


def replay_everything(folder: Path) -> ReplayCounts:
    """Replay what the stores below a folder keep, with the drivers of now."""
    counts = ReplayCounts()
    for store, keys in stores_below(folder):
        if keys is None or any((above / DAMAGED).exists() for above in (store, *store.parents)):
            counts.passed_over += 1
            continue
        with mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(keys)}):
            _replay_store(store, counts)
    return counts


def stores_below(folder: Path) -> Iterator[tuple[Path, Path | None]]:
    """Each store below a folder and the folder of its keys; None where they are not there."""
    for description in sorted(folder.rglob("store.json")):
        try:
            name = open_folder(description.parent).id
        except DevicelogError:
            yield description.parent, None
            continue
        above = [parent for parent in description.parents if parent.is_relative_to(folder)]
        holders = (keys for parent in above for keys in sorted(parent.glob("*keys*")))
        yield description.parent, next((keys for keys in holders if list(keys.glob(f"*{name}*"))), None)


def _replay_store(store: Path, counts: ReplayCounts) -> None:
    try:
        with Reader.open(store) as reader:
            counts.stores += 1
            for session in reader.sessions():
                counts.sessions += 1
                counts.entries += sum(1 for _ in reader.lines(session.number))
                for difference in differences(reader, session):
                    counts.differing.append(f"{store.name} {session.id}/{difference.number}: {difference}")
                    break
    except DevicelogError as error:
        counts.differing.append(f"{store.name}: {error}")
