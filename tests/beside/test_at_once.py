"""Programs that write at the same moment beside a service that records: nothing is lost or rests on what was."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from devicelog import registry
from devicelog.acts.retention import RETENTION_SET
from devicelog.amending.adding import add
from devicelog.amending.signing import sign
from devicelog.errors import BadInputError, StoreBusyError
from devicelog.ledger import Kind
from devicelog.record.response import Meaning
from devicelog.store import people
from devicelog.store.reader import SessionRow
from devicelog.store.retaining import set_rule
from devicelog.store.writer import Writer
from devicelog.testing.simulated import record_session
from tests.beside.conftest import Station
from tests.end_to_end.running import Devicelog
from tests.waiting import PATIENCE

NOTE = {"text": "a note", "by": "Dr. Test"}


@pytest.fixture(scope="module")
def store(shared: Devicelog, recording_station: Station) -> Iterator[Devicelog]:
    """The module's store, with its keys known in this process."""
    assert recording_station.pid
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEVICELOG_KEYS", str(shared.keys))
        yield shared


def test_acts_of_many_programs_stand_in_one_chain(store: Devicelog, recording_station: Station) -> None:
    def work(name: str) -> None:
        with Writer.open(store.store) as writer:
            for years in range(10):
                set_rule(writer, years, 25, by=name)

    with ThreadPoolExecutor() as pool:
        done = [pool.submit(work, name) for name in ("first", "second", "third")]
        before = int(recording_station("commit 1"))
        assert int(recording_station("commit 300")) >= before + 300
        for one in done:
            one.result(PATIENCE)

    with Writer.open(store.store) as writer:
        acts = [act.content for act in writer.signed_acts(RETENTION_SET)]
    for name in ("first", "second", "third"):
        assert [act["years"] for act in acts if act["by"] == name] == list(range(10))
    store("verify")


def test_statements_on_many_sessions_do_not_hinder_each_other(store: Devicelog) -> None:
    device = registry.simulators()["reference-mesogun"].value
    assert device is not None
    for _ in range(3):
        record_session("reference-mesogun", device.start(1, None), store.store, seconds=2)
    with Writer.open(store.store) as writer:
        rows = [row for row in writer.sessions() if row.state == "ended"][-3:]

    def work(row: SessionRow) -> list[int]:
        with Writer.open(store.store) as writer:
            return [add(writer, row, Kind.NOTE, dict(NOTE)) for _ in range(8)]

    with ThreadPoolExecutor() as pool:
        numbers = list(pool.map(work, rows))

    assert all(found == list(range(found[0], found[0] + 8)) for found in numbers)
    store("verify")


def test_a_number_is_given_to_one_person_only(store: Devicelog) -> None:
    def work(_: int) -> str:
        with Writer.open(store.store) as writer:
            try:
                return people.add(writer, {"reference": "P-77"}, by="somebody")
            except BadInputError as error:
                return str(error)

    with ThreadPoolExecutor() as pool:
        said = list(pool.map(work, range(4)))

    ids = [one for one in said if one.startswith("subject-")]
    assert len(ids) == 1
    assert all("in this store already" in one for one in said if one not in ids)
    with Writer.open(store.store) as writer:
        assert writer.subject("P-77") == ids[0]
        kept = {path.name for path in (writer.folder.keys.folder / "subjects").iterdir()}
        assert kept == {id_ for id_, _ in writer.people()}


def test_a_patient_seen_first_by_two_recordings_is_one(store: Devicelog) -> None:
    def work(_: int) -> str:
        with Writer.open(store.store) as writer:
            return writer.subject_for("P-78")

    with ThreadPoolExecutor() as pool:
        assert len(set(pool.map(work, range(4)))) == 1


def test_what_is_signed_is_what_was_looked_at(store: Devicelog) -> None:
    """A note that comes between the look and the signature would stand under it unread."""
    with Writer.open(store.store) as writer, Writer.open(store.store) as other:
        row = next(row for row in writer.sessions() if row.state == "ended")
        before = list(writer.lines(row.number))
        add(other, row, Kind.NOTE, dict(NOTE))
        who = {"by": "Dr. Test", "role": "physician", "registration": None, "meaning": Meaning.REVIEW}
        with pytest.raises(StoreBusyError, match="look at the session, and try again"):
            sign(writer, row, despite_missing=True, **who)  # type: ignore[arg-type]
        assert len(list(other.lines(row.number))) == len(before) + 1

        assert sign(other, row, despite_missing=True, **who).entry == len(before) + 2  # type: ignore[arg-type]
        assert add(other, row, Kind.NOTE, dict(NOTE)) == len(before) + 3
    store("verify")
