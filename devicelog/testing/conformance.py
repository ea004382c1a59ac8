"""The promises that every driver keeps, as a class that its test subclasses in five lines:

    class TestMyGun(DriverConformance):
        driver = DRIVER
        capture = Path(__file__).parent / "my-gun.bin"

Each test is named after its promise. The capture is what a device really sent, or what its maker has published: a file
of bytes, one that `devicelog capture` wrote, or `devicelog.testing.sources.from_simulator`. With the option
`--devicelog-hardware DRIVER@URL` the suites of that driver stand on what the device on that port sends now.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.driver import BadFrame, Category, Reading
from devicelog.driver.logbook import LogFile
from devicelog.testing.capture import decode, first_difference, good
from devicelog.testing.declarations import DeclarationPromises
from devicelog.testing.hardiness import HardinessPromises
from devicelog.testing.line import LinePromises
from devicelog.testing.meaning import MeaningPromises
from devicelog.testing.streams import cuts, streams
from devicelog.testing.suite import ANY_CLASS, SAMPLE
from devicelog.testing.talk import joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from devicelog.driver import Event
    from devicelog.testing.plugin import HardwareCapture

_WHOLE = (Category.SEQUENCE, Category.EPOCH, Category.UPTIME, Category.COUNTER)


class DriverConformance(MeaningPromises, HardinessPromises, DeclarationPromises, LinePromises):
    """Subclass it in a test module, name `driver` and `capture`, and pytest runs the rest; `Suite` has all names."""

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _on_hardware(cls, devicelog_hardware: HardwareCapture) -> None:
        """In the place of the capture, what the device sends that the option names for this driver."""
        path = devicelog_hardware(cls.driver)
        if path is not None:
            cls.capture, cls.link = path, 1

    # -- bytes in, events out ----------------------------------------------------------------------------------

    def test_the_capture_shows_what_the_driver_can_do(self) -> None:
        reported = set(self._reported())
        begins = next(iter(self.captured.events), None)
        given = {report.name for report in self.driver.reports if report.kind.treats}

        assert reported, f"the capture gives no reading, and every other test would be empty; it begins with {begins}"
        assert given <= reported, (
            f"the capture gives no {', '.join(sorted(given - reported))}: nothing here is tested on what is given; "
            "expected each report of what a patient is given, with what was asked before it"
        )

    def _reported(self) -> Iterator[str]:
        """The reports of the capture, those in log files among them."""
        for event in self.captured.events:
            if type(event) is Reading:
                yield event.report
            elif type(event) is LogFile and event.run is not None:
                yield from (logged.report for logged in event.run.readings)

    def test_what_is_given_twice_is_told_twice(self) -> None:
        for place in self.captured.sample(SAMPLE):
            talk = self.captured.frames[place].talk
            once, twice = (self._given_in(decode(self.driver.decoder(), (talk * n).pieces())) for n in (1, 2))
            assert twice == once * 2, f"{talk.data!r} twice gives {twice}: what stays the same was given again"

    def _given_in(self, events: Iterable[Event]) -> list[str]:
        """What a patient was given; where reports have a number, the record tells a repeat by that."""
        readings = [(event, self.driver.report(event.report)) for event in events if type(event) is Reading]
        given = [
            event for event, report in readings if report.kind.treats and report.position(Category.SEQUENCE) is None
        ]
        return good(given)

    def test_byte_by_byte_gives_the_same_events_as_all_at_once(self) -> None:
        talk = self.captured.talk

        events = decode(self.driver.decoder(), talk.pieces(range(len(talk))))

        assert first_difference(events, self.captured.events) is None

    @ANY_CLASS
    @given(st.data())
    def test_any_pieces_of_any_stream_give_the_same_events(self, draw: st.DataObject) -> None:
        stream = draw.draw(streams(self.captured.frames))
        pieces = stream.pieces(draw.draw(cuts(len(stream))))

        whole = decode(self.driver.decoder(), stream.pieces())

        for cut in (pieces, stream.pieces(range(len(stream)))):
            assert first_difference(decode(self.driver.decoder(), cut), whole) is None

    def test_two_links_share_nothing(self) -> None:
        frame = self.clean[0].talk
        one, other = self.driver.decoder(), self.driver.decoder()
        decode(one, frame.part(0, len(frame) // 2).pieces(), end=False)

        events = decode(other, frame.pieces(), end=False)

        assert events == decode(self.driver.decoder(), frame.pieces(), end=False)

    @ANY_CLASS
    @given(st.data())
    def test_the_end_reports_the_rest_and_a_cut_frame_is_never_a_reading(self, draw: st.DataObject) -> None:
        frame = draw.draw(st.sampled_from(self.clean)).talk
        kept = draw.draw(st.integers(1, len(frame) - 1))
        decoder = self.driver.decoder()
        before = decode(self.driver.decoder(), frame.part(0, kept).pieces(), end=False)

        events = decode(decoder, frame.part(0, kept).pieces())
        rest = [event for event in events if type(event) is BadFrame]

        half = first_difference(good(events), good(before))
        assert half is None, "the end of the line made a reading of half a frame"
        if not rest:  # then this byte ended a frame that says nothing, and the byte before it did not
            rest = [
                event
                for event in decode(self.driver.decoder(), frame.part(0, kept - 1).pieces())
                if type(event) is BadFrame
            ]
            kept -= 1
            if not kept:  # nothing of a frame was there yet: a byte between two of them
                return
        assert rest
        assert frame.data[:kept].endswith(rest[-1].raw), "the rest is not what was left over"
        assert decoder.end() == []

    def test_after_an_end_the_decoder_goes_on_at_the_same_count(self) -> None:
        frames = self.clean[:3]
        talk = joined(frame.talk for frame in frames)
        cut = frames[0].talk.part(0, len(frames[0].data) - 1)
        decoder = self.driver.decoder()

        decode(decoder, cut.pieces())
        events = decode(decoder, talk.pieces())

        assert first_difference(good(events), good(decode(self.driver.decoder(), talk.pieces()))) is None
        assert events[-1].at == len(cut) + len(talk)

    def test_every_event_comes_of_the_byte_that_it_names(self) -> None:
        talk = self.captured.talk
        for place in self.captured.sample(SAMPLE):
            frame = self.captured.frames[place]
            end = frame.start + len(frame.data)
            until, short = (decode(self.driver.decoder(), talk.part(0, cut).pieces()) for cut in (end, end - 1))
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
