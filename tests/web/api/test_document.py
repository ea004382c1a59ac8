"""docs/api.md is true: its examples are run as they stand there, and its scopes are those that there are."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devicelog.account import Scope
from tests.waiting import until
from tests.web.api.clinic import token

if TYPE_CHECKING:
    from tests.web.served import Served

TEXT = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("curl") is None or shutil.which("sh") is None, reason="no curl on this computer")
def test_the_examples_run_as_they_stand(station: Served, tmp_path: Path) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    assert len(blocks) == 5
    environment = {"PATH": "/usr/bin:/bin", "STATION": station.url, "TOKEN": token(station)}
    done = subprocess.run(
        ["sh", "-eu", "-c", "\n".join(blocks)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    record = json.loads((tmp_path / "record.json").read_text())
    assert (record["state"], record["notes"][0]["text"]) == ("ended", "comfortable")
    assert "devicelog_entries_acknowledged_total" in done.stdout
    until(lambda: station.station.current is None, "the session is over")


def test_the_scopes_in_the_document_are_those_that_there_are() -> None:
    assert re.findall(r"^\| `([a-z]+:[a-z]+)` \|", TEXT, re.MULTILINE) == [scope.value for scope in Scope]
