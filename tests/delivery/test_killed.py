"""kill -9 at every step of a delivery: in the end the receiver has one document, and the ledger one receipt."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from devicelog.store.outbox import State
from tests.delivery.conftest import Clinic
from tests.delivery.fhir_server import FhirServer
from tests.delivery.listener import Listener

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

#: Where each receiver's delivery is killed; the others of each are the same code.
MOMENTS = {
    "fhir": ["added:before", "added:after", "begun:after", "sent in part:after", "heard:after", "receipt:after"],
    "hl7": ["connected:after", "sent:after", "receipt:before", "settled:after"],
    "folder": ["made:after", "copied:after", "placed:after"],
}


@dataclass(frozen=True, slots=True)
class Killed:
    """What one killed delivery left, once what was left of it had been tried again."""

    clinic: Clinic
    documents: list[str]
    codes: list[int]


@pytest.fixture(scope="module")
def killed(recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Killed]:
    """All of them, by receiver and moment; each receiver is one of its own."""
    root = tmp_path_factory.mktemp("killed")
    jobs, found = list[list[str]](), dict[str, Killed]()
    with_servers: dict[str, FhirServer | Listener] = {}
    for receiver, moments in MOMENTS.items():
        for moment in moments:
            name = f"{receiver} {moment}"
            place = root / name.replace(" ", "-").replace(":", "-")
            shutil.copytree(recorded, place)
            if receiver != "folder":
                server = FhirServer() if receiver == "fhir" else Listener()
                with_servers[name] = server.__enter__()
            target = with_servers[name].url if name in with_servers else str(place / "to")
            jobs.append([str(place / "store"), str(place / "keys"), target, moment])
    file = root / "jobs.json"
    file.write_text(json.dumps(jobs))
    done = subprocess.run(
        [sys.executable, "-m", "tests.delivery.dying", file],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    names = [f"{receiver} {moment}" for receiver, moments in MOMENTS.items() for moment in moments]
    for name, job, codes in zip(names, jobs, json.loads(done.stdout), strict=True):
        server_ = with_servers.get(name)
        to = Path(job[2])
        documents = list(server_.documents) if server_ is not None else [path.name for path in to.iterdir()]
        found[name] = Killed(Clinic(Path(job[0])), documents, codes)
    for one in with_servers.values():
        one.__exit__()
    return found


@pytest.mark.parametrize("name", [f"{receiver} {moment}" for receiver, all_ in MOMENTS.items() for moment in all_])
def test_a_delivery_that_was_killed_arrives_once(
    killed: dict[str, Killed], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = killed[name]
    monkeypatch.setenv("DEVICELOG_KEYS", str(one.clinic.store.parent / "keys"))

    assert one.codes == [-9, 0]
    assert len(one.documents) == 1
    (receipt,) = one.clinic.receipts()
    assert [row.state for row in one.clinic.outbox()] == [State.DELIVERED]
    assert [path.name for path in (one.clinic.store / "outbox").iterdir()] == ["lock"]
    if name in ("hl7 sent:after", "fhir heard:after"):
        assert receipt["unanswered"] == 1
    one.clinic.must_hold()
