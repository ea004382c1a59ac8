"""The bindings of an installation in its store: acts in the chain of seals, so that every copy carries them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from devicelog.acts.binding import DEVICE_BOUND, DEVICE_UNBOUND, Binding, Bindings
from devicelog.store.again import again_if_changed
from devicelog.store.database import transaction
from devicelog.store.reader import Reader
from devicelog.store.sealing import append_act

if TYPE_CHECKING:
    from devicelog.store.writer import Writer


def bindings(reader: Reader) -> Bindings:
    """Those of a store; an act that its key of that time has not signed does not count. StoreFormatError if damaged."""
    return Bindings(reader.signed_acts(DEVICE_BOUND, DEVICE_UNBOUND))


def known_in(path: Path) -> Bindings:
    """Those of the store in a folder; none if there is no store yet."""
    if not (path / "store.json").exists():
        return Bindings()
    with Reader.open(path) as reader:
        return bindings(reader)


@again_if_changed
def bind(writer: Writer, binding: Binding) -> Binding:
    """Write an act that binds a device, in the place of those that it `replaces`; the binding as it is then kept."""
    with transaction(writer.folder, writer.connection):
        append_act(writer, DEVICE_BOUND, **binding.content())
    return list(bindings(writer))[-1]


@again_if_changed
def unbind(writer: Writer, binding: Binding, by: str) -> None:
    """Write an act that takes a binding back."""
    with transaction(writer.folder, writer.connection):
        append_act(writer, DEVICE_UNBOUND, binding=binding.number, by=by)
