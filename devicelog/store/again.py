"""A change that is made again when another program wrote to the store between its reading and its writing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from devicelog.errors import StoreChangedError

if TYPE_CHECKING:
    from devicelog.store.writer import Writer

#: More often than this nobody else comes first, unless something writes without a pause.
TIMES = 20

_P = ParamSpec("_P")
_T = TypeVar("_T")


def again_if_changed(change: Callable[Concatenate[Writer, _P], _T]) -> Callable[Concatenate[Writer, _P], _T]:
    """For what reads, and then writes in one transaction: all of it is done anew, under the key in force then.

    Raises StoreChangedError, which is a StoreBusyError, if others are first every time.
    """

    @wraps(change)
    def changed(writer: Writer, /, *args: _P.args, **more: _P.kwargs) -> _T:
        for _ in range(TIMES):
            try:
                return change(writer, *args, **more)
            except StoreChangedError:
                writer.settle_key()
        return change(writer, *args, **more)

    return changed
