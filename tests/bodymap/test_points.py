"""Points on a drawing: checked where a person gives them, and held against the injections of their zone."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.bodymap.points import points_statement
from devicelog.bodymap.zones import load
from devicelog.chunk import NO_LINK, ChunkKind
from devicelog.errors import BadInputError, UnknownNameError
from devicelog.ledger import Entry, Kind, encode
from devicelog.record.as_json import content
from devicelog.record.points import points
from devicelog.record.record import fold
from devicelog.terminal.places import place_lines
from devicelog_drivers import reference_mesogun
from tests.conftest import Gun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.conftest import Session

MAP = load()
PARTS = st.decimals(0, 1, places=4).map(lambda part: f"{part:f}")


def statement(zone: str, *pairs: Sequence[str], drawing: str = "face-front") -> dict[str, Any]:
    return points_statement(MAP, zone, drawing, pairs, "Dr. Test")


@pytest.fixture
def gun(new_session: type[Session]) -> Gun:
    """A gun at the forehead, in a session that understands zones by the map."""
    session = new_session(reference_mesogun.DRIVER, zones=["forehead"], body_map=MAP.content())
    return Gun(session, needles=1, depth="extension", volume="commanded")


def state(gun: Gun, made: dict[str, Any]) -> None:
    gun.session.put(ChunkKind.ACT, encode({"kind": Kind.POINTS.value, **made}), link=NO_LINK)


# -- what may be stated ----------------------------------------------------------------------------------------


@given(st.lists(st.tuples(PARTS, PARTS), min_size=1, max_size=50))
def test_points_of_a_drawing_are_taken_as_they_were_given(pairs: list[tuple[str, str]]) -> None:
    made = statement("forehead", *pairs)

    assert made["code"] == "face.forehead"
    assert [tuple(map(Decimal, point)) for point in made["points"]] == [tuple(map(Decimal, pair)) for pair in pairs]
    assert encode(made)


@pytest.mark.parametrize(
    ("pair", "found"),
    [
        (["1.01", "0.5"], "'1.01', '0.5'"),
        (["-0.1", "0.5"], "'-0.1'"),
        (["0.5"], "'0.5'"),
        (["0.5", "0.5", "0.5"], "'0.5'"),
        (["NaN", "0.5"], "'NaN'"),
        (["1e-2", "0.5"], "'1e-2'"),
        ([0.5, 0.5], "0.5"),
        ([], "nothing"),
        ("ab", "'ab'"),
    ],
)
def test_a_point_beside_the_drawing_is_refused_with_its_number(pair: Any, found: str) -> None:
    with pytest.raises(BadInputError, match=rf"points of forehead, point 2: found {re.escape(found)}.*from 0 to 1"):
        statement("forehead", ["0.5", "0.5"], pair)


def test_a_zone_that_is_not_on_the_drawing_is_refused_with_those_it_is_on() -> None:
    with pytest.raises(BadInputError, match="expected one of face-front, face-left, face-right"):
        statement("forehead", ["0.5", "0.5"], drawing="hands")
    with pytest.raises(BadInputError, match="it is on no drawing"):
        statement("across.head", ["0.5", "0.5"])
    with pytest.raises(UnknownNameError, match="no drawing is called 'face'; did you mean 'face-left'"):
        statement("forehead", ["0.5", "0.5"], drawing="face")
    with pytest.raises(BadInputError, match="found 0, expected 1 to 10000"):
        statement("forehead")


def test_a_zone_off_the_map_may_be_marked_anywhere_and_a_whole_by_its_parts() -> None:
    assert "code" not in statement("scar", ["0.5", "0.5"])
    assert statement("face", ["0.5", "0.5"], drawing="face-left")["code"] == "face"


# -- what the record makes of it -------------------------------------------------------------------------------


def test_as_many_points_as_injections_agree(gun: Gun) -> None:
    gun.inject()
    gun.inject()

    state(gun, statement("face.forehead", ["0.4", "0.25"], ["0.6", "0.25"]))

    (marked,) = points(gun.session.record)
    assert (marked.zone, marked.code, marked.stated, marked.injections, marked.agrees) == (
        "forehead",
        "face.forehead",
        2,
        2,
        True,
    )
    assert [str(line) for line in place_lines(gun.session.record)] == [
        "2 points of Forehead on the drawing face-front; as many as injections: 2"
    ]


def test_another_number_of_points_is_shown_beside_the_injections(gun: Gun) -> None:
    gun.inject()
    state(gun, statement("forehead", ["0.4", "0.25"], ["0.6", "0.25"]))
    state(gun, statement("forehead", ["0.3", "0.2"], drawing="face-left"))

    found = content(gun.session.record)["points"]

    assert [(one["drawing"], one["stated"], one["injections"], one["agrees"]) for one in found] == [
        ("face-front", 3, 1, False),
        ("face-left", 3, 1, False),
    ]
    assert found[1]["points"] == [{"x": "0.3", "y": "0.2"}]
    assert "3 marked in all, 1 injection recorded" in " ".join(map(str, place_lines(gun.session.record)))


def test_the_last_statement_of_a_zone_and_drawing_counts(gun: Gun) -> None:
    state(gun, statement("forehead", ["0.4", "0.25"]))
    state(gun, statement("face.forehead", ["0.41", "0.25"], ["0.6", "0.25"]))

    (marked,) = points(gun.session.record)

    assert marked.points == ((Decimal("0.41"), Decimal("0.25")), (Decimal("0.6"), Decimal("0.25")))


def test_points_of_a_zone_that_was_not_treated_are_told_as_that(gun: Gun) -> None:
    state(gun, statement("chin", ["0.5", "0.75"]))

    (marked,) = points(gun.session.record)

    assert (marked.zone, marked.injections, marked.agrees) == ("chin", 0, False)


def test_points_stated_behind_the_end_are_late(gun: Gun) -> None:
    gun.inject()
    entries = gun.session.end().entries
    made = Entry(len(entries) + 1, entries[-1].t_us, Kind.POINTS.value, statement("forehead", ["0.4", "0.25"]))

    (marked,) = points(fold([*entries, made]))

    assert (marked.late, marked.agrees) == (True, True)


def test_a_session_without_points_says_nothing_of_them(gun: Gun) -> None:
    assert "points" not in content(gun.session.record)
    assert list(place_lines(gun.session.record)) == []


# -- zones in the record ---------------------------------------------------------------------------------------


def test_zones_have_their_code_and_those_off_the_map_are_named(new_session: type[Session]) -> None:
    session = new_session(reference_mesogun.DRIVER, zones=["left_cheek", "scar"], body_map=MAP.content())
    gun = Gun(session, needles=1, depth="extension", volume="commanded")
    gun.inject()
    gun.beat("P")
    gun.beat("R")

    zones = content(session.record)["zones"]

    assert [(zone["zone"], zone["code"]) for zone in zones] == [("left_cheek", "face.cheek.left"), ("scar", None)]
    assert [str(line) for line in place_lines(session.record)] == ["not on the body map: scar"]
