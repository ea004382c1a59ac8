"""What a driver's own code imports and calls, found in its source and not by running it."""

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

_LIBRARY = {
    "__future__",
    "abc",
    "array",
    "binascii",
    "bisect",
    "collections",
    "contextlib",
    "dataclasses",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "heapq",
    "importlib.resources",
    "itertools",
    "math",
    "numbers",
    "operator",
    "re",
    "string",
    "struct",
    "textwrap",
    "types",
    "typing",
    "unicodedata",
    "warnings",
}
_PURE = {"crcmod", "fastcrc", "msgspec", "pydantic", "re2", "typing_extensions"}
_CORE = {"driver", "errors", "guess", "logbook", "numbers", "problems", "profile"}
#: What a driver may import besides its own package: what only computes, and what reads the data of a package. All else
#: may reach a port, clock, file or thread.
ALLOWED = frozenset(_LIBRARY | _PURE) | {f"devicelog.{name}" for name in _CORE}
#: Functions that need no import and are no business of a driver either.
FORBIDDEN_CALLS = frozenset(
    {"__import__", "breakpoint", "compile", "eval", "exec", "globals", "input", "open", "print"}
)


def forbidden_imports(driver: Driver) -> list[str]:
    """`module imports name` for everything that a driver must not import, in the modules of its own package.

    Also `module calls name()`, for functions that are forbidden.
    """
    waiting = _homes(driver)
    package = type(driver.decoder()).__module__.partition(".")[0]
    seen: set[str] = set()
    found = []
    while waiting:
        module = sys.modules.get(name := waiting.pop()) or import_module(name)
        seen.add(name)
        tree = ast.parse(inspect.getsource(module))
        found += [f"{name} calls {called}()" for called in _calls(tree) if called in FORBIDDEN_CALLS]
        for imported in _imports(tree, module.__package__ or ""):
            if imported.partition(".")[0] != package:
                found += [] if _is_allowed(imported) else [f"{name} imports {imported}"]
            elif imported not in seen and _is_module(imported):
                waiting.add(imported)
    return sorted(found)


def _is_allowed(name: str) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in ALLOWED)


def _homes(driver: Driver) -> set[str]:
    """The modules in which a driver's value, the maker of its decoders and their class are."""
    decoder = type(driver.decoder()).__module__
    package = decoder.partition(".")[0]
    of_package = {name for name in sys.modules if name.partition(".")[0] == package}
    factory = inspect.unwrap(driver.decoder).__module__
    return {decoder, *(name for name in of_package if name == factory or _makes(sys.modules[name], driver))}


def _makes(module: ModuleType, driver: Driver) -> bool:
    """Whether a module makes this value, as opposed to importing it from elsewhere."""
    names = {name for name, value in vars(module).items() if value is driver}
    if not names:
        return False
    lines = ast.parse(inspect.getsource(module)).body
    targets = [target for line in lines if isinstance(line, ast.Assign) for target in line.targets]
    targets += [line.target for line in lines if isinstance(line, ast.AnnAssign)]
    return any(isinstance(target, ast.Name) and target.id in names for target in targets)


def _calls(tree: ast.Module) -> Iterator[str]:
    """The names of functions that are called as they stand, `open(...)` and not `port.open(...)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def _imports(tree: ast.Module, base: str) -> Iterator[str]:
    """The full names that a module of package `base` imports; those only for type checking are not counted."""
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
                yield from (f"{source}.{alias.name}" for alias in node.names)
                if source != "devicelog":
                    yield source
        waiting += ast.iter_child_nodes(node)


def _is_module(name: str) -> bool:
    if name in sys.modules:
        return True
    from importlib.util import find_spec

    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False
