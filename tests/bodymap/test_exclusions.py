"""Zones that must not be treated alarm, by whatever name they are chosen; what nobody can tell is said as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from devicelog.bodymap.zones import load
from devicelog.chunk import NO_LINK, ChunkKind
from devicelog.ledger import Kind, encode
from devicelog.treatment.exclusions import areas_of, doubtful, excluded
from devicelog.treatment.protocol_file import find
from devicelog_drivers import reference_mesogun, reference_noneedle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.conftest import Session

MAP = load()
IONTO, BODY, GUN = "noneedle-ionto-dc-face", "noneedle-electroporation-body", "meso-face-gun-intradermal"
EYES = "no current on the eyes (AS 60601.2.10:2018 [H], ActivaDose II manual [M], Phoresor guide [M])"


@pytest.fixture
def session(new_session: type[Session]) -> Any:
    """`session(protocol, zones)`: a session that understands its zones by the body map."""

    def begin(protocol: str | None, zones: Sequence[str]) -> Session:
        driver = reference_mesogun.DRIVER if protocol == GUN else reference_noneedle.DRIVER
        return new_session(driver, protocol=protocol, zones=zones, body_map=MAP.content())

    return begin


def choose(session: Session, zone: str) -> None:
    """Somebody presses the key of another zone."""
    session.put(ChunkKind.ACT, encode({"kind": Kind.ZONE.value, "zone": zone}), link=NO_LINK)


def alarms(session: Session) -> list[tuple[str, str]]:
    return [(alarm.priority, alarm.text) for alarm in session.record.open_alarms]


# -- excluded --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["orbital", "face.orbital", "Orbital"])
def test_a_zone_is_excluded_by_name_and_by_code_with_every_source(session: Any, zone: str) -> None:
    named = "" if zone == "orbital" else " (orbital)"
    by_both = f"by the treatment protocol {IONTO}{named} and for iontophoresis-dc: {EYES}"

    assert alarms(session(IONTO, [zone])) == [("high", f"the zone {zone} is excluded {by_both}")]


def test_a_zone_inside_an_excluded_one_is_excluded(session: Any) -> None:
    (alarm,) = alarms(session(IONTO, ["left eye"]))

    assert alarm == (
        "high",
        f"the zone left eye is excluded by the treatment protocol {IONTO} (orbital) and for iontophoresis-dc: {EYES}",
    )


def test_the_body_map_excludes_what_the_protocol_does_not_name(session: Any) -> None:
    (alarm,) = alarms(session(BODY, ["front-neck"]))

    why = "no current on the front of the neck (carotid sinus) (AS 60601.2.10:2018 [H])"
    assert alarm == ("high", f"the zone front-neck is excluded for electroporation: {why}")


@pytest.mark.parametrize("zone", ["temporal_pair", "across.head", "transthoracic", "over_heart"])
def test_a_way_between_two_places_can_be_chosen_and_alarms(session: Any, zone: str) -> None:
    (alarm,) = alarms(session(BODY, [zone]))

    assert alarm[0] == "high"
    assert "AS 60601.2.10:2018 [H]" in alarm[1]


def test_the_alarm_ends_when_another_zone_is_chosen(session: Any) -> None:
    at_work = session(IONTO, ["cheek"])
    assert alarms(at_work) == []

    choose(at_work, "mouth")
    assert [priority for priority, _ in alarms(at_work)] == ["high"]

    choose(at_work, "left_cheek")
    assert alarms(at_work) == []
    assert [(alarm.zone, alarm.latching) for alarm in at_work.alarms] == [("mouth", True)]


def test_an_injection_beside_the_eye_is_not_what_the_standard_is_about(session: Any) -> None:
    assert alarms(session(GUN, ["orbital"])) == []


def test_without_a_treatment_protocol_nothing_is_excluded(session: Any) -> None:
    assert alarms(session(None, ["orbital"])) == []


# -- doubtful --------------------------------------------------------------------------------------------------


def test_a_zone_off_the_map_is_kept_as_typed_and_a_low_alarm_where_something_may_be_excluded(session: Any) -> None:
    at_work = session(BODY, ["left thigh of hers"])

    why = "is not on the body map: nobody can tell whether it is excluded for electroporation"
    assert alarms(at_work) == [("low", f"the zone left thigh of hers {why}")]
    assert at_work.of("zone") == [{"zone": "left thigh of hers", "because": "chosen at the start"}]


def test_a_zone_off_the_map_is_no_alarm_where_nothing_is_excluded(session: Any) -> None:
    assert alarms(session(GUN, ["L"])) == []


def test_a_zone_that_holds_an_excluded_one_is_a_low_alarm(session: Any) -> None:
    (alarm,) = alarms(session(BODY, ["neck"]))

    assert alarm[0] == "low"
    assert alarm[1].startswith("the zone neck holds one that must not be treated: the zone neck.front is excluded")


def test_the_area_of_the_protocol_itself_is_free_of_that(session: Any) -> None:
    assert alarms(session(IONTO, ["full_face"])) == []


def test_a_zone_outside_the_area_of_the_protocol_is_a_low_alarm(session: Any) -> None:
    text = f"the zone knees is outside the area of the treatment protocol {GUN}: face"

    assert alarms(session(GUN, ["knees"])) == [("low", text)]
    assert alarms(session(GUN, ["left_cheek"])) == []


def test_an_area_in_other_words_than_the_maps_is_not_guessed() -> None:
    assert [area.code for area in areas_of(find("meso-body-cellulite-gun"), MAP)] == ["thighs", "buttocks", "abdomen"]
    assert areas_of(find(BODY), MAP) == []
    assert doubtful(find(BODY), MAP, "knees") is None


# -- what an entry holds ---------------------------------------------------------------------------------------


def test_a_zone_has_its_code_beside_what_was_typed(session: Any) -> None:
    at_work = session(GUN, ["forehead"])

    assert at_work.of("zone") == [{"zone": "forehead", "because": "chosen at the start", "code": "face.forehead"}]
    assert at_work.of("started")[0]["body_map"] == MAP.content()


def test_a_place_has_one_total_under_whatever_names_it_was_chosen(session: Any) -> None:
    at_work = session(GUN, ["forehead"])

    choose(at_work, "face.forehead")

    assert at_work.of("zone")[-1] == {
        "zone": "forehead",
        "because": "chosen",
        "code": "face.forehead",
        "typed": "face.forehead",
    }
    assert list(at_work.record.tally.zones) == ["forehead"]


def test_a_session_that_names_no_map_is_replayed_by_its_text_alone(new_session: type[Session]) -> None:
    old = new_session(reference_noneedle.DRIVER, protocol=IONTO, zones=["left eye"])

    assert alarms(old) == []
    assert old.of("zone") == [{"zone": "left eye", "because": "chosen at the start"}]
    assert "body_map" not in old.of("started")[0]
    assert excluded(find(IONTO), None, "orbital") == f"the zone orbital is excluded by the treatment protocol {IONTO}"
