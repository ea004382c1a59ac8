"""The promises that every driver keeps, as a class that its test subclasses in five lines:

    class TestMyGun(DriverConformance):
        driver = DRIVER
        capture = Path(__file__).parent / "my-gun.bin"

Each test is named after its promise. The capture is what a device really sent, or what its maker has published: a file
of bytes, one that `devicelog capture` wrote, or `devicelog.testing.sources.from_simulator`. With the option
`--devicelog-hardware DRIVER@URL` the suites of that driver stand on what the device on that port sends now.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devicelog.driver import BadFrame, Category, Driver, Reading
from devicelog.testing.capture import Capture, Frame, Source, capture, decode, good, pieces_of, read_capture
from devicelog.testing.damage import SPOILS
from devicelog.testing.declarations import DeclarationPromises
from devicelog.testing.line import LinePromises
from devicelog.testing.noise import NOISES
from devicelog.testing.state import state_size
from devicelog.testing.streams import cuts, noises, streams
from devicelog.testing.vectors import expected_of, read_vectors, said_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from devicelog.driver import Event
    from devicelog.testing.plugin import HardwareCapture

#: A decoder holds less than this, whatever was on the line.
GREATEST_STATE = 64 * 1024
#: So many frames of a capture are tried where all would take too long.
SAMPLE = 16
#: So many bytes come in one read at most.
_READ = 4096
#: So many damaged frames are put on the line.
DAMAGED = 5_000
#: Noise up to this length is tried in every length: where a decoder cuts it must make no difference.
_LONG_NOISE = 1024
#: A mebibyte of noise may give so many readings by chance; without a check any number.
_BY_CHANCE = {"crc": 1, "checksum": 16}

_ANY_CLASS = settings(
    database=None,
    deadline=None,
    max_examples=60,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.differing_executors],
)


class DriverConformance(DeclarationPromises, LinePromises):
    """Subclass it in a test module, name `driver` and `capture`, and pytest runs the rest.

    `integrity` is what the wire format has against damage: a CRC, a plain checksum, or nothing.
    `lost_after_noise` is how many frames may go with the noise before them: 0 where a frame shows its own beginning.
    `link` is the line of the capture that this driver reads, where it has several.
    `vectors` is a file of single frames with their meanings, `simulator` stands in for the device on a real line.
    """

    driver: ClassVar[Driver]
    vectors: ClassVar[Path | None] = None
    capture: ClassVar[Source]
    integrity: ClassVar[Literal["crc", "checksum", "none"]] = "crc"
    lost_after_noise: ClassVar[int] = 0
    link: ClassVar[int] = 1

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _on_hardware(cls, devicelog_hardware: HardwareCapture) -> None:
        """In the place of the capture, what the device sends that the option names for this driver."""
        path = devicelog_hardware(cls.driver)
        if path is not None:
            cls.capture, cls.link = path, 1

    @property
    def captured(self) -> Capture:
        return capture(self.driver.decoder, read_capture(self.capture, self.link))

    @property
    def clean(self) -> list[Frame]:
        """The frames of the capture that are read; a test that needs one says in a sentence that there is none."""
        if not self.captured.clean:
            pytest.fail("no frame of the capture is read; begin with the capture and the vectors", pytrace=False)
        return self.captured.clean

    # -- bytes in, events out ----------------------------------------------------------------------------------

    def test_the_capture_shows_what_the_driver_can_do(self) -> None:
        reported = {event.report for event in self.captured.events if type(event) is Reading}
        begins = next(iter(self.captured.events), None)

        assert reported, f"the capture gives no reading, and every other test would be empty; it begins with {begins}"

    def test_byte_by_byte_gives_the_same_events_as_all_at_once(self) -> None:
        data = self.captured.data

        assert decode(self.driver.decoder(), pieces_of(data, range(len(data)))) == list(self.captured.events)

    @_ANY_CLASS
    @given(st.data())
    def test_any_pieces_of_any_stream_give_the_same_events(self, draw: st.DataObject) -> None:
        stream = draw.draw(streams(self.captured.frames))
        pieces = pieces_of(stream, draw.draw(cuts(len(stream))))

        whole = decode(self.driver.decoder(), [stream])

        assert decode(self.driver.decoder(), pieces) == whole
        assert decode(self.driver.decoder(), pieces_of(stream, range(len(stream)))) == whole

    def test_two_links_share_nothing(self) -> None:
        frame = self.clean[0].data
        one, other = self.driver.decoder(), self.driver.decoder()
        one.feed(frame[: len(frame) // 2])

        assert other.feed(frame) == decode(self.driver.decoder(), [frame], end=False)

    @_ANY_CLASS
    @given(st.data())
    def test_the_end_reports_the_rest_and_a_cut_frame_is_never_a_reading(self, draw: st.DataObject) -> None:
        frame = draw.draw(st.sampled_from(self.clean)).data
        kept = draw.draw(st.integers(1, len(frame) - 1))
        decoder = self.driver.decoder()
        before = decode(self.driver.decoder(), [frame[:kept]], end=False)

        events = decode(decoder, [frame[:kept]])
        rest = [event for event in events if type(event) is BadFrame]

        assert good(events) == good(before), "the end of the line made a reading of half a frame"
        if not rest:  # then this byte ended a frame that says nothing, and the byte before it did not
            rest = [event for event in decode(self.driver.decoder(), [frame[: kept - 1]]) if type(event) is BadFrame]
            kept -= 1
            if not kept:  # nothing of a frame was there yet: a byte between two of them
                return
        assert rest
        assert frame[:kept].endswith(rest[-1].raw), "the rest is not what was left over"
        assert decoder.end() == []

    def test_after_an_end_the_decoder_goes_on_at_the_same_count(self) -> None:
        frames = self.clean[:3]
        data = b"".join(frame.data for frame in frames)
        cut = frames[0].data[:-1]
        decoder = self.driver.decoder()

        decode(decoder, [cut])
        events = decode(decoder, [data])

        assert good(events) == good(decode(self.driver.decoder(), [data]))
        assert events[-1].at == len(cut) + len(data)

    # -- what the bytes mean ----------------------------------------------------------------------------------

    def test_every_vector_means_what_its_author_has_written_down(self) -> None:
        if self.vectors is None:
            pytest.skip("no vectors are named: nothing here says what a frame means")
        wrong = []
        for vector in read_vectors(self.vectors):
            said = [said_of(self.driver, event) for event in vector.events(self.driver.decoder())]
            if said != expected_of(vector):
                wrong.append(f"{vector.meaning}: {vector.data!r} is {expected_of(vector)}, the driver says {said}")
        assert not wrong, "\n".join(wrong)

    # -- bad input ---------------------------------------------------------------------------------------------

    @pytest.mark.parametrize("noise", NOISES)
    def test_noise_raises_nothing_invents_nothing_and_is_not_kept(self, noise: str) -> None:
        data = NOISES[noise](self.captured.data)
        decoder = self.driver.decoder()

        events = decode(decoder, pieces_of(data, range(0, len(data), _READ)), end=False)

        assert state_size(decoder) < GREATEST_STATE
        if self.integrity != "none":
            assert len(good(events)) <= _BY_CHANCE[self.integrity]
        assert all(type(event) is BadFrame for event in decoder.end())

    def test_damaged_frames_raise_nothing_are_not_kept_and_cost_no_clean_frame_behind_them(self) -> None:
        frames = [frame.data for frame in self.clean]
        chance = Random(1)  # noqa: S311
        decoder = self.driver.decoder()
        for _ in range(DAMAGED):
            spoil = SPOILS[chance.choice(list(SPOILS))]
            decoder.feed(spoil(chance.choice(frames), chance.choice(frames), chance))
        size = state_size(decoder)
        decoder.end()

        # What a frame tells may hang on those before it; that it is read at all may not.
        assert size < GREATEST_STATE
        for frame in frames[:6]:
            assert _is_read(decoder.feed(frame)), f"{frame!r} behind damaged frames is lost"

    def test_every_flipped_bit_is_noticed(self) -> None:
        if self.integrity == "none":
            pytest.skip("the wire format has no check: a frame with a flipped bit may be a right frame")
        frames = self.captured.frames
        for place in self.captured.sample(SAMPLE):
            before = frames[place - 1].data if place else b""
            behind = frames[place + 1].data if place + 1 < len(frames) else b""
            sent = frames[place].data
            right = decode(self.driver.decoder(), [before, sent, behind])
            lost = decode(self.driver.decoder(), [before, behind])
            for bit in range(len(sent) * 8):
                flipped = bytearray(sent)
                flipped[bit // 8] ^= 1 << bit % 8
                events = decode(self.driver.decoder(), [before, bytes(flipped), behind])
                invented = list(_invented(events, right, lost))
                assert not invented, f"bit {bit} of {sent!r} turned over gives {invented}"

    @_ANY_CLASS
    @given(st.data())
    def test_every_clean_frame_behind_noise_is_found(self, draw: st.DataObject) -> None:
        clean = self.clean
        first = draw.draw(st.integers(0, len(clean) - 1))
        frames = b"".join(frame.data for frame in clean[first : first + 6])
        noise = draw.draw(noises(self.captured.frames))

        expected = good(decode(self.driver.decoder(), [frames]))[self.lost_after_noise :]
        found = good(decode(self.driver.decoder(), [noise, frames]))

        assert found[len(found) - len(expected) :] == expected

    def test_noise_of_any_length_costs_no_more_frames(self) -> None:
        frames = b"".join(frame.data for frame in self.clean[:3])
        expected = good(decode(self.driver.decoder(), [frames]))[self.lost_after_noise :]

        for length in range(1, _LONG_NOISE):
            found = good(decode(self.driver.decoder(), [bytes(length), frames]))
            assert found[len(found) - len(expected) :] == expected, f"behind {length} zeros"

    @_ANY_CLASS
    @given(st.data())
    def test_bad_frames_hold_the_bytes_before_their_end_and_no_byte_twice(self, draw: st.DataObject) -> None:
        stream = draw.draw(streams(self.captured.frames))
        reached = 0
        for event in decode(self.driver.decoder(), [stream]):
            assert reached <= event.at <= len(stream), "events are not in the order of the bytes"
            if type(event) is BadFrame:
                assert event.raw
                assert event.reason
                assert event.raw == stream[event.at - len(event.raw) : event.at]
                assert event.at - len(event.raw) >= reached, "a byte is told twice"
            reached = event.at

    def test_every_event_comes_of_the_byte_that_it_names(self) -> None:
        data = self.captured.data
        for place in self.captured.sample(SAMPLE):
            frame = self.captured.frames[place]
            end = frame.start + len(frame.data)
            until, short = (decode(self.driver.decoder(), [data[:cut]]) for cut in (end, end - 1))
            for event in frame.events:
                assert event in until, f"{event} is not complete at byte {end}"
                assert event not in short, f"{event} was complete before byte {end}"

    # -- what is declared --------------------------------------------------------------------------------------

    def test_only_declared_reports_values_and_unit_tokens_appear(self) -> None:
        for event in self.captured.events:
            if type(event) is not Reading:
                continue
            report = self.driver.report(event.report)
            tokens = report.units if event.units is None else event.units
            assert len(event.values) == len(report.metrics) == len(tokens)
            for metric, value, token in zip(report.metrics, event.values, tokens, strict=True):
                assert type(value) in (int, Decimal, str, type(None)), f"{metric.name} is a {type(value).__name__}"
                assert metric.unit is None or not isinstance(value, str), f"{metric.name} has a unit and is text"
                assert not isinstance(value, Decimal) or value.is_finite(), f"{metric.name} is {value}"
                assert metric.unit is None or token in metric.wire_units, f"{metric.name}: {token!r} is not declared"
                assert metric.category not in _WHOLE or type(value) in (int, type(None)), f"{metric.name} is {value!r}"

    def test_what_comes_from_memory_is_what_was_live(self) -> None:
        said: dict[tuple[Any, ...], Reading] = {}
        for event in self.captured.events:
            if type(event) is not Reading:
                continue
            report = self.driver.report(event.report)
            places = [report.position(category) for category in (Category.EPOCH, Category.SEQUENCE)]
            if places[1] is None:
                continue
            live = said.setdefault(tuple(event.values[i] for i in places if i is not None), event)
            again = event.from_memory or live.from_memory
            assert not again or (live.report, live.values) == (event.report, event.values), "memory differs from live"


def _is_read(events: Sequence[Event]) -> bool:
    """Whether a clean frame gave what it says, and nothing bad."""
    return bool(events) and all(type(event) is not BadFrame for event in events)


def _invented(events: Sequence[Event], right: Sequence[Event], lost: Sequence[Event]) -> Iterator[str]:
    """What a damaged frame says that neither the right one nor its loss does.

    It may make less known than the right one, None in the place of a value, and never anything else.
    """
    spare = Counter(good(right))
    for event in events:
        for said in good([event]):
            if spare[said]:
                spare[said] -= 1
            elif not any(_says_less(event, other) for other in [*right, *lost]) and said not in good(lost):
                yield said


def _says_less(event: Event, other: Event) -> bool:
    if type(event) is not Reading or type(other) is not Reading or event.values == other.values:
        return False
    pairs = zip(event.values, other.values, strict=False)
    return (event.report, event.units) == (other.report, other.units) and all(a is None or a == b for a, b in pairs)


_WHOLE = (Category.SEQUENCE, Category.EPOCH, Category.UPTIME, Category.COUNTER)
