"""ORU^R01 says what the record says: figures, lower bounds, what is missing, alarms, gaps, products and devices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from devicelog.export.fhir.codes import CODES
from devicelog.export.ucum import UCUM
from devicelog.record.as_json import content
from tests.conftest import Session
from tests.export.hl7.conftest import NASTY, Exported, exported, gun_session
from tests.export.hl7.reader import Segment
from tests.typed_lines import GUN, typing


def value(row: Segment) -> tuple[str, str]:
    """What a row says, and its unit in UCUM."""
    parts = row.parts(6)
    return row[5], parts[3] if parts[2:3] == ["MDC"] else parts[0]


def test_the_header_is_as_pcd_01_has_it(gun: Exported) -> None:
    head = gun.observations.one("MSH")
    assert (head[9], head[12], head[15], head[16], head[18]) == ("ORU^R01^ORU_R01", "2.6", "AL", "NE", "UNICODE UTF-8")
    assert head[21] == "IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO"
    assert head[7].endswith("+0000")


def test_the_tree_is_named_level_by_level(gun: Exported) -> None:
    places = [tuple(map(int, row[4].split("."))) for row in gun.observations.all("OBX")]
    assert len(set(places)) == len(places)
    assert places[0] == (1, 0, 0, 0)
    for place in places:
        depth = len([number for number in place if number])
        assert all(place[:depth])
        parent = (*place[: depth - 1], *[0] * (5 - depth))
        assert depth == 1 or parent in places
    assert [row[1] for row in gun.observations.all("OBX")] == [str(n) for n in range(1, len(places) + 1)]


def test_containers_have_no_value_and_figures_have_a_type(gun: Exported) -> None:
    for row in gun.observations.all("OBX"):
        assert len(row.parts(3)) in (3, 6)
        if row[11] == "X":
            assert (row[2], row[5]) == ("", "")
        else:
            assert row[2]
            assert row[5]


def test_a_lower_bound_says_at_least_and_why(gun: Exported) -> None:
    for code, least in (("injections", ">=^33"), ("volume_total", ">=^0.68")):
        [session, zone] = gun.observations.rows(code)
        assert session[2] == zone[2] == "SN"
        assert session[5] == least
        assert gun.observations.note(session).startswith("at least: ")


def test_a_dose_that_nobody_knows_is_no_number() -> None:
    made = exported(typing(*GUN, "shots 12", zones=("cheek",)).end().record).observations
    for row in made.rows("volume_total"):
        assert (row[2], row[5], row[11]) == ("", "", "X")
        assert made.note(row) == "no trigger came with a volume"
    assert all(row[5] == "12" for row in made.rows("injections"))


def test_an_exact_dose_lies_in_its_range_and_a_breach_is_flagged(kinds: Mapping[str, Exported]) -> None:
    current = kinds["current"].observations
    [session, _zone] = current.rows("charge")
    assert (session[2], session[7], session[8]) == ("NM", "0-40", "N")
    assert value(session)[1] == "mA.min"
    gun = kinds["gun"].observations
    assert [(row[7], row[8]) for row in gun.rows("volume.highest")] == [("0-0.025", "HH"), ("0-0.025", "HH")]
    assert {row[8] for row in gun.rows("volume_total")} == {"", "H"}


def test_what_could_not_be_held_against_a_limit_is_not_called_normal() -> None:
    session = gun_session()
    record = session.end().record
    for alarm in record.alarms.values():
        alarm.severity = None
    made = exported(record).observations
    assert {row[8] for row in made.rows("volume.highest")} == {""}


def test_what_was_typed_is_manual_in_every_figure(kinds: Mapping[str, Exported]) -> None:
    made = kinds["typed"].observations
    for code in ("injections", "volume_total", "elapsed"):
        assert {row.parts(17)[0] for row in made.rows(code)} == {"MMEAS"}
    assert [row[5] for row in made.rows("device-origin")] == ["typed by a person"]
    assert "mark.typed" in [row.parts(5)[0] for row in made.rows("must-be-known")]


def test_no_alarm_and_no_gap_are_said_and_not_left_out(kinds: Mapping[str, Exported]) -> None:
    made = kinds["empty"].observations
    assert [row[5] for row in made.rows("alarms")] == ["", "", "0"]
    assert [row[5] for row in made.rows("gaps")] == ["", "", "0"]
    [reaction] = made.rows("skin-reaction")
    assert (reaction[11], made.note(reaction)) == ("X", "not stated")


def test_every_alarm_and_gap_of_the_record_is_there(gun: Exported) -> None:
    record, made = gun.session.record, gun.observations
    assert [row[5] for row in made.rows("alarm-text")] == [alarm.text for alarm in record.alarms.values()]
    assert [row[5] for row in made.rows("cause")] == [gap.cause for gap in record.gaps.values()]
    assert [row[5] for row in made.rows("missing-reports")] == [str(gap.missing) for gap in record.gaps.values()]


def test_reports_that_nobody_can_count_are_not_0() -> None:
    record = gun_session().end().record
    for gap in record.gaps.values():
        gap.missing = None
    made = exported(record).observations
    [missing] = made.rows("missing-reports")
    assert (missing[5], missing[11], made.note(missing)) == ("", "X", "nobody can tell how many")


def test_an_alarm_that_lasts_has_no_end() -> None:
    made = exported(gun_session().record).observations
    assert any(row[11] == "X" and made.note(row) == "it lasted when the recording ended" for row in made.rows("ended"))


def test_who_acknowledged_an_alarm_stands_beside_when_and_nobody_is_made_up(kinds: Mapping[str, Exported]) -> None:
    [seen] = kinds["gun"].observations.rows("alarm-acknowledged")
    assert seen.parts(16) == ["", "Dr A"]
    named, nameless = kinds["nasty"].observations.rows("alarm-acknowledged")
    assert named.parts(16)[1] == NASTY.replace("\r\n", "\n")
    assert (nameless[16], kinds["nasty"].observations.note(nameless)) == ("", "it was not said by whom")


def test_products_have_their_lot_and_their_dose(gun: Exported) -> None:
    made = gun.observations
    told = content(gun.session.record)["products"]
    assert [row[5] for row in made.rows("product-lot")] == [one["lot"] for one in told["taken"]]
    doses = [row for row in made.rows("product-dose") if not row[20]]
    assert [row[5] for row in doses] == [f">=^{one['volume']['value']}" for one in told["doses"]]


def test_the_figures_are_those_of_the_record(kinds: Mapping[str, Exported]) -> None:
    for made in kinds.values():
        told = content(made.session.record)["spreads"]
        for metric, spread in told.items():
            for word, name in (("lowest", "low"), ("mean", "mean"), ("highest", "high")):
                row = made.observations.rows(f"{metric}.{word}")[0]
                assert value(row) == (spread[name]["value"], UCUM[spread[name]["unit"]].code)


def test_every_code_is_in_the_shipped_code_system_and_every_unit_in_the_table(kinds: Mapping[str, Exported]) -> None:
    known = {unit.code for unit in UCUM.values()}
    for made in kinds.values():
        for row in made.observations.all("OBX"):
            code, text, system = row.parts(3)[:3]
            assert system == "99DEVICELOG"
            assert CODES[code].display == text
            if row[6]:
                assert value(row)[1] in known


def test_only_the_mdc_terms_that_were_seen_are_used_and_only_beside_our_own(gun: Exported) -> None:
    terms = {tuple(row.parts(3)[3:]) for row in gun.observations.all("OBX")} - {()}
    assert terms == {("157993", "MDC_VOL_FLUID_DELIV_TOTAL", "MDC"), ("157864", "MDC_VOL_FLUID_DELIV", "MDC")}


def test_each_device_is_a_system_with_its_settings(gun: Exported) -> None:
    systems = [row for row in gun.observations.all("OBX") if re.fullmatch(r"[0-9]+\.0\.0\.0", row[4])]
    assert [row.parts(3)[0] for row in systems] == ["record", "device"]
    assert systems[1].parts(18) == ["SN1", "", "MG", "L"]
    [needles] = gun.observations.rows("needles")
    assert (needles[5], needles.parts(17)[0], needles.parts(18)[0]) == ("1", "ASET", "SN1")


def test_a_device_that_never_said_who_it_is_is_not_named(kinds: Mapping[str, Exported]) -> None:
    [serial] = kinds["empty"].observations.rows("device-serial")
    assert (serial[5], serial[11]) == ("", "X")
    assert kinds["empty"].observations.note(serial) == "the device never said who it is"


def test_numbers_are_plain_and_fit_their_field(kinds: Mapping[str, Exported]) -> None:
    for made in kinds.values():
        for row in made.observations.all("OBX"):
            if row[2] in ("NM", "SN"):
                number = row[5].removeprefix(">=^")
                assert re.fullmatch(r"-?[0-9]+(\.[0-9]*[1-9])?", number)
                assert len(number) <= 16
                assert Decimal(number).is_finite()


def test_two_devices_are_two_systems_and_no_figure_is_said_to_be_of_one() -> None:
    from devicelog_drivers import reference_mesogun, reference_noneedle
    from tests.conftest import Gun, Unit

    session = Session(reference_mesogun.DRIVER, reference_noneedle.DRIVER, zones=("cheek",))
    Gun(session, link=1, serial="A", needles=1, depth="extension", volume="commanded").inject()
    Unit(session, link=2, serial="B", current="dc", wave="dc", area=1200).flow(1_000, 5)
    made = exported(session.end().record).observations
    assert [row.parts(18)[0] for row in made.rows("device") if row[4].endswith(".0.0.0")] == ["A", "B"]
    assert {row[18] for row in made.rows("elapsed")} == {""}
