"""How much a decoder holds on to."""

from __future__ import annotations

import re
import sys
from collections import deque
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHARED = (type, ModuleType, FunctionType, BuiltinFunctionType, MethodType, re.Pattern)


def state_size(thing: object) -> int:
    """Bytes held by an object and what it refers to; functions, classes and modules are shared and not counted."""
    seen: set[int] = set()
    waiting: list[Any] = [thing]
    size = 0
    while waiting:
        held = waiting.pop()
        if id(held) in seen or isinstance(held, _SHARED):
            continue
        seen.add(id(held))
        size += sys.getsizeof(held)
        waiting += _parts(held)
    return size


def _parts(held: Any) -> Iterator[Any]:
    if isinstance(held, dict):
        yield from held.keys()
        yield from held.values()
    elif isinstance(held, list | tuple | set | frozenset | deque):
        yield from held
    yield from getattr(held, "__dict__", {}).values()
    for kind in type(held).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if hasattr(held, name):
                yield getattr(held, name)
