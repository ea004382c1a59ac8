"""What a store that is opened to go on makes of the sessions that a crash left open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from devicelog import clock, registry
from devicelog.chunk import Chunk, ChunkKind
from devicelog.driver import Driver
from devicelog.errors import NotResumableError, UnknownNameError
from devicelog.ledger import Kind, Line
from devicelog.ledger.resumption import Resumption
from devicelog.naming import find_protocol
from devicelog.recorder.recorder import Recorder
from devicelog.recording.opening import plan_session
from devicelog.recording.resuming import go_on, resumed
from devicelog.replay.replay import differences
from devicelog.store import history
from devicelog.store.reader import Reader, SessionRow
from devicelog.store.writer import Writer
from devicelog.verification.store import verify_store

GUN, LIMITS = "reference-mesogun", "meso-face-gun-intradermal"
#: The run of the host in which the sessions are recorded, and one after it.
FIRST, SECOND = "first run", "second run"
START = clock.Stamp(3_600_000_000_000, 1_767_258_000_000_000_000)


@pytest.fixture(autouse=True)
def _host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    monkeypatch.setattr(clock, "boot_id", lambda: FIRST)


def after(seconds: float) -> clock.Stamp:
    return clock.Stamp(START.boot_ns + round(seconds * 1e9), START.wall_ns + round(seconds * 1e9))


def left_open(writer: Writer, seconds: int = 20) -> SessionRow:
    """A session of a simulated gun that breaks off after so many seconds."""
    limits = find_protocol(LIMITS)
    plan = plan_session(
        writer,
        devices=[(registry.driver(GUN), "devicelog", "simulated:gun")],
        protocol=limits,
        subject="P-1",
        practitioner="Dr. Test",
        zones=("forehead",),
        settings={},
        start=START,
    )
    recorder = Recorder(plan, limits, START)
    for chunk in chunks(seconds):
        recorder.handle(chunk)
    writer.begin(plan.session, plan.subject, clock.utc(START.wall_ns)).commit(*recorder.take())
    return writer.session(plan.session)


def chunks(seconds: int) -> Iterable[Chunk]:
    simulator = registry.simulator(GUN)
    device = simulator.start(1, simulator.scenarios["face-limits"])
    yield Chunk(1, ChunkKind.OPENED, START.boot_ns, START.wall_ns, b"simulated")
    for second in range(1, seconds + 1):
        at = after(second)
        yield Chunk(1, ChunkKind.RECEIVED, at.boot_ns, at.wall_ns, device.advance(1.0))


def nobody(_: Sequence[Line]) -> None:
    """Acknowledges to nobody."""


def ends(path: Path) -> list[tuple[str, str | None]]:
    """State of each session, and why it did not go on; all of it verifies and replays."""
    found = []
    with Reader.open(path) as reader:
        assert verify_store(reader).holds
        for row in reader.sessions():
            assert list(differences(reader, row)) == []
            *_, last = reader.entries(row.number)
            found.append((row.state, last.content.get("because") if last.kind == Kind.INTERRUPTED else None))
    return found


def test_a_store_opened_to_go_on_leaves_what_is_open_and_any_other_opening_closes_it(tmp_path: Path) -> None:
    with Writer.open(tmp_path / "store") as writer:
        row = left_open(writer)

    with Writer.open(tmp_path / "store", resuming=True) as writer:
        assert writer.running_sessions() == [row]
    with Writer.open(tmp_path / "store") as writer:
        assert writer.running_sessions() == []
    assert ends(tmp_path / "store") == [("interrupted", None)]


def test_the_recording_stands_where_it_stood_and_writes_nothing_before_it_runs(tmp_path: Path) -> None:
    with Writer.open(tmp_path / "store", resuming=True) as writer:
        row = left_open(writer)
        before = list(writer.lines(row.number))

        recording = resumed(writer, row, nobody, at=after(25))

        assert list(writer.lines(row.number)) == before
        assert recording.plan.session == row.id
        assert recording.recorder.tally.session.triggers > 0
        assert [line.kind for line in recording.recorder.lines][:2] == [Kind.RECORDING_RESUMED, Kind.LINK_LOST]
        assert recording.recorder.lines[0].number == before[-1].number + 1


def test_limits_are_those_of_the_first_entry_whatever_file_has_that_name_today(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Writer.open(tmp_path / "store", resuming=True) as writer:
        row = left_open(writer)
        monkeypatch.setattr("devicelog.treatment.protocol_file.find", lambda _: pytest.fail("it was looked up"))

        recording = resumed(writer, row, nobody, at=after(25))

        started = next(writer.entries(row.number)).content
        assert recording.recorder.monitor.protocol is not None
        assert recording.recorder.monitor.protocol.sha256 == started["protocol"]["sha256"]


def another_version(driver: Driver) -> Driver:
    return replace(driver, version="another")


def another_reading(driver: Driver) -> Driver:
    """It reads something else of the same bytes."""
    return replace(driver, decoder=registry.driver("reference-noneedle").decoder)


def no_driver(driver: Driver) -> Driver:
    raise UnknownNameError("driver", driver.name, [])


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (
            another_version,
            f"it was begun with version {registry.driver(GUN).version} of the driver {GUN}, and version another is",
        ),
        (another_reading, "was recorded by another version of a program or driver, or was changed"),
        (no_driver, f"no driver is called '{GUN}'"),
    ],
)
def test_what_does_not_replay_the_same_is_interrupted_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: Callable[[Driver], Driver], why: str
) -> None:
    with Writer.open(tmp_path / "store", resuming=True) as writer:
        left_open(writer)
        with monkeypatch.context() as patch:
            patch.setattr(registry, "recorded_driver", lambda device: made(registry.driver(device["driver"])))
            assert go_on(writer, nobody, at=after(25)) is None

    [(state, because)] = ends(tmp_path / "store")
    assert state == "interrupted"
    assert because is not None
    assert why in because


def test_a_session_that_was_left_too_long_ago_is_over(tmp_path: Path) -> None:
    with Writer.open(tmp_path / "store", resuming=True) as writer:
        left_open(writer)
        assert go_on(writer, nobody, at=after(20 + 61), within=60) is None

    assert ends(tmp_path / "store") == [
        ("interrupted", "it was kept last 61 s ago by the boot clock; expected no more than 60 s.")
    ]


def test_a_session_in_a_store_that_was_restored_is_over(tmp_path: Path) -> None:
    with Writer.open(tmp_path / "store", resuming=True) as writer:
        left_open(writer)
        history.add(writer, history.Event.RESTORED, {})
        assert go_on(writer, nobody, at=after(25)) is None

    [(state, because)] = ends(tmp_path / "store")
    assert (state, because) == (
        "interrupted",
        "the store was restored or salvaged since; what came after that copy is not here.",
    )


def test_of_several_that_are_open_the_newest_goes_on(tmp_path: Path) -> None:
    with Writer.open(tmp_path / "store", resuming=True) as writer:
        left_open(writer)
        newest = left_open(writer)

        recording = go_on(writer, nobody, at=after(25))

        assert recording is not None
        assert recording.plan.session == newest.id
        assert writer.running_sessions() == [newest]
    assert ends(tmp_path / "store")[0] == ("interrupted", "another session was begun after it.")


@pytest.mark.parametrize("boot_id", [FIRST, SECOND])
def test_one_that_went_on_and_broke_off_again_is_closed_on_its_own_clock(tmp_path: Path, boot_id: str) -> None:
    at = after(30) if boot_id == FIRST else clock.Stamp(20_000_000_000, after(30).wall_ns)
    with Writer.open(tmp_path / "store", resuming=True) as writer:
        row = left_open(writer)
        recording = resumed(writer, row, nobody, at=at, boot_id=boot_id)
        later = Chunk(1, ChunkKind.OPENED, at.boot_ns + 5 * 10**9, at.wall_ns + 5 * 10**9, b"simulated")
        recording.recorder.handle(later)
        writer.go_on(row).commit(*recording.recorder.take())

    with Writer.open(tmp_path / "store") as writer:
        *_, last = writer.entries(row.number)
        *_, chunk = writer.chunks(row.number)
        resumption = next(filter(None, map(Resumption.of, writer.chunks(row.number))))
    assert (last.kind, last.t_us) == (Kind.INTERRUPTED, 35_000_000)
    assert (chunk.boot_ns, chunk.wall_ns) == (later.boot_ns, later.wall_ns)
    assert resumption.boot_id == boot_id
    assert ends(tmp_path / "store") == [("interrupted", None)]


def test_one_that_has_ended_does_not_go_on(tmp_path: Path) -> None:
    with Writer.open(tmp_path / "store", resuming=True) as writer:
        row = left_open(writer)
        writer.interrupt(row)
        with pytest.raises(NotResumableError, match="it is interrupted"):
            resumed(writer, writer.session(row.id), nobody, at=after(25))
        assert go_on(writer, nobody, at=after(25)) is None
