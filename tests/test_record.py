"""The record is a fold: what people see is the sum of the entries, at the end and at every moment before."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devicelog.driver import Category
from devicelog.ledger import Entry, Kind
from devicelog.ledger.statement import STATED
from devicelog.observation.layout import Column, Layout
from devicelog.record.as_json import content
from devicelog.record.record import PASSED_OVER, Record, fold
from devicelog.record.views import WallClock
from devicelog_drivers import reference_mesogun, reference_noneedle
from devicelog_simulators import reference_mesogun as gun_simulator
from devicelog_simulators import reference_noneedle as unit_simulator

if TYPE_CHECKING:
    from tests.conftest import Gun, Session, Unit

GUN = reference_mesogun.DRIVER
NewGun = Callable[..., "Gun"]
NewUnit = Callable[..., "Unit"]


@pytest.fixture(scope="session")
def both(new_session: type[Session]) -> list[Entry]:
    """The entries of a session with a meso-gun and a no-needle unit, each with its limits exceeded and paused."""
    session = new_session(GUN, reference_noneedle.DRIVER, protocol="meso-face-gun-intradermal", zones=["left", "right"])
    gun = gun_simulator.SIMULATOR.start(1, gun_simulator.SIMULATOR.scenarios["face-limits"])
    unit = unit_simulator.SIMULATOR.start(1, unit_simulator.SIMULATOR.scenarios["current-limits"])
    while not (gun.finished and unit.finished):
        session.seconds += 0.1
        session.receive(gun.advance(0.1), link=1)
        session.receive(unit.advance(0.1), link=2)
    return session.end().entries


def rows(entries: list[Entry], *metrics: str) -> list[tuple[str, list[Any]]]:
    """Zone and values, in the record's units, of each observation of a treatment that has all these metrics."""
    layouts: dict[int, Layout] = {}
    zone, found = "", []
    for entry in entries:
        if entry.kind == "layout":
            layouts[entry.content["layout"]] = Layout.from_content(entry.content)
        elif entry.kind == "zone":
            zone = entry.content["zone"]
        elif entry.kind == "observation":
            number, _, values, verdict, _ = entry.content
            resolved = layouts[number].resolve(values)
            if verdict is not None and resolved.keys() >= set(metrics):
                found.append((zone, [resolved[metric] for metric in metrics]))
    return found


def columns(entries: list[Entry], metric: str) -> list[tuple[str, Any]]:
    """Zone and value of one metric, where it was sent."""
    return [(zone, value) for zone, (value,) in rows(entries, metric) if value is not None]


def test_totals_are_the_sums_of_what_was_observed(both: list[Entry]) -> None:
    record = fold(both)

    volumes = columns(both, "volume")
    assert record.tally.session.triggers == len(volumes) == 23
    assert record.tally.session.volume_ml == sum(volume for _, volume in volumes)
    for zone, totals in record.tally.zones.items():
        assert totals.volume_ml == sum(volume for of, volume in volumes if of == zone)


def test_the_charge_is_the_trapezoid_rule_over_the_samples(both: list[Entry]) -> None:
    samples = [values for _, values in rows(both, "uptime", "current_measured")]

    expected = sum((a + b) / 2 * (later - earlier) / 60_000 for (earlier, a), (later, b) in pairwise(samples))
    assert expected > 1
    assert abs(fold(both).tally.session.charge_ma_min - expected) < Decimal("1e-9")


def test_spreads_are_those_of_the_values(both: list[Entry]) -> None:
    spread = fold(both).spreads[None, "depth"]

    depths = [depth for _, depth in columns(both, "depth")]
    assert (spread.count, spread.low, spread.high) == (len(depths), min(depths), max(depths))
    assert abs(spread.mean - sum(depths) / len(depths)) < Decimal("1e-9")


def test_verdicts_are_counted_and_none_falls_out(both: list[Entry]) -> None:
    record = fold(both)

    given = len(columns(both, "volume")) + len(columns(both, "current_measured"))
    assert sum(record.verdicts.values()) == given
    assert record.verdicts["not evaluable"] > 0  # the current: the treatment protocol is one for injections
    assert record.verdicts["exceeded"] >= 2


def test_alarms_are_all_there_and_all_ended(both: list[Entry]) -> None:
    record = fold(both)

    assert len(record.alarms) == sum(entry.kind == "alarm" for entry in both)
    assert record.open_alarms == []


def test_a_record_says_what_a_complete_one_would_have(mesogun: NewGun) -> None:
    gun = mesogun()

    assert gun.session.record.missing_things() == ["the session is running", "no treatment was recorded"]

    gun.inject()
    gun.session.end()

    assert gun.session.record.missing_things() == []


def test_open_alarms_come_with_the_most_urgent_first(mesogun: NewGun) -> None:
    gun = mesogun("meso-face-gun-intradermal")
    gun.inject(26_000, 4_500)
    gun.identify("SN2")

    assert [alarm.priority for alarm in gun.session.record.open_alarms] == ["high", "medium", "low"]


def test_what_no_device_reports_is_null_and_not_0(noneedle: NewUnit) -> None:
    unit = noneedle()
    unit.flow(1_000, 3)

    totals = content(unit.session.record)["totals"]
    assert totals["injections"] is None
    assert totals["current"]["samples"] == 3


def test_a_volume_that_was_not_sent_makes_the_sum_say_so(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.inject()
    gun.inject(None)

    injections = content(gun.session.record)["totals"]["injections"]
    assert (injections["triggers"], injections["without_volume"]) == (2, 1)
    assert injections["volume"] == {"value": "0.02", "unit": "mL"}


def test_quantities_are_text_with_their_unit_and_never_a_float(both: list[Entry]) -> None:
    def floats(of: object) -> bool:
        if isinstance(of, dict):
            return any(floats(value) for value in of.values())
        if isinstance(of, list):
            return any(floats(value) for value in of)
        return isinstance(of, float)

    assert not floats(content(fold(both)))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_part_of_a_session_is_a_record_of_that_part(both: list[Entry], data: st.DataObject) -> None:
    count = data.draw(st.integers(1, len(both)))
    part = both[:count]

    record = fold(part)

    assert record.state == ("ended" if part[-1].kind == "ended" else "running")
    assert record.entries == count
    assert record.tally.session.volume_ml == sum(volume for _, volume in columns(part, "volume"))
    assert sum(record.observations.values()) == sum(entry.kind == "observation" for entry in part)
    begun = {entry.content["alarm"] for entry in part if entry.kind == "alarm"}
    ended = {entry.content["alarm"] for entry in part if entry.kind == "alarm_ended"}
    assert {alarm.number for alarm in record.open_alarms} == begun - ended
    assert content(record)["entries"] == count


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_fold_that_pauses_is_the_same_as_one_that_does_not(both: list[Entry], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(both)))

    record = fold(both[:cut])
    for entry in both[cut:]:
        record.apply(entry)

    assert content(record) == content(fold(both))


def test_looking_at_a_record_changes_nothing(both: list[Entry]) -> None:
    record = fold(both)

    first = content(record)

    assert content(record) == first


def test_every_kind_of_entry_is_handled_or_known_to_change_nothing() -> None:
    assert Record.HANDLERS.keys() | PASSED_OVER | STATED == set(Kind)
    assert not Record.HANDLERS.keys() & (PASSED_OVER | STATED)
    assert not PASSED_OVER & STATED


def test_the_wall_time_of_a_moment_is_counted_from_the_last_stated_time_before_it() -> None:
    clock = WallClock()
    assert not clock.is_set
    clock.add(0, "2026-01-01T10:00:00.000000Z")
    clock.add(5_000_000, "2026-01-01T12:00:00.000000Z")

    said = [f"{clock.at(seconds * 1_000_000):%H:%M:%S}" for seconds in (0, 4, 5, 6)]
    assert said == ["10:00:00", "10:00:04", "12:00:00", "12:00:01"]


def test_an_entry_of_a_kind_from_the_future_is_passed_over(mesogun: NewGun) -> None:
    session = mesogun().session
    later = Entry(len(session.entries) + 1, 5, "signature", {"by": "Dr. Test"})

    record = fold([*session.entries, later])

    assert record.entries == later.number
    assert record.last_us == 5


def test_a_layout_comes_back_from_its_entry_as_it_was() -> None:
    column = Column("volume", Category.MEASUREMENT, "nL", "mL", Decimal("0.000001"), None, "volume_basis")
    first = Layout(1, 2, "injection", GUN.report("injection").kind, (column,))

    assert Layout.from_content(first.content()) == first
