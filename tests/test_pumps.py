"""Whole sessions with syringe pumps on a virtual clock: volumes to the last digit, faults seen, replay bit for bit."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from devicelog.observation.layout import Layout
from devicelog.recorder.plan import Plan
from devicelog.recorder.recorder import Recorder
from devicelog.store.reader import Reader
from devicelog.testing.simulated import BEGINS
from devicelog_drivers import kds_legato, new_era
from devicelog_simulators import kds_legato as legato_simulator
from devicelog_simulators import new_era as new_era_simulator
from devicelog_simulators.new_era import NewEra, NewEraScenario

if TYPE_CHECKING:
    from pathlib import Path

    from devicelog.driver import Driver
    from devicelog.simulator import Simulator
    from devicelog.testing.plugin import RecordSession
    from devicelog.testing.simulated import RecordedSession

NEW_ERA = (new_era.DRIVER, new_era_simulator.SIMULATOR)
LEGATO = (kds_legato.DRIVER, legato_simulator.SIMULATOR)
SESSIONS = [(*NEW_ERA, "pump"), (*NEW_ERA, "pump-faults"), (*LEGATO, "legato"), (*LEGATO, "legato-faults")]


def values(session: RecordedSession, metric: str) -> list[Any]:
    """What a metric was, in the record's unit, each time it was reported."""
    layouts = [Layout.from_content(entry.content) for entry in session.of("layout")]
    known = {layout.number: layout for layout in layouts if layout.position(metric) is not None}
    found = (entry.content for entry in session.of("observation") if entry.content[0] in known)
    return [known[number].resolve(said)[metric] for number, _, said, *_ in found]


def test_two_millilitres_from_a_new_era_pump_are_two_millilitres(recorder: RecordSession) -> None:
    driver, simulator = NEW_ERA

    session = recorder(driver, simulator.start(1, None), zones=("forehead", "left_cheek"))

    tally = session.record.tally
    assert tally.session.volume_ml == Decimal(2)
    assert {zone: totals.volume_ml for zone, totals in tally.zones.items()} == {"forehead": 1, "left_cheek": 1}
    assert set(values(session, "volume_step")) == {Decimal("0.001")}
    assert set(values(session, "diameter")) == {Decimal("14.43")}
    assert session.record.missing_things() == []
    assert session.record.simulated


def test_a_legato_that_changes_its_unit_as_it_goes_loses_nothing(recorder: RecordSession) -> None:
    driver, simulator = LEGATO

    session = recorder(driver, simulator.start(1, None))

    units = [column["token"] for entry in session.of("layout") for column in entry.content["columns"][:1]]
    assert {"nl", "ul", "ml"} <= set(units)
    assert session.record.tally.session.volume_ml == Decimal("2.402")
    assert session.record.missing_things() == []
    assert session.record.devices[1].serial == "SIM-KL-0001"
    assert values(session, "state")[-1] == "T*"


def test_a_reset_is_recorded_with_the_query_that_has_cleared_it(recorder: RecordSession) -> None:
    driver, simulator = NEW_ERA

    session = recorder(driver, simulator.start(1, simulator.scenarios["pump-faults"]))

    alarms = {alarm.text: alarm for alarm in session.record.alarms.values()}
    reset = next(alarm for text, alarm in alarms.items() if "its power was interrupted" in text)
    assert reset.latching
    assert "reading it has cleared it at the pump" in reset.text
    assert values(session, "cleared_by")[0] == "DIS"
    assert any("the pump's motor has stalled" in text for text in alarms)
    assert any("volume_session began again at zero" in text for text in alarms)
    odd = [entry.content["odd"] for entry in session.of("interval") if "odd" in entry.content]
    assert [interval["volume_session"] for interval in odd] == ["reset"]


def new_era_pump(*steps: dict[str, str], **device: str) -> NewEra:
    scenario = {"simulator": "new-era", "title": "test", "device": device, "steps": list(steps)}
    return NewEra(NewEraScenario.model_validate(scenario), seed=1)


def test_a_pump_in_safe_framing_that_may_not_be_asked_is_an_alarm_with_the_way_out(recorder: RecordSession) -> None:
    idle = {"do": "idle", "for": "5 s"}
    pump = new_era_pump(idle, {"do": "stall"}, idle, framing="safe")

    session = recorder(NEW_ERA[0], pump)

    assert pump.heard == []
    texts = [alarm.text for alarm in session.record.alarms.values()]
    assert any("Safe framing" in text and "--allow opens_session" in text for text in texts)
    assert "the pump's motor has stalled" in texts
    assert values(session, "cleared_by") == [None]


def test_an_alarm_in_the_place_of_who_it_is_costs_no_identity(recorder: RecordSession) -> None:
    pump = new_era_pump({"do": "power_loss"}, {"do": "infuse", "rate": "60 mL/h", "for": "5 s"})
    pump.advance(0.1)

    session = recorder(NEW_ERA[0], pump)

    assert session.sent[:3] == [b"00VER\r", b"00VER\r", b"00DIS\r"]
    assert session.record.devices[1].simulated
    assert values(session, "alarm")[0] == "R"
    assert values(session, "cleared_by")[0] == "VER"


@pytest.mark.parametrize(("driver", "simulator", "scenario"), SESSIONS)
def test_late_and_missing_replies_put_no_value_in_the_place_of_another(
    driver: Driver, simulator: Simulator, scenario: str, recorder: RecordSession
) -> None:
    session = recorder(driver, simulator.start(1, simulator.scenarios[scenario]))

    infused, withdrawn = values(session, "volume_session"), values(session, "volume_withdrawn")
    assert len(infused) > 20
    assert set(values(session, "diameter")) == {Decimal("14.43")}
    assert {value for value in values(session, "rate_set") if value} <= {
        Decimal(rate) for rate in ("0.72", "72", "60", "6", "36")
    }
    backwards = sum(after < before for before, after in pairwise(infused))
    assert backwards == sum("odd" in entry.content for entry in session.of("interval"))
    assert max(withdrawn) <= Decimal("0.1")  # what was infused is soon more


@pytest.mark.parametrize(("driver", "simulator", "scenario"), SESSIONS)
def test_a_replay_gives_the_same_entries_bit_for_bit(
    driver: Driver, simulator: Simulator, scenario: str, recorder: RecordSession, tmp_path: Path
) -> None:
    session = recorder(driver, simulator.start(3, simulator.scenarios[scenario]))

    with Reader.open(tmp_path / "devicelog-store") as reader:
        row = next(iter(reader.sessions()))
        kept, chunks = list(reader.lines(row.number)), list(reader.chunks(row.number))
    first = kept[0].entry().content
    again = Recorder(Plan.from_content(first, {1: (driver, first["devices"][0]["package"])}), None, BEGINS)
    for chunk in chunks:
        again.handle(chunk)
    assert [line.hash for line in again.lines] == [line.hash for line in kept]
    assert Counter(line.entry().kind for line in again.lines)["interval"] == len(session.of("interval"))
