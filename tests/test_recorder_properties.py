"""What holds for any session whatever: any bytes, any pieces, any order of chunks, any seed, any faults."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devicelog.chunk import NO_LINK, Chunk, ChunkKind, Fault
from devicelog.ledger import Entry, Kind, Line, encode
from devicelog.record.record import fold
from devicelog_drivers import reference_mesogun, reference_noneedle
from devicelog_simulators import reference_mesogun as gun_simulator
from devicelog_simulators import reference_noneedle as unit_simulator
from devicelog_simulators.faults import FaultScript
from devicelog_simulators.faulty import with_faults

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Session

FACE = "meso-face-gun-intradermal"
IONTO = "noneedle-ionto-dc-face"
MODELS: dict[str, tuple[Any, Any, str, str]] = {
    "mesogun": (reference_mesogun.DRIVER, gun_simulator.SIMULATOR, "face-limits", FACE),
    "noneedle": (reference_noneedle.DRIVER, unit_simulator.SIMULATOR, "current-limits", IONTO),
}
#: A bit of everything that can go wrong with a device or its line.
FAULTS: list[dict[str, Any]] = [
    {"kind": "split", "frame": 5, "pieces": 4, "pause": "700 ms"},
    {"kind": "drop", "at": "12 s", "count": 2},
    {"kind": "duplicate", "at": "16 s", "copies": 2},
    {"kind": "flip", "at": "18 s"},
    {"kind": "noise", "at": "20 s", "bytes": 300},
    {"kind": "noise", "at": "21 s", "bytes": 40, "inside": True, "content": "zeros"},
    {"kind": "conflict", "at": "23 s"},
    {"kind": "silence", "at": "25 s", "for": "5 s"},
    {"kind": "clock_step", "at": "31 s", "by": "90 s"},
    {"kind": "unplug", "at": "34 s", "for": "4 s"},
    {"kind": "reset", "at": "41 s"},
    {"kind": "wrap", "at": "44 s", "field": "seq"},
    {"kind": "wrong_device", "at": "50 s", "serial": "SN-OTHER"},
]
#: Bytes of a link with their time (s).
Heard = list[tuple[float, bytes]]


@lru_cache
def simulated(model: str, seed: int = 1, *, faulty: bool = False) -> Heard:
    """What a simulated device says, in reads a tenth of a second apart."""
    _, simulator, scenario, _ = MODELS[model]
    path: Path = simulator.scenarios[scenario]
    device = simulator.start(seed, path)
    if faulty:
        device = with_faults(device, FaultScript.model_validate({"faults": FAULTS}).faults, seed=seed, path=path)
    heard: Heard = []
    while not device.finished:
        heard.append((len(heard) / 10, device.advance(0.1)))
    return heard


def record(new_session: type[Session], model: str, heard: Heard) -> Session:
    """The session of a device that says this; b"" is a read that nothing came of."""
    driver, _, _, protocol = MODELS[model]
    session = new_session(driver, protocol=protocol, zones=["left", "right", "chin"])
    for seconds, data in heard:
        session.seconds = seconds
        session.put(ChunkKind.RECEIVED if data else ChunkKind.QUIET, data)
    return session.end()


def bodies(session: Session) -> list[bytes]:
    return [line.body for line in session.recorder.lines]


def in_pieces(heard: Heard, lengths: list[int]) -> Heard:
    """The same bytes at the same moments, in reads of other lengths."""
    pieces: Heard = []
    for seconds, data in heard:
        start = 0
        while start < len(data):
            length = lengths[len(pieces) % len(lengths)]
            pieces.append((seconds, data[start : start + length]))
            start += length
        if not data:
            pieces.append((seconds, data))
    return pieces


def assert_sound(lines: list[Line]) -> list[Entry]:
    """What must hold for the entries of every session."""
    entries = [line.entry() for line in lines]
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert all(before.t_us <= after.t_us for before, after in pairwise(entries))
    assert {entry.kind for entry in entries} <= set(Kind)
    begun: set[int] = set()
    ended: set[int] = set()
    for entry in entries:
        match entry:
            case Entry(kind="observation", content=[_, _, _, verdict, breached]):
                assert verdict in (None, 0, 1, 2, 3)
                assert bool(breached) == (verdict in (1, 2))
            case Entry(kind="alarm", content={"alarm": number}):
                assert number == len(begun) + 1
                begun.add(number)
            case Entry(kind="alarm_ended", content={"alarm": number}):
                assert number in begun
                assert number not in ended
                ended.add(number)
    return entries


@pytest.mark.parametrize("faulty", [False, True], ids=["clean", "faulty"])
@pytest.mark.parametrize("model", MODELS)
def test_whole_and_byte_by_byte_give_the_same_entries(new_session: type[Session], model: str, faulty: bool) -> None:
    heard = simulated(model, faulty=faulty)

    whole = record(new_session, model, heard)
    single = record(new_session, model, in_pieces(heard, [1]))

    assert bodies(whole) == bodies(single)
    assert_sound(whole.recorder.lines)


@pytest.mark.parametrize("model", MODELS)
@settings(max_examples=15, deadline=None)
@given(lengths=st.lists(st.integers(1, 200), min_size=1, max_size=30))
def test_pieces_of_any_length_give_the_same_entries(new_session: type[Session], model: str, lengths: list[int]) -> None:
    heard = simulated(model, faulty=True)[:400]

    assert bodies(record(new_session, model, in_pieces(heard, lengths))) == bodies(record(new_session, model, heard))


@pytest.mark.parametrize("model", MODELS)
def test_the_same_seed_gives_the_same_ledger_and_another_seed_another(new_session: type[Session], model: str) -> None:
    first = record(new_session, model, simulated(model, 1))
    simulated.cache_clear()

    assert (
        record(new_session, model, simulated(model, 1)).recorder.journal.chain.head == first.recorder.journal.chain.head
    )
    assert (
        record(new_session, model, simulated(model, 2)).recorder.journal.chain.head != first.recorder.journal.chain.head
    )


@pytest.mark.parametrize("faulty", [False, True], ids=["clean", "faulty"])
@pytest.mark.parametrize("model", MODELS)
def test_the_record_has_the_totals_that_the_recorder_had(new_session: type[Session], model: str, faulty: bool) -> None:
    session = record(new_session, model, simulated(model, faulty=faulty))

    kept, at_work = session.record.tally, session.recorder.tally
    assert kept.session == at_work.session
    assert kept.zones == at_work.zones
    assert kept.links == at_work.links
    assert kept.session.elapsed_ms > 0


def test_each_fault_of_the_script_leaves_its_trace(new_session: type[Session]) -> None:
    session = record(new_session, "mesogun", simulated("mesogun", faulty=True))

    assert {"bad_frame", "repeat", "conflict", "gap", "gap_closed", "device_restarted", "device_changed"} <= set(
        session.kinds
    )


# -- anything at all -------------------------------------------------------------------------------------------

_FRAMES = [data for model in MODELS for _, data in simulated(model, faulty=True) if data]
_BYTES = st.one_of(
    st.binary(max_size=300), st.sampled_from(_FRAMES), st.just(b"$DLR1,"), st.integers(1, 400).map(bytes)
)
_ACT = st.sampled_from([encode({"kind": Kind.NOTE, "text": "x"}), encode({"kind": Kind.ZONE, "zone": "chin"})])
_TEXT = st.binary(max_size=20)
_FAULT = st.one_of(_TEXT, st.sampled_from([f"{fault}: why".encode() for fault in Fault]))
_STEPS = st.tuples(
    st.one_of(
        st.tuples(st.just(ChunkKind.RECEIVED), _BYTES),
        st.tuples(st.just(ChunkKind.RECEIVED), _BYTES),
        st.tuples(st.sampled_from([ChunkKind.QUIET, ChunkKind.SENT, ChunkKind.OPENED, ChunkKind.LOST]), _TEXT),
        st.tuples(st.just(ChunkKind.ACT), _ACT),
        st.tuples(st.just(ChunkKind.FAULT), _FAULT),
    ),
    st.integers(0, 3),
    st.integers(-(10**9), 20 * 10**9),
    st.sampled_from([0, 0, 0, 3_600_000_000_000, -3_600_000_000_000, 7]),
)


@settings(max_examples=150, deadline=None)
@given(steps=st.lists(_STEPS, max_size=40), ends=st.booleans())
def test_nothing_that_arrives_makes_the_recorder_raise_and_its_entries_are_sound(
    new_session: type[Session], steps: list[tuple[tuple[ChunkKind, bytes], int, int, int]], ends: bool
) -> None:
    drivers = (reference_mesogun.DRIVER, reference_noneedle.DRIVER)
    session = new_session(*drivers, protocol=FACE, zones=["left", "right"])
    boot_ns, offset = 3_600_000_000_000, 0
    for (kind, data), link, waited, step in steps:
        boot_ns += waited
        offset += step
        where = NO_LINK if kind is ChunkKind.ACT else link
        session.recorder.handle(Chunk(where, kind, boot_ns, 1_767_258_000_000_000_000 + boot_ns + offset, data))
    if ends:
        session.recorder.handle(Chunk(NO_LINK, ChunkKind.ENDED, boot_ns, boot_ns, b"\xff"))

    entries = assert_sound(session.recorder.lines)
    folded = fold(entries)
    assert folded.tally.session == session.recorder.tally.session
    if ends:
        assert all(alarm.ended_us is not None for alarm in folded.alarms.values())
        assert entries[-1].kind == "ended"


def test_nothing_is_written_behind_the_end(new_session: type[Session]) -> None:
    session = record(new_session, "mesogun", simulated("mesogun")[:50])

    session.receive(simulated("mesogun")[1][1])
    session.put(ChunkKind.QUIET)
    session.end()

    assert session.entries[-1].kind == "ended"
    assert session.kinds.count("ended") == 1
