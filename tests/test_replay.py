"""Replay: the chunks of a session through the same line give the same entries, bit for bit, faults included."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from devicelog import registry
from devicelog.chunk import Chunk, ChunkKind
from devicelog.clock import Stamp
from devicelog.errors import BadInputError, UnknownNameError
from devicelog.ledger import Chain, Line, encode
from devicelog.recorder.recorder import Recorder
from devicelog.replay.replay import differences, replay
from devicelog_drivers import reference_mesogun, reference_noneedle
from devicelog_simulators import reference_mesogun as gun_simulator
from devicelog_simulators import reference_noneedle as unit_simulator
from devicelog_simulators.faults import FaultScript
from devicelog_simulators.faulty import with_faults
from tests.replaying import ROW, Kept, kept

if TYPE_CHECKING:
    from devicelog.store.reader import Reader
    from tests.conftest import Gun, Session

FAULTS: list[dict[str, Any]] = [
    {"kind": "drop", "at": "6 s"},
    {"kind": "flip", "at": "8 s"},
    {"kind": "noise", "at": "10 s", "bytes": 300},
    {"kind": "conflict", "at": "12 s"},
    {"kind": "silence", "at": "14 s", "for": "5 s"},
    {"kind": "reset", "at": "22 s"},
    {"kind": "wrong_device", "at": "30 s", "serial": "SN-OTHER"},
]
SESSIONS = {
    "mesogun": (reference_mesogun.DRIVER, gun_simulator.SIMULATOR, "face-limits", "meso-face-gun-intradermal"),
    "noneedle": (reference_noneedle.DRIVER, unit_simulator.SIMULATOR, "current-limits", "noneedle-ionto-dc-face"),
}


@pytest.fixture(scope="session")
def simulated(new_session: type[Session]) -> Callable[[str], Session]:
    """A simulated session with faults of the device and of its line, read every 100 ms."""

    def play(model: str) -> Session:
        driver, simulator, scenario, protocol = SESSIONS[model]
        session = new_session(driver, protocol=protocol, zones=["left", "right"])
        path = simulator.scenarios[scenario]
        faults = FaultScript.model_validate({"faults": FAULTS}).faults
        device = with_faults(simulator.start(1, path), faults, seed=1, path=path)
        while not device.finished:
            session.seconds += 0.1
            data = device.advance(0.1)
            session.put(ChunkKind.RECEIVED if data else ChunkKind.QUIET, data)
        return session.end()

    return play


@pytest.mark.parametrize("model", SESSIONS)
def test_the_kept_chunks_give_the_same_entries_bit_for_bit(simulated: Callable[[str], Session], model: str) -> None:
    session = simulated(model)
    store = kept(session)

    again = list(replay(store, ROW))

    assert [(line.body, line.hash) for line in again] == [(line.body, line.hash) for line in session.recorder.lines]
    assert list(differences(store, ROW)) == []


def test_of_the_moments_in_which_nothing_came_only_those_are_kept_that_something_came_of(
    simulated: Callable[[str], Session],
) -> None:
    session = simulated("mesogun")

    quiet = [chunk for chunk in session.recorder.chunks if chunk.kind is ChunkKind.QUIET]
    assert 0 < len(quiet) < 5 + 4 * 4  # of the rest, four queries of the memory, each sent four times, in vain
    assert sum(chunk.kind is ChunkKind.QUIET for chunk in session.chunks) > 100


def test_a_moment_that_is_not_kept_leaves_no_trace_in_those_of_another_link(new_session: type[Session]) -> None:
    session = new_session(reference_mesogun.DRIVER, reference_noneedle.DRIVER)
    session.seconds = 2.0
    session.put(ChunkKind.QUIET, link=1)
    session.seconds = 1.9  # two links stamp what they read before they queue it
    session.receive(b"noise\r\n", link=2)

    assert [line.body for line in replay(kept(session), ROW)] == [line.body for line in session.recorder.lines]


def test_the_treatment_protocol_is_the_one_that_was_kept_and_not_the_file_of_today(
    simulated: Callable[[str], Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = simulated("mesogun")
    monkeypatch.setattr("devicelog.treatment.protocol_file.SHIPPED", None)

    assert list(differences(kept(session), ROW)) == []


@pytest.mark.parametrize("step", [0.6, 3599.9999998, -7.0000009])
@pytest.mark.parametrize("nanoseconds", [0, 1, 499, 999])
def test_a_step_of_the_clock_is_the_same_to_the_millisecond(
    mesogun: Callable[..., Gun], step: float, nanoseconds: int
) -> None:
    plan = mesogun().session.plan
    start = Stamp(3_600_000_000_000, 1_767_258_000_000_000_000 + nanoseconds)
    recorder = Recorder(plan, None, start)
    wall_ns = start.wall_ns + round(step * 1e9)
    recorder.handle(Chunk(1, ChunkKind.OPENED, start.boot_ns, wall_ns, b"/dev/test"))

    again = list(replay(cast("Reader", Kept(recorder.lines, recorder.chunks)), ROW))

    assert [line.body for line in again] == [line.body for line in recorder.lines]


def test_a_better_driver_shows_what_it_reads_differently_and_changes_nothing(
    mesogun: Callable[..., Gun], monkeypatch: pytest.MonkeyPatch
) -> None:
    gun = mesogun()
    gun.inject()
    stored = list(gun.session.end().recorder.lines)
    better = replace(reference_mesogun.DRIVER, name="better", decoder=reference_noneedle.DRIVER.decoder)
    monkeypatch.setattr(registry, "driver", lambda name: better if name == "better" else reference_mesogun.DRIVER)

    found = list(differences(kept(gun.session), ROW, drivers=["better"]))

    assert any(d.stored is not None and d.stored.entry.kind == "observation" for d in found)
    assert gun.session.recorder.lines == stored


def test_another_version_of_the_program_is_no_difference(mesogun: Callable[..., Gun]) -> None:
    session = mesogun().session.end()
    chain = Chain()
    bodies = [
        line.body.replace(b'"software":"test"', b'"software":"devicelog 0.0.1"') for line in session.recorder.lines
    ]
    older = Kept([chain.append(body) for body in bodies], session.recorder.chunks)

    assert bodies[0] != session.recorder.lines[0].body
    assert list(differences(cast("Reader", older), ROW)) == []


def test_an_entry_that_was_changed_is_a_difference_at_its_number(simulated: Callable[[str], Session]) -> None:
    session = simulated("mesogun")
    lines = [*session.recorder.lines]
    place = next(i for i, line in enumerate(lines) if b'"observation"' in line.body and b"1500" in line.body)
    lines[place] = Line(lines[place].number, lines[place].body.replace(b"1500", b"1400"), lines[place].hash)

    (found,) = differences(cast("Reader", Kept(lines, session.recorder.chunks)), ROW)

    assert found.number == place + 1
    assert found.stored != found.replayed


def test_entries_that_are_missing_or_too_many_are_differences(mesogun: Callable[..., Gun]) -> None:
    gun = mesogun()
    gun.inject()
    gun.finish()
    session = gun.session.end()
    short = Kept(session.recorder.lines[:-1], session.recorder.chunks)
    long = Kept(session.recorder.lines, session.recorder.chunks[:-1])

    assert [(d.stored, d.replayed and d.replayed.entry.kind) for d in differences(cast("Reader", short), ROW)] == [
        (None, "ended")
    ]
    assert [(d.stored and d.stored.entry.kind, d.replayed) for d in differences(cast("Reader", long), ROW)] == [
        ("ended", None)
    ]


@pytest.mark.parametrize("bodies", [[], [encode((1, 0, "note", {}))]])
def test_a_session_without_a_beginning_cannot_be_replayed(bodies: list[bytes]) -> None:
    chain = Chain()
    store = cast("Reader", Kept([chain.append(body) for body in bodies], []))

    with pytest.raises(BadInputError, match="does not begin"):
        list(replay(store, ROW))


def test_a_driver_that_is_not_installed_is_named(mesogun: Callable[..., Gun]) -> None:
    session = mesogun().session

    with pytest.raises(UnknownNameError, match="nobody"):
        list(differences(kept(session), ROW, drivers=["nobody"]))


def test_of_several_devices_each_driver_is_named_with_its_link(new_session: type[Session]) -> None:
    session = new_session(reference_mesogun.DRIVER, reference_noneedle.DRIVER).end()

    with pytest.raises(BadInputError, match="1=reference-mesogun"):
        list(differences(kept(session), ROW, drivers=["reference-mesogun"]))
    found = list(differences(kept(session), ROW, drivers=["2=reference-noneedle", "1=reference-mesogun"]))
    assert found == []
