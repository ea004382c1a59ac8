"""A binding as people read it: the device, where it belongs, and where it is now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from devicelog.clock import told
from devicelog.terminal.screen import clean

if TYPE_CHECKING:
    from devicelog.acts.binding import Binding, Taken
    from devicelog.errors import PortError


def binding_lines(binding: Binding, seat: str | PortError) -> Iterator[str]:
    """A binding that holds; `seat` is its port now, or why it has none."""
    yield clean(binding.name)
    yield clean(f"  device   {binding.words}")
    yield clean(f"  belongs  to {binding.place}")
    yield clean(f"  bound    {told(binding.wall)} by {binding.by}, at {binding.port}")
    yield clean(f"  now      {f'at {seat}' if isinstance(seat, str) else seat}")


def past_line(binding: Binding, ended: Taken | Binding) -> str:
    """A binding that holds no more."""
    how = "taken back" if hasattr(ended, "binding") else "replaced"
    was = f"{binding.name}: {binding.words}, bound to {binding.place} {told(binding.wall)} by {binding.by}"
    return clean(f"{was}; {how} {told(ended.wall)} by {ended.by}")
