"""The recalled lots of an installation in its store: acts in the chain of seals, so that every copy carries them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from devicelog.products.recall import LOT_RECALLED, LOT_RELEASED, Recall, Recalls
from devicelog.store.again import again_if_changed
from devicelog.store.database import transaction
from devicelog.store.reader import Reader
from devicelog.store.sealing import append_act

if TYPE_CHECKING:
    from devicelog.store.writer import Writer


def recalls(reader: Reader) -> Recalls:
    """Those of a store; an act that its key of that time has not signed does not count. StoreFormatError if damaged."""
    keys = reader.keychain()
    return Recalls(act for number, act in reader.acts() if act.is_signed_by(keys.at(number)))


def known_in(path: Path) -> Recalls:
    """Those of the store in a folder; none if there is no store yet."""
    if not (path / "store.json").exists():
        return Recalls()
    with Reader.open(path) as reader:
        return recalls(reader)


@again_if_changed
def recall(writer: Writer, recalled: Recall) -> Recall:
    """Write an act that recalls a lot; the recall as it is then kept."""
    with transaction(writer.folder, writer.connection):
        append_act(writer, LOT_RECALLED, **recalled.content())
    return list(recalls(writer))[-1]


@again_if_changed
def release(writer: Writer, recalled: Recall, by: str, reason: str) -> None:
    """Write an act that takes a recall back."""
    with transaction(writer.folder, writer.connection):
        append_act(writer, LOT_RELEASED, recall=recalled.number, by=by, reason=reason)
