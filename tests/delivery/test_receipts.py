"""A receipt is an entry that every view shows, and that changes nothing of what was said or signed."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from devicelog import clock
from devicelog.delivery.version import AsOf, version
from devicelog.errors import BadInputError
from devicelog.export.json import session_json
from devicelog.ledger import Kind
from devicelog.record.deliveries import deliveries
from devicelog.record.follow_ups import agreed
from devicelog.record.signatures import Status, status
from devicelog.store import outbox
from devicelog.store.evidence import Evidence
from devicelog.store.outbox import Content, State
from devicelog.verification.store import verify_store
from tests.delivery.conftest import Clinic, Said

Devicelog = Callable[..., Said]


def _signed(clinic: Clinic) -> None:
    last = clinic.lines()[-1]
    signature = {"by": "Ann", "role": "nurse", "meaning": "review", "missing": []}
    clinic.state(Kind.SIGNED, **signature, entries=last.number, head=last.hash.hex())


def test_a_receipt_adds_nothing_to_what_was_signed(clinic: Clinic, devicelog: Devicelog, tmp_path: Path) -> None:
    today = clock.utc(clock.now().wall_ns)[:10]
    clinic.state(Kind.FOLLOW_UP, on=today, by="Ann")
    _signed(clinic)
    assert devicelog("deliver", "last", "--to", tmp_path / "to").code == 0

    record = clinic.record()

    assert status(record) is Status.SIGNED
    assert len(deliveries(record)) == 1
    assert [one.settled for one in agreed(record.statements)] == [None], "nobody was seen"
    clinic.must_hold()


def test_a_receipt_is_in_every_view(clinic: Clinic, devicelog: Devicelog, tmp_path: Path) -> None:
    to = tmp_path / "to"
    assert devicelog("deliver", "last", "--to", to).code == 0

    assert f"folderto{to}," in "".join(devicelog("show", "last").out.split())
    (said,) = devicelog("show", "last", "--json").document["deliveries"]
    folder = Path(devicelog("export", "last", "--to", tmp_path / "export").out.strip())
    row = (folder / "deliveries.csv").read_text().splitlines()[1]

    assert said["target"] == str(to)
    assert said["messages"] == [path.name for path in to.iterdir()]
    assert str(to) in row
    assert said["sha256"] in row
    document = json.loads((folder / "session.json").read_bytes())
    jsonschema: Any = import_module("jsonschema")
    faults = jsonschema.Draft202012Validator(json.loads(session_json.schema())).iter_errors(document)
    assert [fault.message for fault in faults] == []
    assert document["record"]["deliveries"] == [said]
    assert devicelog("verify", folder).code == 0


def test_what_is_delivered_ends_before_the_receipts(clinic: Clinic, devicelog: Devicelog, tmp_path: Path) -> None:
    before = clinic.lines()
    devicelog("deliver", "last", "--to", tmp_path / "to")
    devicelog("deliver", "last", "--to", tmp_path / "to", "--again")
    assert len(clinic.lines()) == len(before) + 2
    assert version(iter(clinic.lines())).entries == before[-1].number
    with clinic.reading() as reader:
        source = Evidence(reader).session(reader.session("last"))
        cut = AsOf(source, version(source.lines()))
        assert list(cut.lines()) == before
        assert len(list(cut.chunks())) == len(list(source.chunks())) - 2
        assert len(list(cut.seals())) == len(list(source.seals())) - 2


@pytest.mark.parametrize("of", [{"entries": 3, "head": "00" * 32}, {"entries": 9999, "head": "00" * 32}])
def test_a_receipt_of_something_else_does_not_verify(clinic: Clinic, of: dict[str, Any]) -> None:
    content = {"delivery": "d", "target": "t", "format": "fhir", "what": "w", "messages": [], "sha256": "00" * 32}
    clinic.state(Kind.DELIVERED, **content, bytes=1, of=of, answered={}, tries=1, unanswered=0, by="Ann")
    with clinic.reading() as reader:
        (fault,) = verify_store(reader).faults
    assert "is a receipt for something else" in str(fault)


# -- stores of before ------------------------------------------------------------------------------------------


@pytest.fixture
def old(clinic: Clinic) -> Clinic:
    """A store of the version that had no outbox."""
    with clinic.writing() as writer:
        writer.connection.execute(f"DROP TABLE {outbox.TABLE}")
        writer.connection.pragma("user_version", 1)
    return clinic


def test_a_store_of_before_has_an_empty_outbox_until_something_is_delivered(
    old: Clinic, devicelog: Devicelog, tmp_path: Path
) -> None:
    assert devicelog("outbox", "--json").document == []
    assert devicelog("outbox", "run").code == 0
    assert devicelog("deliver", "last", "--to", tmp_path / "to").code == 0
    assert [row.state for row in old.outbox()] == [State.DELIVERED]
    old.must_hold()


def test_what_is_closed_stays_closed(clinic: Clinic) -> None:
    with clinic.writing() as writer:
        now = clock.utc(0)
        row = outbox.add(writer, 1, now, Content(id="1", target="t", format="fhir", what="w", by="Ann", made=now))
        outbox.change(writer, outbox.Delivery(row.number, 1, State.CANCELLED, now, row.content))
        with pytest.raises(BadInputError, match="is cancelled already"):
            outbox.change(writer, row)
