"""Whether a store is what an older backup saw of it, as far as that backup's witness statement reaches."""

from __future__ import annotations

from devicelog.backup.manifest import Manifest
from devicelog.store.history import Event, Happening, happenings
from devicelog.store.reader import Reader


def contradiction(reader: Reader, older: Manifest) -> str | None:
    """How a store contradicts what an older manifest states of it; None if it does not.

    A seal that was lost when the store was restored or salvaged, as its signed history says, is no contradiction.
    """
    witness = older.witness
    if witness is None:
        return None
    seal = reader.seal(witness.seal)
    if seal is not None and seal.digest.hex() == witness.digest:
        return None
    if any(_explains(happening, older) for happening in happenings(reader.folder)):
        return None
    if seal is None:
        return f"the backup has seal {witness.seal} of {witness.wall}, which the store lacks"
    return f"the backup has another seal {witness.seal}, of {witness.wall}, than the store"


def _explains(happening: Happening, older: Manifest) -> bool:
    said = happening.content
    if happening.faulty or str(said.get("wall")) < older.made:
        return False
    return happening.event == Event.SALVAGED or (
        happening.event == Event.RESTORED and int(said.get("seal", 0)) < older.seal
    )
