"""What a fresh `devicelog export` loads: the start of a program is most of what one short session takes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.waiting import PATIENCE

#: Libraries that cost as much as a format, and are of no use to an export. (pydantic reads the treatment protocol.)
_NEVER = frozenset({"pint", "rich", "httpx", "structlog", "pyarrow"})
#: What pages alone need, with what it brings along.
_FOR_PAGES = frozenset({"typst", "segno", "fontTools", "http.client", "ssl"})


@pytest.mark.parametrize(
    ("formats", "none_of"),
    [("csv,json", _NEVER | _FOR_PAGES), ("json,csv,pdf,fhir,hl7", _NEVER)],
    ids=["tables", "all"],
)
def test_an_export_loads_no_library_that_it_does_not_need(
    formats: str, none_of: frozenset[str], store: Path, session: Callable[..., Path], tmp_path: Path
) -> None:
    session()
    words = ["export", "last", "--to", str(tmp_path / "out"), "--store", str(store), "--format", formats]
    run = "devicelog.cli.cli.main(sys.argv[1:], standalone_mode=False)"
    loaded = f"print('loaded', *({set(none_of)!r} & sys.modules.keys()))"
    command = [sys.executable, "-c", f"import sys, devicelog.cli; {run}\n{loaded}", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)

    assert done.stdout.splitlines()[-1] == "loaded"
