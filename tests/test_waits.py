"""No test waits for ever: what waits for threads, processes and futures says for how long."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent
#: Without arguments each of these waits as long as it takes; a link gives a thread that does not end up by itself.
_METHODS = {"join": {"link"}, "communicate": set[str](), "result": set[str]()}
_FUNCTIONS = {"subprocess.run", "subprocess.check_output", "subprocess.check_call", "subprocess.call"}
_SUSPECT = re.compile(r"subprocess\.(run|check_output|check_call|call)\(|\.(join|communicate|result)\(\)|waitpid\(")
#: What is run by hand, at full numbers, for as long as somebody lets it.
_BY_HAND = ("faults/torture", "faults/fuzz", "faults/kill.py", "export/pdf/sessions.py", "waiting.py", "test_waits.py")


def endless(source: str) -> Iterator[str]:
    """The calls of a program that may wait for ever, as they are written."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _is_endless(node, ast.unparse(node.func)):
            yield ast.unparse(node)


def _is_endless(call: ast.Call, name: str) -> bool:
    of, _, method = name.rpartition(".")
    if name in _FUNCTIONS:
        return "timeout" not in {keyword.arg for keyword in call.keywords}
    if name == "os.waitpid":
        return isinstance(call.args[1], ast.Constant)
    if method not in _METHODS or call.args or call.keywords:
        return False
    return of.rpartition(".")[2] not in _METHODS[method]


def test_every_wait_of_a_test_has_a_limit() -> None:
    files = [path for path in sorted(ROOT.rglob("*.py")) if not path.relative_to(ROOT).as_posix().startswith(_BY_HAND)]
    sources = {path: path.read_text(encoding="utf-8") for path in files if "node_modules" not in path.parts}
    found = [f"{path}: {call}" for path, text in sources.items() if _SUSPECT.search(text) for call in endless(text)]
    assert len(sources) > 300
    assert not found


@pytest.mark.parametrize(
    ("source", "is_endless"),
    [
        ("thread.join()", True),
        ("self.reader.join()", True),
        ("thread.join(PATIENCE)", False),
        ("link.join()", False),
        ("','.join(words)", False),
        ("process.communicate()", True),
        ("process.communicate(timeout=5)", False),
        ("answer.result()", True),
        ("answer.result(PATIENCE)", False),
        ("subprocess.run(words, check=True)", True),
        ("subprocess.run(words, check=True, timeout=PATIENCE)", False),
        ("os.waitpid(child, 0)", True),
        ("os.waitpid(child, os.WNOHANG)", False),
    ],
)
def test_a_wait_without_a_limit_is_found(source: str, is_endless: bool) -> None:
    assert _SUSPECT.search(source) or not is_endless
    assert bool(list(endless(source))) is is_endless
