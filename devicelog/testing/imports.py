"""What a driver's own code imports, found in its source and not by running it."""

from __future__ import annotations

import ast
import inspect
import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from devicelog.driver import Driver

#: What a driver has no business with: ports, clocks, threads, files, pint, the store.
FORBIDDEN = frozenset(
    [
        "asyncio",
        "apsw",
        "concurrent",
        "datetime",
        "devicelog.clock",
        "devicelog.link",
        "devicelog.serial_port",
        "devicelog.store",
        "http",
        "io",
        "multiprocessing",
        "os",
        "pathlib",
        "pint",
        "select",
        "serial",
        "shutil",
        "signal",
        "socket",
        "sqlite3",
        "subprocess",
        "tempfile",
        "threading",
        "time",
        "urllib",
    ]
)


def forbidden_imports(driver: Driver) -> list[str]:
    """`module imports name` for everything that a driver must not import, in the modules of its own package."""
    factory = inspect.unwrap(driver.decoder)
    waiting = {factory.__module__, type(driver.decoder()).__module__}
    package = factory.__module__.partition(".")[0]
    seen: set[str] = set()
    found = []
    while waiting:
        module = sys.modules.get(name := waiting.pop()) or import_module(name)
        seen.add(name)
        for imported in _imports(module):
            if any(imported == each or imported.startswith(f"{each}.") for each in FORBIDDEN):
                found.append(f"{name} imports {imported}")
            if imported.partition(".")[0] == package and imported not in seen and _is_module(imported):
                waiting.add(imported)
    return sorted(found)


def _imports(module: ModuleType) -> Iterator[str]:
    """The full names that a module imports; those only for type checking are not run and not counted."""
    tree = ast.parse(inspect.getsource(module))
    base = module.__package__ or ""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
                waiting += node.orelse
                continue
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom():
                above = base.rsplit(".", node.level - 1)[0] if node.level else ""
                source = ".".join(part for part in (above, node.module) if part)
                yield source
                yield from (f"{source}.{alias.name}" for alias in node.names)
        waiting += ast.iter_child_nodes(node)


def _is_module(name: str) -> bool:
    if name in sys.modules:
        return True
    from importlib.util import find_spec

    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False
