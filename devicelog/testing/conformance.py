"""The promises that every driver keeps, as a class that its test subclasses in five lines:

    class TestMyGun(DriverConformance):
        driver = DRIVER
        capture = Path(__file__).parent / "my-gun.bin"

Each test is named after its promise. The capture is what a device really sent, or what its maker has published: a file
of bytes, one that `devicelog capture` wrote, or `devicelog.testing.sources.from_simulator`. With the option
`--devicelog-hardware DRIVER@URL` the suites of that driver stand on what the device on that port sends now.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devicelog.driver import Asked, BadFrame, Category, Driver, Effect, Provenance, Reading, Report, ReportKind
from devicelog.layout import NANO
from devicelog.testing.capture import Capture, Source, capture, decode, good, pieces_of, read_capture
from devicelog.testing.imports import forbidden_imports
from devicelog.testing.noise import NOISES
from devicelog.testing.state import state_size
from devicelog.testing.streams import cuts, noises, streams
from devicelog.units import RECORD_UNITS, factor

if TYPE_CHECKING:
    from devicelog.testing.plugin import HardwareCapture

#: A decoder holds less than this, whatever was on the line.
GREATEST_STATE = 64 * 1024
#: So many frames of a capture are tried where all would take too long.
SAMPLE = 16
#: So many bytes come in one read at most.
_READ = 4096
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


class DriverConformance:
    """Subclass it in a test module, name `driver` and `capture`, and pytest runs the rest.

    `integrity` is what the wire format has against damage: a CRC, a plain checksum, or nothing.
    `lost_after_noise` is how many frames may go with the noise before them: 0 where a frame shows its own beginning.
    `link` is the line of the capture that this driver reads, where it has several.
    """

    driver: ClassVar[Driver]
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

    # -- bytes in, events out ----------------------------------------------------------------------------------

    def test_the_capture_shows_what_the_driver_can_do(self) -> None:
        reported = {event.report for event in self.captured.events if type(event) is Reading}

        assert reported, "the capture gives no reading: every other test would be empty"

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
        frame = self.captured.clean[0].data
        one, other = self.driver.decoder(), self.driver.decoder()
        one.feed(frame[: len(frame) // 2])

        assert other.feed(frame) == decode(self.driver.decoder(), [frame], end=False)

    @_ANY_CLASS
    @given(st.data())
    def test_the_end_reports_the_rest_and_a_cut_frame_is_never_a_reading(self, draw: st.DataObject) -> None:
        frame = draw.draw(st.sampled_from(self.captured.clean)).data
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
        frames = self.captured.clean[:3]
        data = b"".join(frame.data for frame in frames)
        cut = frames[0].data[:-1]
        decoder = self.driver.decoder()

        decode(decoder, [cut])
        events = decode(decoder, [data])

        assert good(events) == good(decode(self.driver.decoder(), [data]))
        assert events[-1].at == len(cut) + len(data)

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

    def test_every_flipped_bit_is_noticed(self) -> None:
        if self.integrity == "none":
            pytest.skip("the wire format has no check: a frame with a flipped bit may be a right frame")
        frames = self.captured.frames
        for place in self.captured.sample(SAMPLE):
            before = frames[place - 1].data if place else b""
            behind = frames[place + 1].data if place + 1 < len(frames) else b""
            sent = frames[place].data
            allowed = Counter(good(decode(self.driver.decoder(), [before, sent, behind])))
            for bit in range(len(sent) * 8):
                flipped = bytearray(sent)
                flipped[bit // 8] ^= 1 << bit % 8
                events = decode(self.driver.decoder(), [before, bytes(flipped), behind])
                invented = Counter(good(events)) - allowed
                assert not invented, f"bit {bit} of {sent!r} turned over gives {list(invented)}"

    @_ANY_CLASS
    @given(st.data())
    def test_every_clean_frame_behind_noise_is_found(self, draw: st.DataObject) -> None:
        clean = self.captured.clean
        first = draw.draw(st.integers(0, len(clean) - 1))
        frames = b"".join(frame.data for frame in clean[first : first + 6])
        noise = draw.draw(noises(self.captured.frames))

        expected = good(decode(self.driver.decoder(), [frames]))[self.lost_after_noise :]
        found = good(decode(self.driver.decoder(), [noise, frames]))

        assert found[len(found) - len(expected) :] == expected

    def test_noise_of_any_length_costs_no_more_frames(self) -> None:
        frames = b"".join(frame.data for frame in self.captured.clean[:3])
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

    def test_every_unit_is_known_measures_the_right_thing_and_is_exact(self) -> None:
        for report in self.driver.reports:
            for metric in report.metrics:
                if metric.unit is None:
                    assert not metric.wire_units, f"{metric.name} has unit tokens and no unit"
                    continue
                assert metric.unit in RECORD_UNITS, f"{metric.name}: a record is not kept in {metric.unit!r}"
                for token, pint_unit in metric.wire_units.items():
                    exact = factor(pint_unit, metric.unit)
                    assert exact > 0
                    added_up = report.kind not in (ReportKind.TOTALS, ReportKind.STATUS)
                    assert not added_up or exact * NANO % 1 == 0, f"{metric.name}: 1 {token} is no whole billionths"

    def test_reports_are_declared_in_full(self) -> None:
        names = [report.name for report in self.driver.reports]
        settings_known = {m.name for r in self.driver.reports for m in r.metrics if m.category is Category.SETTING}

        assert names
        assert len(set(names)) == len(names)
        for report in self.driver.reports:
            self._check_report(report, settings_known)

    @staticmethod
    def _check_report(report: Report, settings_known: set[str]) -> None:
        metrics = [metric.name for metric in report.metrics]
        assert metrics
        assert len(set(metrics)) == len(metrics), f"{report.name} has a metric twice"
        assert len(report.units) == len(metrics), f"{report.name}: a unit token for each metric"
        for metric, token in zip(report.metrics, report.units, strict=True):
            assert metric.unit is None or token in metric.wire_units, f"{report.name}.{metric.name}: {token!r}"
            assert metric.basis_from is None or metric.basis_from in settings_known, (
                f"{metric.name}: {metric.basis_from}"
            )
            assert metric.modulus is None or metric.modulus > 1

    def test_queries_are_declared_in_full_and_asked_unbidden_only_without_effect(self) -> None:
        requests = [query.request for query in self.driver.queries]

        assert len(set(requests)) == len(requests)
        for query in self.driver.queries:
            assert isinstance(query.request, bytes)
            assert query.request
            assert isinstance(query.effect, Effect)
            assert query.purpose.strip()
            assert query.allows(query.request.replace(b"#", b"7"))
            assert not query.on_open or query.effect is Effect.NONE
            assert not query.on_open or b"#" not in query.request, "a number is wanted, and nobody gives one on opening"
            assert query.every is None or (query.every > 0 and b"#" not in query.request)
            assert query.every is None or self.driver.polling is not None, "who is polled says when a reply is over"
        if self.driver.polling is not None:
            assert self.driver.polling.ends
            assert all(self.driver.polling.ends)
            assert min(self.driver.polling.timeout, self.driver.polling.pause) > 0

    def test_a_memory_is_asked_with_a_declared_query_without_effect(self) -> None:
        memory = self.driver.memory
        if memory is None:
            return
        counted = [metric for r in self.driver.reports for metric in r.metrics if metric.category is Category.SEQUENCE]

        assert counted, "a report that has no number cannot be asked for"
        assert memory.query in self.driver.queries
        assert memory.query.effect is Effect.NONE
        assert memory.query.request.count(b"#") == len(memory.numbers)
        assert Asked.FIRST in memory.numbers
        assert {Asked.LAST, Asked.COUNT} & set(memory.numbers), "the answer has no end"
        assert len(set(memory.numbers)) == len(memory.numbers)
        assert memory.page >= 1
        assert memory.timeout > 0
        assert memory.retries >= 0
        last = max(metric.modulus or 1 for metric in counted) - 1
        for first, count, epoch in ((0, 1, 0), (last, memory.page, 2**32 - 1)):
            assert memory.query.allows(memory.request(first, last, count, epoch)), "the gate would not let it pass"

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

    def test_the_driver_says_what_it_is_and_where_its_knowledge_comes_from(self) -> None:
        driver: Any = self.driver

        assert re.fullmatch(r"[a-z0-9][a-z0-9-]*", driver.name), "lower case, digits, hyphens: people type it"
        assert all(
            isinstance(text, str) and text.strip() for text in (driver.model, driver.version, driver.wire_format)
        )
        assert isinstance(driver.provenance, Provenance)
        assert driver.verified_on is None or driver.verified_on.strip()
        assert driver.expected_interval is None or driver.expected_interval > 0
        states = {metric.name for report in driver.reports for metric in report.metrics}
        assert not driver.paused_states or "state" in states, "a pause is seen in a metric called state"

    def test_the_decoder_has_no_port_clock_thread_or_store(self) -> None:
        assert forbidden_imports(self.driver) == []


_WHOLE = (Category.SEQUENCE, Category.EPOCH, Category.UPTIME, Category.COUNTER)
