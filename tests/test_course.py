"""A session in its course: what later sessions know of it, its findings as alarms, last time beside today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from devicelog import registry
from devicelog.chunk import NO_LINK, ChunkKind
from devicelog.ledger import Kind, encode
from devicelog.record.as_json import content
from devicelog.record.course import beside, course_content, past_of
from devicelog.search.earlier import earlier
from devicelog.store.reader import Reader
from devicelog.terminal.course import findings_lines, last_time_tables
from devicelog.terminal.summary import summary
from devicelog.testing.simulated import record_session
from devicelog.treatment.course import assess
from devicelog.treatment.past import Amount, Past, past_from
from devicelog.treatment.protocol_file import find

if TYPE_CHECKING:
    from rich.console import RenderableType

    from tests.conftest import Gun, Session, Unit

FACE = "meso-face-gun-intradermal"
NewGun = Callable[..., "Gun"]
NewUnit = Callable[..., "Unit"]


def state(session: Session, kind: Kind, **said: Any) -> None:
    """Somebody states something now."""
    session.put(ChunkKind.ACT, encode({"kind": kind.value, **said}), link=NO_LINK)


def printed(*parts: RenderableType) -> str:
    out = StringIO()
    Console(file=out, width=120).print(*parts)
    return " ".join(out.getvalue().split())


def treated_gun(mesogun: NewGun, volume: int = 20_000) -> Gun:
    gun = mesogun(FACE, zones=["cheek", "chin"])
    gun.inject(volume, 1_500)
    gun.inject(volume, 1_700)
    gun.beat("P")
    gun.beat("R")
    gun.inject(volume, 1_000)
    return gun


# What later sessions know of it


def test_a_session_is_known_later_by_family_day_and_what_was_given(mesogun: NewGun) -> None:
    past = past_of(treated_gun(mesogun).session.record)

    assert (past.session, past.family, past.treated) == ("S1", "meso-face", True)
    assert past.simulated, "the device of this test says so"
    assert past.parameters["cheek"] == {
        "injections": Amount(Decimal(2), "count"),
        "volume": Amount(Decimal("0.04"), "mL"),
        "mean depth": Amount(Decimal("1.6"), "mm"),
        "volume per trigger": Amount(Decimal("0.02"), "mL"),
    }
    assert past.parameters[None]["volume"] == Amount(Decimal("0.06"), "mL")
    assert past.settings["needles"] == "1"
    assert past_from(past.content()) == past


def test_of_a_current_mean_current_dose_and_settings_are_known(noneedle: NewUnit) -> None:
    unit = noneedle("noneedle-ionto-dc-face", area=2_000)
    unit.sample(1_000)
    unit.flow(1_000, 120)

    past = past_of(unit.session.record)

    assert past.family == "noneedle-face"
    assert past.parameters[None]["charge"] == Amount(Decimal(2), "mA*min")
    assert past.parameters[None]["mean current"] == Amount(Decimal(1), "mA")
    assert past.parameters[None]["duration"] == Amount(Decimal(2), "min")
    assert past.settings["electrode_area"] == "20 cm**2"
    assert past.settings["waveform"] == "dc"


def test_a_figure_that_is_only_a_lower_bound_says_so(mesogun: NewGun) -> None:
    gun = treated_gun(mesogun)
    gun.frame("INJ")  # lost on the line
    gun.inject()

    past = past_of(gun.session.record)

    assert past.parameters[None]["volume"] == Amount(Decimal("0.08"), "mL", at_least=True)
    assert past_from(past.content()) == past


@pytest.mark.parametrize("what", ["empty", "purged only", "refused"])
def test_a_session_in_which_nothing_was_given_did_not_treat(mesogun: NewGun, what: str) -> None:
    gun = mesogun(FACE)
    if what == "purged only":
        gun.inject(500_000, None, mode="P")
    if what == "refused":
        state(gun.session, Kind.REFUSED, because=["pregnancy"], by="Dr A")
        gun.inject()

    assert not past_of(gun.session.record).treated


def test_a_unit_without_current_did_not_treat(noneedle: NewUnit) -> None:
    unit = noneedle("noneedle-ionto-dc-face")
    unit.flow(0, 5)
    assert not past_of(unit.session.record).treated

    unit.flow(10, 1)
    assert past_of(unit.session.record).treated


def test_a_session_of_training_is_marked(mesogun: NewGun) -> None:
    gun = treated_gun(mesogun)
    state(gun.session, Kind.OPENED, by="Dr A", role="trainer", registration="1", place="room 1", training=True)

    assert past_of(gun.session.record).training


def test_a_session_that_kept_no_family_tells_it_by_its_text(mesogun: NewGun) -> None:
    record = treated_gun(mesogun).session.record
    del record.started["protocol"]["family"]

    assert past_of(record).family == "meso-face"


def test_a_session_without_a_protocol_has_no_family(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.inject()

    assert past_of(gun.session.record).family is None


# Its findings, in the session that is opened


def opened_too_early(mesogun: NewGun) -> Gun:
    """A session on the sixth day, with an override."""
    gun = mesogun(FACE, zones=["cheek"])
    today = gun.session.record.wall(0)
    last = Past("S0", today.fromtimestamp(today.timestamp() - 6 * 86_400, today.tzinfo), "meso-face", True, False)
    findings = assess(find(FACE), [last], today, "+00:00")
    (hard,) = findings.hard
    state(gun.session, Kind.COURSE, **findings.content(by="Dr A"))
    state(gun.session, Kind.OVERRIDE, **hard.override("she travels tomorrow", "Dr A"))
    for alarm in findings.alarms:
        state(gun.session, Kind.ALARM, **alarm)
    return gun


def test_a_finding_is_an_alarm_of_the_session_with_the_source_of_its_limit(mesogun: NewGun) -> None:
    record = opened_too_early(mesogun).session.record

    (alarm,) = record.alarms.values()
    assert (alarm.priority, alarm.latching, alarm.peak, alarm.unit) == ("medium", True, "6", "day")
    assert alarm.source == "hard limit 7 days [S000 L] of meso-face-gun-intradermal 1"
    assert content(record)["alarms"][0]["citation"] == {"key": "S000", "grade": "L"}


def test_the_record_says_where_in_its_course_the_session_stands_and_what_was_overridden(mesogun: NewGun) -> None:
    record = opened_too_early(mesogun).session.record

    course = course_content(record)
    assert course is not None
    assert (course["family"], course["earlier"], course["last"], course["days"]) == ("meso-face", 1, "S0", 6)
    assert course["overrides"] == [{"of": "course:interval", "reason": "she travels tomorrow", "by": "Dr A"}]
    assert content(record)["course"] == course
    shown = printed(summary(record))
    assert "session 2 of the course meso-face, 6 days after session S0" in shown
    assert "override of course:interval, by Dr A: she travels tomorrow" in shown


def test_where_nobody_looked_at_earlier_sessions_the_record_says_nothing_of_a_course(mesogun: NewGun) -> None:
    record = treated_gun(mesogun).session.record

    assert content(record)["course"] is None
    assert "Course" not in printed(summary(record))


def test_before_it_is_opened_the_findings_are_told_in_sentences() -> None:
    today = datetime.fromisoformat("2026-11-22T10:00:00+00:00")
    last = Past("S0", datetime.fromisoformat("2026-11-16T10:00:00+00:00"), "meso-face", True, False)

    told = printed(*findings_lines(assess(find(FACE), [last], today, "+00:00")))

    assert "session 2 of the course meso-face, 6 days after session S0" in told
    assert "hard: it is 6 days since session S0, below the hard limit of 7 days [S000 L]" in told


# Last time beside today


def test_last_times_figures_stand_beside_todays_zone_by_zone(mesogun: NewGun) -> None:
    last = past_of(treated_gun(mesogun, 25_000).session.record)
    today = mesogun(FACE, zones=["chin", "forehead"], needles=9)
    today.inject(20_000, 1_100)

    found = beside(last, today.session.record)

    of_chin = {one.what: one for one in found.figures if one.zone == "chin"}
    assert (of_chin["volume"].last, of_chin["volume"].today) == (
        Amount(Decimal("0.025"), "mL"),
        Amount(Decimal("0.02"), "mL"),
    )
    assert of_chin["volume"].change == Decimal("-20.0")
    of_cheek = {one.what: one.today for one in found.figures if one.zone == "cheek"}
    assert set(of_cheek.values()) == {None}, "the cheek was not treated today"
    needles = next(one for one in found.settings if one.name == "needles")
    assert (needles.last, needles.today) == ("1", "9")
    shown = printed(*last_time_tables(found))
    assert "chin volume 0.025 mL 0.02 mL -20.0 %" in shown
    assert "cheek mean depth 1.6 mm – –" in shown


def test_before_anything_was_given_today_last_time_stands_alone(mesogun: NewGun) -> None:
    found = beside(past_of(treated_gun(mesogun).session.record)).content()

    assert {one["today"] for one in found["figures"] if one["today"]} == set()
    assert found["figures"][0] == {
        "zone": None,
        "what": "injections",
        "last": {"value": "3", "unit": "count"},
        "today": None,
        "change_percent": None,
    }


# Found in a store


def test_earlier_sessions_are_found_by_all_ids_of_a_person_and_by_family(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    store = tmp_path / "store"
    for name, protocol in (
        ("reference-mesogun", FACE),
        ("reference-mesogun", "meso-scalp-hair-nappage"),
        ("reference-mesogun", "none"),
        ("reference-noneedle", "noneedle-ionto-dc-face+IT"),
    ):
        simulator = registry.simulator(name)
        record_session(registry.driver(name), simulator.start(1, None), store, protocol=protocol, seconds=20)

    with Reader.open(store) as reader:
        subject = reader.sessions()[0].subject
        everything = list(earlier(reader, [subject, "another id of the same person"]))
        face = list(earlier(reader, [subject], "meso-face"))
        nobody = list(earlier(reader, ["somebody else"]))

    assert [one.family for one in everything] == ["meso-face", "meso-scalp", None, "noneedle-face"]
    assert [one.family for one in face] == ["meso-face", None]
    assert nobody == []
