"""Sessions whose zone is corrected, and the same sessions as if the right zone had been chosen at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from devicelog.amending.zones import _correction, _given
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.ledger import Entry, Kind, Line, decode, encode
from devicelog.record.record import Record, fold
from devicelog.recorder.corrections import ZoneCorrection
from devicelog.recorder.recorder import Recorder
from devicelog.replay.replay import Replay
from devicelog.treatment.totals import Totals
from tests.replaying import ROW, Kept

if TYPE_CHECKING:
    from devicelog.store.reader import Reader

RIGHT = "neck"


def replay_of(recorder: Recorder, lines: Sequence[Line] | None = None, chunks: Sequence[Chunk] | None = None) -> Replay:
    """A session that was recorded, to be decoded again."""
    kept = Kept(list(lines or recorder.lines), list(chunks or recorder.chunks))
    return Replay(cast("Reader", kept), ROW)


def corrected(replayed: Replay, first: int, last: int, zone: str = RIGHT) -> tuple[ZoneCorrection, list[Entry]]:
    """The correction of a stretch, and the entries that come of it."""
    correction = _correction(replayed, 1, zone, first, last)
    return correction, [line.entry() for line in replayed.decoded(replayed.chosen([]), zones=[correction])]


def as_if(recorder: Recorder, correction: ZoneCorrection, begins: Any) -> Record:
    """The record of a session in which a person had chosen the right zone just before each of these reports."""
    made = Recorder(recorder.plan, recorder.monitor.protocol, begins)
    in_force = recorder.plan.zones[0] if recorder.plan.zones else None
    elsewhere, received = False, 0
    for chunk in recorder.chunks:
        said = _zone_of(chunk)
        if said is not None:
            in_force, elsewhere = said, False
        if chunk.kind is ChunkKind.RECEIVED:
            received += len(chunk.data)
            inside = correction.stretches[0].holds(chunk.link, received)
            if inside != elsewhere:
                made.handle(_act(chunk, RIGHT if inside else in_force))
            elsewhere = inside
        made.handle(chunk)
    return fold(line.entry() for line in made.lines)


def _zone_of(chunk: Chunk) -> str | None:
    act = decode(chunk.data) if chunk.kind is ChunkKind.ACT else {}
    return act["zone"] if act.get("kind") == Kind.ZONE else None


def _act(chunk: Chunk, zone: str | None) -> Chunk:
    data = encode({"kind": "zone", "zone": zone})
    return Chunk(NO_LINK, ChunkKind.ACT, chunk.boot_ns, chunk.wall_ns, data)


def by_zone(record: Record) -> dict[str, Totals]:
    """What was given in each zone in which anything was."""
    return {zone: totals for zone, totals in record.tally.zones.items() if totals != Totals()}


def must_be_alike(one: Record, other: Record) -> None:
    assert by_zone(one) == by_zone(other)
    assert one.tally.session == other.tally.session
    assert one.verdicts == other.verdicts
    assert {key: each for key, each in one.spreads.items() if each.count} == {
        key: each for key, each in other.spreads.items() if each.count
    }
    told = [
        [(alarm.text, alarm.zone, alarm.peak, alarm.readings) for alarm in of.alarms.values()] for of in (one, other)
    ]
    assert told[0] == told[1]


def entries_of(recorder: Recorder, kind: str) -> list[Entry]:
    return [entry for line in recorder.lines if (entry := line.entry()).kind == kind]


def injections(recorder: Recorder) -> list[int]:
    """The numbers of the entries in which something was given."""
    return [one.number for one in _given(recorder.lines) if not one.is_interval]
