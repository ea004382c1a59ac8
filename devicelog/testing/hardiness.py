"""The promises about noise and damage: nothing raised, invented, kept or swallowed, and no frame behind it lost."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.driver import BadFrame, Reading
from devicelog.testing.capture import decode, good, kind_of, pieces_of
from devicelog.testing.damage import SPOILS
from devicelog.testing.noise import NOISES
from devicelog.testing.state import state_size
from devicelog.testing.streams import noises, streams
from devicelog.testing.suite import ANY_CLASS, SAMPLE, Suite
from devicelog.testing.talk import Sent, Talk, joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from devicelog.driver import Event
    from devicelog.testing.capture import Frame

#: A decoder holds less than this, whatever was on the line.
GREATEST_STATE = 64 * 1024
#: So many bytes come in one read at most.
_READ = 4096
#: So many damaged frames are put on the line.
DAMAGED = 5_000
#: Noise up to this length is tried in every length: where a decoder cuts it must make no difference.
_LONG_NOISE = 1024
#: Beginnings of a frame up to this length are all tried as noise, of a longer one so many.
_BEGINNINGS = 64
#: A mebibyte of noise may give so many readings by chance; without a check any number.
_BY_CHANCE = {"crc": 1, "checksum": 16}


class HardinessPromises(Suite):
    """Part of `DriverConformance`."""

    @pytest.mark.parametrize("noise", NOISES)
    def test_noise_raises_nothing_invents_nothing_and_is_not_kept(self, noise: str) -> None:
        data = NOISES[noise](self.captured.data)
        decoder = self.driver.decoder()

        events = decode(decoder, pieces_of(data, range(0, len(data), _READ)), end=False)

        assert state_size(decoder) < GREATEST_STATE
        events += decoder.end()
        if self.integrity != "none":
            assert len(good(events)) <= _BY_CHANCE[self.integrity]

    def test_damaged_frames_raise_nothing_are_not_kept_and_cost_no_clean_frame_behind_them(self) -> None:
        frames = self.clean
        chance = Random(1)  # noqa: S311
        decoder = self.driver.decoder()
        fed = 0
        for _ in range(DAMAGED):
            spoil = SPOILS[chance.choice(list(SPOILS))]
            one, other = chance.choice(frames), chance.choice(frames)
            asked = [Sent(request) for _, request in one.talk.asked]
            spoiled = spoil(one.data, other.data, chance)
            decode(decoder, [*asked, spoiled], end=False)
            fed += len(spoiled)
        size = state_size(decoder)
        decoder.end()

        behind = joined(frame.talk for frame in frames[:6]).pieces()
        expected = decode(self.driver.decoder(), behind, end=False)
        events = decode(decoder, behind, end=False)

        assert size < GREATEST_STATE
        assert _told_at(events, fed) == _told_at(expected, 0), "what frames say first, by their ends"

    def test_every_flipped_bit_is_noticed_and_told(self) -> None:
        if self.integrity == "none":
            pytest.skip("the wire format has no check: a frame with a flipped bit may be a right frame")
        frames = [frame.talk for frame in self.captured.frames]
        for place in self.captured.sample(SAMPLE):
            before, behind = joined(frames[max(0, place - 1) : place]), joined(frames[place + 1 : place + 2])
            self._flip_each_bit(before, frames[place], behind)

    def _flip_each_bit(self, before: Talk, sent: Talk, behind: Talk) -> None:
        right = decode(self.driver.decoder(), (before + sent + behind).pieces())
        asked = [Sent(request) for _, request in sent.asked]
        lost = decode(self.driver.decoder(), [*before.pieces(), *asked, *behind.pieces()])
        for bit in range(len(sent) * 8):
            flipped = bytearray(sent.data)
            flipped[bit // 8] ^= 1 << bit % 8
            events = decode(self.driver.decoder(), (before + Talk(bytes(flipped), sent.asked) + behind).pieces())
            invented = list(_invented(events, right, lost))
            assert not invented, f"bit {bit} of {sent.data!r} turned over gives {invented}"
            told = _is_told(events, len(before) + bit // 8) or len(good(events)) >= len(good(right))
            assert told, f"bit {bit} of {sent.data!r} turned over costs a frame, and no BadFrame holds that byte"

    @ANY_CLASS
    @given(st.data())
    def test_every_clean_frame_behind_noise_is_found(self, draw: st.DataObject) -> None:
        first = draw.draw(st.integers(0, len(self.clean) - 1))
        noise = draw.draw(noises(self.captured.frames))

        self._find_behind(noise, self.clean[first : first + 6])

    def test_every_clean_frame_behind_the_beginning_of_another_is_found(self) -> None:
        clean = self.clean
        kinds = {kind_of(frame.events[0]): frame.data for frame in clean}
        behind = [clean[place : place + 1 + self.lost_after_noise] for place in range(len(clean))]
        behind = behind[:: -(-len(behind) // SAMPLE)]
        for begun in kinds.values():
            for length in range(1, len(begun), -(-len(begun) // _BEGINNINGS)):
                for frames in behind:
                    self._find_behind(begun[:length], frames)

    def test_noise_of_any_length_costs_no_more_frames(self) -> None:
        for length in range(1, _LONG_NOISE):
            self._find_behind(bytes(length), self.clean[:3])

    def _find_behind(self, noise: bytes, frames: Sequence[Frame]) -> None:
        """Fails unless all that these frames say is said behind the noise, but for what the first of them said.

        A query whose answer is lost stays without one, which may change what the answers behind it say.
        """
        talk = joined(frame.talk for frame in frames)
        found = good(decode(self.driver.decoder(), (Talk(noise) + talk).pieces()))
        rests = [self._without(frames, lost) for lost in range(self.lost_after_noise + 1)]
        is_found = any(found[len(found) - len(rest) :] == rest for rest in rests)
        assert is_found, f"behind {noise!r:.200} only {found} is found of {rests[0]}; does end() look into the rest?"

    def _without(self, frames: Sequence[Frame], lost: int) -> list[str]:
        """What frames say of which the first are lost, but not what was asked."""
        asked = [Sent(request) for frame in frames[:lost] for _, request in frame.talk.asked]
        return good(decode(self.driver.decoder(), [*asked, *joined(frame.talk for frame in frames[lost:]).pieces()]))

    @ANY_CLASS
    @given(st.data())
    def test_bad_frames_hold_the_bytes_before_their_end_and_no_byte_twice(self, draw: st.DataObject) -> None:
        stream = draw.draw(streams(self.captured.frames))
        reached = 0
        for event in decode(self.driver.decoder(), stream.pieces()):
            assert reached <= event.at <= len(stream), "events are not in the order of the bytes"
            if type(event) is BadFrame:
                assert event.raw
                assert event.reason
                assert event.raw == stream.data[event.at - len(event.raw) : event.at]
                assert event.at - len(event.raw) >= reached, "a byte is told twice"
            reached = event.at


def _told_at(events: Sequence[Event], fed: int) -> dict[int, str]:
    """What each frame says first, by its end behind `fed` bytes; what it says then may hang on others."""
    return {event.at - fed: kind_of(event) for event in reversed(events)}


def _is_told(events: Sequence[Event], place: int) -> bool:
    """Whether the byte at that place is in a bad frame."""
    return any(type(event) is BadFrame and event.at - len(event.raw) <= place < event.at for event in events)


def _invented(events: Sequence[Event], right: Sequence[Event], lost: Sequence[Event]) -> Iterator[str]:
    """What a damaged frame says that neither the right one nor its loss does, or that they say less often.

    It may make less known than the right one, None in the place of a value, and never anything else.
    """
    spare = Counter(good(right)) | Counter(good(lost))
    for event in events:
        for said in good([event]):
            if spare[said]:
                spare[said] -= 1
            elif not any(_says_less(event, other) for other in [*right, *lost]):
                yield said


def _says_less(event: Event, other: Event) -> bool:
    if type(event) is not Reading or type(other) is not Reading or event.values == other.values:
        return False
    pairs = zip(event.values, other.values, strict=False)
    return (event.report, event.units) == (other.report, other.units) and all(a is None or a == b for a, b in pairs)
