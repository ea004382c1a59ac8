"""The conformance suite is worth something only if it finds bad drivers: each fault by the promise that it breaks."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
import pytest

from devicelog.driver import (
    Asked,
    BadFrame,
    Category,
    DeviceClock,
    Driver,
    Effect,
    Event,
    Logbook,
    Memory,
    Metric,
    Polling,
    Query,
    Reading,
    Report,
    ReportKind,
)
from devicelog.errors import UnitError
from devicelog.testing.conformance import DriverConformance
from devicelog.testing.talk import Sent
from tests.drivers.sound import DRIVER, VOLUME, Sound, frame

if TYPE_CHECKING:
    from pathlib import Path


class TestSound(DriverConformance):
    driver = DRIVER
    capture: ClassVar = [frame("12.5"), frame("20"), frame("7.25")]
    integrity = "checksum"


class AcceptsAnything(Sound):
    def checks(self, _body: bytes, _check: bytes) -> bool:
        return True


class NeedsWholeFrames(Sound):
    def end(self) -> list[Event]:
        return []

    def feed(self, data: bytes) -> list[Event]:
        self.rest = b""
        return super().feed(data)


class KeepsEverything(Sound):
    def longest(self) -> int:
        return 1 << 30


class Raises(Sound):
    def event(self, piece: bytes, at: int) -> Event:
        piece.decode("ascii")
        return super().event(piece, at)


class Shares(Sound):
    shelf: ClassVar[list[bytes]] = [b""]

    def feed(self, data: bytes) -> list[Event]:
        self.rest = self.shelf[0]
        events = super().feed(data)
        self.shelf[0] = self.rest
        return events


class ForgetsTheRest(Sound):
    def end(self) -> list[Event]:
        self.rest = b""
        return []


class GuessesTheRest(Sound):
    def end(self) -> list[Event]:
        match = re.fullmatch(rb"<([0-9.]+).*", self.rest)
        return [Reading("dose", self.values(match[1].decode()), self.at)] if match else super().end()


class CountsFromZeroAgain(Sound):
    def end(self) -> list[Event]:
        events = super().end()
        self.at = 0
        return events


class CountsWrong(Sound):
    def place(self, _piece: bytes) -> int:
        return self.at - len(_piece) + 1


class SwallowsTheNext(Sound):
    def event(self, piece: bytes, at: int) -> Event:
        event = super().event(piece, at)
        if type(event) is BadFrame and self.rest:
            self.at += len(self.rest)
            self.rest = b""
        return event


class HoldsTheLast(Sound):
    """Says the last value again for a frame whose check is wrong."""

    last: Event | None = None

    def feed(self, data: bytes) -> list[Event]:
        events: list[Event] = []
        for event in super().feed(data):
            held = self.last if type(event) is BadFrame else None
            self.last = event if type(event) is Reading else self.last
            events += [event] if held is None else [event, msgspec.structs.replace(held, at=event.at)]
        return events


class SwallowsBadFrames(Sound):
    def feed(self, data: bytes) -> list[Event]:
        return [event for event in super().feed(data) if type(event) is not BadFrame or event.raw[:1] != b"<"]


class DropsRepeats(Sound):
    last = b""

    def event(self, piece: bytes, at: int) -> Event:
        again, self.last = piece == self.last, piece
        return BadFrame(piece, "said before", at) if again else super().event(piece, at)


class TrustsEveryHead(Sound):
    """What stands inside a false frame is lost with it, at the end of the line at the latest."""

    def next_end(self) -> int | None:
        ends = [place for place, byte in enumerate(self.rest, 1) if byte == ord(">")]
        whole = (end for end in ends if self.rest.count(b"<", 0, end) <= self.rest.count(b">", 0, end))
        return next(whole, self.longest() if len(self.rest) >= self.longest() else None)


class Corresponds(Sound):
    """Reads what it was asked for, in pieces or not, and a reply that was split is nobody's."""

    asked = False
    pieces = 0

    def sent(self, _request: bytes) -> None:
        self.asked, self.pieces = True, 0

    def feed(self, data: bytes) -> list[Event]:
        self.pieces += 1
        return super().feed(data)

    def event(self, piece: bytes, at: int) -> Event:
        event = super().event(piece, at)
        return BadFrame(piece, "in pieces", at) if self.asked and self.pieces > 1 else event


class Floats(Sound):
    def values(self, text: str) -> tuple[Any, ...]:
        return (float(text.rstrip(".") or 0) if text.count(".") < 2 else 0.0,)


class Undeclared(Sound):
    def report(self) -> str:
        return "surprise"


class RaisesForAWrongCheck(Sound):
    def event(self, piece: bytes, at: int) -> Event:
        event = super().event(piece, at)
        if type(event) is BadFrame and piece[:1] == b"<" and piece[-4:-3] == b"|":
            raise ValueError(piece)
        return event


class SkipsBehindLongNoise(Sound):
    noise = 0

    def event(self, piece: bytes, at: int) -> Event:
        event = super().event(piece, at)
        if type(event) is BadFrame:
            self.noise += len(piece)
            return event
        skips, self.noise = self.noise > 500, 0
        return BadFrame(piece, "skipped", at) if skips else event


class RemembersOtherwise(Sound):
    """The same number again, from the memory, with another value."""

    again = False

    def event(self, piece: bytes, at: int) -> Event:
        event = super().event(piece, at)
        if type(event) is not Reading:
            return event
        again, self.again = self.again, True
        return Reading(event.report, (*event.values, 1), at, from_memory=again)


NUMBERED = Report("dose", ReportKind.INJECTION, (VOLUME, Metric("number", Category.SEQUENCE, modulus=100)), ("uL", ""))
LOG = Query(b"LOG #,#\r", Effect.NONE, "reports from memory")
MEMORY = Memory(LOG, (Asked.FIRST, Asked.COUNT))
REMEMBERING = replace(DRIVER, reports=(NUMBERED,), queries=(LOG,), memory=MEMORY)
LIST = Query(b"ls /LOGS\r", Effect.NONE, "logs", every=10.0)
CLEARING = replace(LOG, effect=Effect.CLEARS_ALARM)


def with_metric(**changes: Any) -> Driver:
    metric = replace(VOLUME, **changes)
    return replace(DRIVER, reports=(replace(DRIVER.reports[0], metrics=(metric,)),))


def with_report(kind: ReportKind, metric: Metric) -> Driver:
    return replace(DRIVER, reports=(Report("dose", kind, (metric,), (next(iter(metric.wire_units)),)),))


COUNT = {"": "dimensionless"}
ASK = Query(b"ASK\r", Effect.NONE, "a value", on_open=True, every=0.1)
S = DriverConformance
FAULTS: list[tuple[Driver, Callable[..., None]]] = [
    (replace(DRIVER, decoder=AcceptsAnything), S.test_every_flipped_bit_is_noticed_and_told),
    (replace(DRIVER, decoder=HoldsTheLast), S.test_every_flipped_bit_is_noticed_and_told),
    (replace(DRIVER, decoder=SwallowsBadFrames), S.test_every_flipped_bit_is_noticed_and_told),
    (replace(DRIVER, decoder=DropsRepeats), S.test_what_is_given_twice_is_told_twice),
    (replace(DRIVER, decoder=TrustsEveryHead), S.test_every_clean_frame_behind_the_beginning_of_another_is_found),
    (
        replace(DRIVER, clock=DeviceClock(b"time\r\n", "%H:%M")),
        S.test_a_logbook_is_read_with_declared_queries_without_effect,
    ),
    (replace(DRIVER, decoder=NeedsWholeFrames), S.test_byte_by_byte_gives_the_same_events_as_all_at_once),
    (replace(DRIVER, decoder=NeedsWholeFrames), S.test_any_pieces_of_any_stream_give_the_same_events),
    (replace(DRIVER, decoder=Shares), S.test_two_links_share_nothing),
    (replace(DRIVER, decoder=ForgetsTheRest), S.test_the_end_reports_the_rest_and_a_cut_frame_is_never_a_reading),
    (replace(DRIVER, decoder=GuessesTheRest), S.test_the_end_reports_the_rest_and_a_cut_frame_is_never_a_reading),
    (replace(DRIVER, decoder=CountsFromZeroAgain), S.test_after_an_end_the_decoder_goes_on_at_the_same_count),
    (replace(DRIVER, decoder=CountsWrong), S.test_bad_frames_hold_the_bytes_before_their_end_and_no_byte_twice),
    (replace(DRIVER, decoder=CountsWrong), S.test_every_event_comes_of_the_byte_that_it_names),
    (replace(DRIVER, decoder=SwallowsTheNext), S.test_every_clean_frame_behind_noise_is_found),
    (replace(DRIVER, decoder=Floats), S.test_only_declared_reports_values_and_unit_tokens_appear),
    (replace(DRIVER, decoder=Undeclared), S.test_only_declared_reports_values_and_unit_tokens_appear),
    (with_metric(wire_units={"mL": "milliliter"}), S.test_only_declared_reports_values_and_unit_tokens_appear),
    (with_metric(wire_units={"uL": "millisecond"}), S.test_every_unit_is_known_measures_the_right_thing_and_is_exact),
    (with_metric(wire_units={"uL": "femtoliter"}), S.test_every_unit_is_known_measures_the_right_thing_and_is_exact),
    (
        with_metric(unit="mm", wire_units={"uL": "millimeter"}),
        S.test_every_unit_is_known_measures_the_right_thing_and_is_exact,
    ),
    (with_metric(unit="gallon"), S.test_every_unit_is_known_measures_the_right_thing_and_is_exact),
    (
        with_report(ReportKind.INTERVAL, Metric("triggers_session", Category.MEASUREMENT, "count", COUNT)),
        S.test_what_is_counted_and_added_up_is_declared_as_that,
    ),
    (
        with_report(ReportKind.INTERVAL, replace(VOLUME, name="volume_session")),
        S.test_what_is_counted_and_added_up_is_declared_as_that,
    ),
    (
        with_report(ReportKind.INJECTION, replace(VOLUME, name="volume_session", category=Category.AMOUNT)),
        S.test_what_is_counted_and_added_up_is_declared_as_that,
    ),
    (
        with_report(ReportKind.INJECTION, Metric("shots", Category.COUNTER, "count", COUNT)),
        S.test_what_is_counted_and_added_up_is_declared_as_that,
    ),
    (
        with_report(ReportKind.INJECTION, Metric("shots", Category.COUNTER, "count", COUNT, modulus=100)),
        S.test_what_is_counted_and_added_up_is_declared_as_that,
    ),
    (
        replace(DRIVER, queries=(ASK,), polling=Polling(ends=(b">",))),
        S.test_queries_are_declared_in_full_and_asked_unbidden_only_without_effect,
    ),
    (with_metric(basis_from="nowhere"), S.test_reports_are_declared_in_full),
    (with_metric(wire_units={}), S.test_reports_are_declared_in_full),
    (replace(DRIVER, reports=DRIVER.reports * 2), S.test_reports_are_declared_in_full),
    (
        replace(DRIVER, queries=(Query(b"CLEAR", Effect.CLEARS_ALARM, "clears", on_open=True),)),
        S.test_queries_are_declared_in_full_and_asked_unbidden_only_without_effect,
    ),
    (
        replace(DRIVER, queries=(Query(b"", Effect.NONE, "nothing"),)),
        S.test_queries_are_declared_in_full_and_asked_unbidden_only_without_effect,
    ),
    (
        replace(REMEMBERING, queries=(CLEARING,), memory=replace(MEMORY, query=CLEARING)),
        S.test_a_memory_is_asked_with_a_declared_query_without_effect,
    ),
    (replace(REMEMBERING, queries=()), S.test_a_memory_is_asked_with_a_declared_query_without_effect),
    (
        replace(REMEMBERING, memory=replace(MEMORY, numbers=(Asked.FIRST,))),
        S.test_a_memory_is_asked_with_a_declared_query_without_effect,
    ),
    (
        replace(DRIVER, clock=DeviceClock(b"TIME\r", "%H:%M")),
        S.test_a_logbook_is_read_with_declared_queries_without_effect,
    ),
    (
        replace(DRIVER, queries=(LIST,), logbook=Logbook("/LOGS", "ls {}\r", "get {}\r", lambda _: None)),
        S.test_a_logbook_is_read_with_declared_queries_without_effect,
    ),
    (replace(REMEMBERING, decoder=RemembersOtherwise), S.test_what_comes_from_memory_is_what_was_live),
    (
        replace(DRIVER, decoder=RaisesForAWrongCheck),
        S.test_damaged_frames_raise_nothing_are_not_kept_and_cost_no_clean_frame_behind_them,
    ),
    (replace(DRIVER, decoder=SkipsBehindLongNoise), S.test_noise_of_any_length_costs_no_more_frames),
    (replace(DRIVER, name="new"), S.test_the_driver_is_registered_under_its_own_name),
    (
        replace(DRIVER, paused_states=frozenset({"paused"})),
        S.test_the_driver_says_what_it_is_and_where_its_knowledge_comes_from,
    ),
    (replace(DRIVER, name="My Gun"), S.test_the_driver_says_what_it_is_and_where_its_knowledge_comes_from),
    (replace(DRIVER, wire_format=" "), S.test_the_driver_says_what_it_is_and_where_its_knowledge_comes_from),
]


def suite(driver: Driver, **changes: Any) -> Any:
    return type("Suite", (TestSound,), {"driver": driver, **changes})()


@pytest.mark.parametrize(
    ("driver", "promise"),
    [pytest.param(driver, promise, id=f"{n}-{promise.__name__}") for n, (driver, promise) in enumerate(FAULTS)],
)
def test_a_driver_that_breaks_a_promise_fails_the_test_named_after_it(
    driver: Driver, promise: Callable[..., None]
) -> None:
    with pytest.raises((AssertionError, KeyError, ValueError, UnitError)):
        getattr(suite(driver), promise.__name__)()


@pytest.mark.parametrize("decoder", [Raises, KeepsEverything])
def test_a_decoder_that_noise_breaks_or_fattens_fails(decoder: type[Sound]) -> None:
    noise = "random bytes" if decoder is Raises else "zeros"

    with pytest.raises((AssertionError, UnicodeDecodeError)):
        suite(replace(DRIVER, decoder=decoder)).test_noise_raises_nothing_invents_nothing_and_is_not_kept(noise)


def test_a_decoder_that_looks_at_the_clock_is_found_in_its_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "if 1:\n    from time import monotonic\nclass Decoder: ...\n"
    (tmp_path / "watch.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "watch", raising=False)
    decoder = import_module("watch").Decoder

    with pytest.raises(AssertionError, match="watch imports time"):
        suite(replace(DRIVER, decoder=decoder)).test_the_decoder_has_no_port_clock_thread_or_store()


def test_a_capture_without_a_reading_proves_nothing() -> None:
    with pytest.raises(AssertionError, match="the capture gives no reading"):
        suite(DRIVER, capture=b"nothing").test_the_capture_shows_what_the_driver_can_do()


def test_a_capture_that_never_says_what_is_given_proves_nothing_about_it() -> None:
    given = Report("other_dose", ReportKind.INTERVAL, (VOLUME,), ("uL",))

    with pytest.raises(AssertionError, match="the capture gives no other_dose"):
        suite(replace(DRIVER, reports=(*DRIVER.reports, given))).test_the_capture_shows_what_the_driver_can_do()


def test_a_counter_that_says_how_it_wraps_or_that_it_never_does_is_declared_in_full() -> None:
    for known in ({"modulus": 100, "max_rate": 5}, {"never_wraps": True}):
        metric = Metric("shots", Category.COUNTER, "count", COUNT, **known)
        suite(with_report(ReportKind.INJECTION, metric)).test_what_is_counted_and_added_up_is_declared_as_that()


def test_a_reply_is_split_and_flipped_as_the_answer_to_what_was_asked() -> None:
    corresponding = replace(DRIVER, decoder=Corresponds)

    suite(corresponding).test_byte_by_byte_gives_the_same_events_as_all_at_once()
    with pytest.raises(AssertionError):
        suite(
            corresponding, capture=[Sent(b"ASK"), frame("12.5")]
        ).test_byte_by_byte_gives_the_same_events_as_all_at_once()


def test_a_format_without_a_check_is_told_and_not_passed_over_in_silence() -> None:
    with pytest.raises(pytest.skip.Exception, match="has no check"):
        suite(DRIVER, integrity="none").test_every_flipped_bit_is_noticed_and_told()
