"""Millions of damaged frames between clean ones, held against the truth of what was sent.

The bytes are those of a driver's simulator, or of its capture if that sends nothing unasked. Each block on the line is
some damaged frames and two clean ones. A reading is right if the bytes that it came of are a frame that the device
sent; any other one is a wrong accept, and no more of those may pass than the check of the wire format lets through by
chance.
"""

from __future__ import annotations

import math
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from devicelog import registry
from devicelog.driver import BadFrame, Decoder, Event
from devicelog.simulator import SimulatedDevice
from devicelog.testing.capture import capture, read_capture
from devicelog.testing.damage import SPOILS, Damage
from devicelog.testing.state import state_size
from devicelog.testing.talk import Talk
from tests.faults.suites import driver_of, suites

#: A decoder is fed so many bytes at once, as a read gives them.
_READ = 4096
#: So many damaged frames go onto the line before it is looked what became of them.
_BATCH = 2_000
#: At most so many damaged frames come one after another.
_IN_A_ROW = 4
#: The bytes of so many seconds of a simulated session, from so many seeds.
_SECONDS, _SEEDS = 400.0, 3
#: Of so many random frames a CRC of 16 bits lets one pass.
CRC_16 = 65_536
#: More wrong accepts than this would come by chance once in 10,000 runs.
_SURE = 0.9999


@dataclass(slots=True)
class DamageCounts:
    """What became of the frames; `wrong` holds the wrong accepts by their damage.

    Without a CRC in the wire format wrong accepts are counted and not judged: nobody can tell how many there may be.
    `may_lose` is how many clean frames may go with the damage before them (conformance suite, `lost_after_noise`).
    """

    driver: str
    has_crc: bool = True
    may_lose: int = 0
    damaged: Counter[Damage] = field(default_factory=Counter)
    wrong: Counter[Damage] = field(default_factory=Counter)
    unharmed: int = 0
    clean: int = 0
    lost_first: int = 0
    lost: int = 0
    exceptions: int = 0
    greatest_state: int = 0
    seconds: float = 0.0
    examples: list[str] = field(default_factory=list)

    @property
    def frames_a_second(self) -> float:
        """Damaged and clean frames for each second of CPU in the decoder."""
        return (self.damaged.total() + self.clean) / self.seconds if self.seconds else 0.0

    @property
    def missed(self) -> int:
        """Clean frames that were not found and should have been."""
        return (self.lost_first if self.may_lose < 1 else 0) + (self.lost if self.may_lose < 2 else 0)

    @property
    def missed_beyond_chance(self) -> int:
        """The same, without what a frame whose check fits by chance takes with it, where nothing shows a beginning."""
        return max(0, self.missed - (self.allowed if self.has_crc and self.may_lose else 0))

    @property
    def allowed(self) -> int:
        """How many wrong accepts may come by chance, of all damage together."""
        return most_by_chance(self.damaged.total() / CRC_16)

    @property
    def beyond_chance(self) -> list[Damage]:
        """The kinds of damage of which more passed than by the check's chance; a CRC lets no single bit pass, ever.

        The chance is held against all kinds together: CRC-16/CCITT is made of (x + 1), which sees an odd number of
        changed bits, and a factor of degree 15. A swap keeps its bits, and passes twice as often as a random frame.
        """
        if not self.has_crc:
            return []
        too_many = self.wrong.total() > self.allowed
        return [kind for kind in Damage if self.wrong[kind] and (too_many or kind is Damage.BIT)]


def most_by_chance(expected: float) -> int:
    """The greatest count that a Poisson distribution of that mean does not go beyond, with probability 0.9999."""
    probability, most = math.exp(-expected), 0
    below = probability
    while below < _SURE:
        most += 1
        probability *= expected / most
        below += probability
    return most


def damaged_frames(
    driver: str, frames: int, seed: int = 1, *, decoder: Callable[[], Decoder] | None = None
) -> DamageCounts:
    """So many damaged frames of a driver's simulator through its decoder, or through another `decoder`."""
    line = _Line(driver, decoder or driver_of(driver).decoder, seed)
    while line.counts.damaged.total() < frames:
        line.batch(min(_BATCH, frames - line.counts.damaged.total()))
    return line.counts


@dataclass(frozen=True, slots=True)
class _Sent:
    """One piece on the line: where it ends, the frame that it was, its damage; `first` behind a damaged one."""

    end: int
    frame: bytes
    damage: Damage | None
    first: bool = False


class _Line:
    """A decoder at the end of a bad line, and what was really sent."""

    def __init__(self, driver: str, decoder: Callable[[], Decoder], seed: int) -> None:
        suite = suites()[driver]
        self.counts = DamageCounts(driver, suite.integrity == "crc", suite.lost_after_noise)
        self._new = decoder
        self._decoder = decoder()
        self._chance = Random(f"{driver} {seed}")
        self._frames = clean_frames(driver)
        self._at = 0

    def batch(self, count: int) -> None:
        """Let so many damaged frames arrive, clean ones between them, and judge what came of them."""
        pieces, sent = self._pieces(count)
        data = b"".join(pieces)
        events = self._decode(data)
        self._judge(data, sent, events)
        self._at += len(data)
        self.counts.greatest_state = max(self.counts.greatest_state, state_size(self._decoder))

    def _pieces(self, count: int) -> tuple[list[bytes], list[_Sent]]:
        pieces: list[bytes] = []
        sent: list[_Sent] = []
        at = 0
        chance, frames = self._chance.random, self._frames
        while count > 0:
            damaged = min(count, 1 + int(chance() * _IN_A_ROW))
            count -= damaged
            for number in range(damaged + 2):
                frame = frames[int(chance() * len(frames))]
                damage = None
                piece = frame
                if number < damaged:
                    damage, piece = self._spoil(frame)
                at += len(piece)
                pieces.append(piece)
                sent.append(_Sent(at, frame, damage, number == damaged))
        return pieces, sent

    def _spoil(self, frame: bytes) -> tuple[Damage, bytes]:
        """A frame of which nothing whole is left."""
        chance = self._chance
        while True:
            damage = _KINDS[int(chance.random() * len(_KINDS))]
            other = self._frames[int(chance.random() * len(self._frames))]
            spoiled = SPOILS[damage](frame, other, chance)
            if frame not in spoiled and other not in spoiled:
                self.counts.damaged[damage] += 1
                return damage, spoiled

    def _decode(self, data: bytes) -> list[Event]:
        events: list[Event] = []
        began = time.thread_time()
        for start in range(0, len(data), _READ):
            try:
                events += self._decoder.feed(data[start : start + _READ])
            except Exception as error:
                self.counts.exceptions += 1
                self._note(f"{error!r} after {data[start : start + _READ]!r}")
        events += self._decoder.end()  # what waits for bytes that a damaged length promised, waits no longer
        self.counts.seconds += time.thread_time() - began
        return events

    def _judge(self, data: bytes, sent: list[_Sent], events: list[Event]) -> None:
        """Hold each accepted frame against what was sent there; count the clean frames that are missing."""
        found = {event.at - self._at for event in events if type(event) is not BadFrame}
        for piece in sent:
            if piece.damage is not None:
                continue
            self.counts.clean += 1
            if piece.end in found:
                found.discard(piece.end)
            elif piece.first:
                self.counts.lost_first += 1
            else:
                self.counts.lost += 1
        ends = [piece.end for piece in sent]
        for end in found:
            self._accepted(data, sent, bisect_left(ends, end), end)

    def _accepted(self, data: bytes, sent: list[_Sent], place: int, end: int) -> None:
        """A frame that was accepted inside a damaged piece: right if those bytes are a frame of the device."""
        piece = sent[min(place, len(sent) - 1)]
        near = [other.frame for other in sent[max(0, place - 2) : place + 1]]
        if any(data[:end].endswith(frame) for frame in near):
            self.counts.unharmed += 1
            return
        self.counts.wrong[piece.damage or sent[place - 1].damage or Damage.CUT] += 1
        self._note(f"{piece.frame!r} became {data[max(0, end - 160) : end]!r}")

    def _note(self, what: str) -> None:
        if len(self.counts.examples) < 5:
            self.counts.examples.append(what)


_KINDS = tuple(Damage)


def clean_frames(driver: str) -> list[bytes]:
    """The different frames that a driver's simulator sends by itself, or those of its capture; each gives one event."""
    decoder = driver_of(driver).decoder
    for source in (_simulated(driver), [read_capture(suites()[driver].capture).data]):
        found: dict[bytes, None] = {}
        for data in source:
            taken = capture(decoder, Talk(data)).frames
            found.update((frame.data, None) for frame in taken if frame.is_clean and len(frame.events) == 1)
        if found:
            break
    return list(found)


def _simulated(driver: str) -> Iterator[bytes]:
    """What the simulator of that name says in all its scenarios; nothing if there is none."""
    if driver not in registry.simulators():
        return
    simulator = registry.simulator(driver)
    for seed in range(1, _SEEDS + 1):
        for scenario in (None, *simulator.scenarios.values()):
            yield b"".join(_heard(simulator.start(seed, scenario)))


def _heard(device: SimulatedDevice) -> Iterator[bytes]:
    elapsed = 0.0
    while elapsed < _SECONDS and not device.finished:
        yield device.advance(1.0)
        elapsed += 1.0
