"""The same bytes in other pieces and at other moments: what a device said must not depend on how it arrived."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from devicelog.driver import Decoder, Driver, Event
from devicelog.ledger import Entry
from devicelog.recorder.recorder import Recorder
from tests.faults.sessions import COURSES, Course, Heard, entries, recorded, simulated

#: An FTDI adapter hands over what has gathered this often (s).
_CLUMP = 0.016
#: The most that a read comes late (s).
_JITTER = 0.5
_FAST, _READ = 0.01, 4_096
#: What the host alone knows: when it heard something.
_OF_THE_HOST = frozenset({"at", "from_t", "to_t", "t"})


@dataclass(slots=True)
class PieceCounts:
    """Sessions compared and readings in them; `differing` names course, pieces and the first entry that differs."""

    sessions: int = 0
    readings: int = 0
    differing: list[str] = field(default_factory=list)


#: Cuts what was sent into the reads that arrive.
Cut = Callable[[Sequence[Heard]], Sequence[Heard]]


def any_pieces(seeds: int, *, courses: Sequence[Course] = COURSES, forgetful: bool = False) -> PieceCounts:
    """Whole sessions of each course in all the ways that a line hands bytes over, against the way they were sent.

    Cut differently at the same moments, every entry must be the same byte for byte. At other moments the events must be
    the same: what was observed, in the same order with the same verdicts, and no gap or bad frame made up. `forgetful`
    breaks the decoder on purpose: it forgets at each read what the one before left unfinished.
    """
    counts = PieceCounts()
    for course in courses:
        driver = _forgetful(course.driver) if forgetful else course.driver
        for seed in range(1, seeds + 1):
            sent = _thinned(simulated(course, seed, step=_FAST))
            for ways, told in ((_SAME_MOMENTS, _bodies), (_OTHER_MOMENTS, _events)):
                expected = told(recorded(course, sent, driver))
                for name, way in ways.items():
                    found = told(recorded(course, way(sent), driver))
                    _compare(counts, f"{course.scenario}, seed {seed}, {name}", expected, found)
    return counts


def _thinned(sent: Sequence[Heard]) -> list[Heard]:
    """Without most of the reads that nothing came of."""
    return [read for number, read in enumerate(sent) if read[1] or number % 50 == 0]


class _Forgetful:
    """A decoder that begins anew with each read."""

    def __init__(self, new: Callable[[], Decoder]) -> None:
        self._new = new

    def feed(self, data: bytes) -> list[Event]:
        return self._new().feed(data)

    def end(self) -> list[Event]:
        return []


def _forgetful(driver: Driver) -> Driver:
    return replace(driver, decoder=lambda: _Forgetful(driver.decoder))


def _bytewise(sent: Sequence[Heard]) -> list[Heard]:
    return [(at, data[place : place + 1]) for at, data in sent for place in range(max(1, len(data)))]


def _random(sent: Sequence[Heard]) -> list[Heard]:
    return list(_cut_at_random(sent, Random(1)))


def _cut_at_random(sent: Sequence[Heard], chance: Random) -> Iterator[Heard]:
    for at, data in sent:
        place = 0
        while place < len(data):
            length = chance.randint(1, 200)
            yield at, data[place : place + length]
            place += length


def _blocks(sent: Sequence[Heard]) -> list[Heard]:
    """Reads of 4,096 bytes, as fast as they are taken from a buffer."""
    data = b"".join(data for _, data in sent)
    return [(place / _READ * _FAST, data[place : place + _READ]) for place in range(0, len(data), _READ)]


def _clumps(sent: Sequence[Heard]) -> list[Heard]:
    clumps: dict[int, bytes] = {}
    for at, data in sent:
        clumps[int(at / _CLUMP) + 1] = clumps.get(int(at / _CLUMP) + 1, b"") + data
    return [(number * _CLUMP, data) for number, data in clumps.items()]


def _late(sent: Sequence[Heard]) -> list[Heard]:
    chance, now = Random(2), 0.0
    heard = []
    for at, data in sent:
        now = max(now, at + chance.uniform(0, _JITTER))
        heard.append((now, data))
    return heard


_SAME_MOMENTS: dict[str, Cut] = {"byte by byte": _bytewise, "pieces of 1 to 200": _random}
_OTHER_MOMENTS: dict[str, Cut] = {"4,096 at a time": _blocks, "clumps of 16 ms": _clumps, "500 ms of jitter": _late}


def _bodies(recorder: Recorder) -> list[object]:
    return [line.body for line in recorder.lines]


def _events(recorder: Recorder) -> list[object]:
    return [_event(entry) for entry in entries(recorder) if entry.kind not in _KINDS_OF_TIME]


_KINDS_OF_TIME = frozenset({"alarm", "alarm_ended"})


def _event(entry: Entry) -> object:
    """An entry without the moment at which the host heard of it."""
    content = entry.content
    if isinstance(content, dict):
        content = {key: value for key, value in content.items() if key not in _OF_THE_HOST}
    return entry.kind, content


def _compare(counts: PieceCounts, what: str, expected: list[object], found: list[object]) -> None:
    counts.sessions += 1
    counts.readings += len(expected)
    if found == expected:
        return
    place = next(
        (place for place, pair in enumerate(zip(expected, found, strict=False)) if pair[0] != pair[1]), len(expected)
    )
    counts.differing.append(f"{what}: {expected[place : place + 1]} became {found[place : place + 1]}")
