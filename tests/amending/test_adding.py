"""What is said afterwards: reactions, adverse events days later, aftercare, follow-ups, photographs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from devicelog.amending.adding import add
from devicelog.amending.fields import REACTIONS
from devicelog.amending.follow_ups import FollowUp, follow_ups
from devicelog.amending.photographs import Found, check, digest_of
from devicelog.amending.values import latest
from devicelog.errors import BadInputError
from devicelog.ledger import Kind
from devicelog.record.afterwards import content, happened, reactions, response, written
from tests.clinic import Clinic

EVENT = {"code": "bruise", "severity": "mild", "text": "on the left cheek", "by": "Ann"}


def added(clinic: Clinic, kind: Kind, said: dict[str, Any], when: str | None = None, number: int = 1) -> int:
    with clinic.writing() as writer:
        return add(writer, clinic.row(number), kind, said, happened=when)


def begun(clinic: Clinic) -> date:
    return clinic.record().wall(0).date()


def test_that_there_was_no_reaction_is_said_and_not_assumed(clinic: Clinic) -> None:
    assert (reactions(clinic.record()), response(clinic.record())) == (None, "not stated")

    added(clinic, Kind.REACTION, {"codes": ["none"], "by": "Ann"})

    assert (reactions(clinic.record()), response(clinic.record())) == ([], "None reported")
    added(clinic, Kind.REACTION, {"codes": ["redness", "itching"], "by": "Ann"})
    assert response(clinic.record()) == "redness, itching"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("none, redness", "'none' goes with no other"),
        ("redness,pox", "expected one of: none, redness"),
        ("", "expected"),
    ],
)
def test_reactions_are_of_a_closed_list(text: str, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        REACTIONS.read(text)


def test_an_adverse_event_two_days_later_says_when_it_was_and_when_it_was_written(clinic: Clinic) -> None:
    later = begun(clinic) + timedelta(days=2)

    number = added(clinic, Kind.ADVERSE_EVENT, dict(EVENT), later.isoformat())

    [made] = clinic.record().statements.of(Kind.ADVERSE_EVENT)
    assert (made.number, made.late) == (number, True)
    assert happened(made) == later.isoformat()
    assert written(clinic.record(), made) > f"{later.isoformat()}T23"
    [told] = content(clinic.record())["statements"]
    assert (told["late"], told["happened"], told["says"]["text"]) == (True, later.isoformat(), "on the left cheek")
    assert b"left cheek" not in clinic.lines()[-1].body
    clinic.must_hold()


def test_a_time_without_an_offset_is_the_local_one(clinic: Clinic) -> None:
    added(clinic, Kind.ADVERSE_EVENT, dict(EVENT), f"{begun(clinic) + timedelta(days=2)} 14:30")
    [made] = clinic.record().statements.of(Kind.ADVERSE_EVENT)
    assert made.now["began"].startswith(f"{begun(clinic) + timedelta(days=2)}T14:30:00")
    assert made.now["began"][-6] in "+-"


@pytest.mark.parametrize(
    ("days", "said"), [(-2, "is before session"), (50_000, "is still to come")], ids=["before", "in the future"]
)
def test_what_cannot_have_been_then_is_refused(clinic: Clinic, days: int, said: str) -> None:
    before = clinic.lines()
    with pytest.raises(BadInputError, match=said):
        added(clinic, Kind.ADVERSE_EVENT, dict(EVENT), (begun(clinic) + timedelta(days=days)).isoformat())
    assert clinic.lines() == before


def test_what_was_in_the_first_moments_of_a_session_was_not_before_it(clinic: Clinic) -> None:
    first = clinic.record().wall(0)
    minute = first.replace(second=0, microsecond=0)
    assert minute < first

    added(clinic, Kind.NOTE, {"text": "slept badly", "by": "Ann"}, minute.isoformat())

    with pytest.raises(BadInputError, match="is before session"):
        added(clinic, Kind.NOTE, {"text": "slept", "by": "Ann"}, (minute - timedelta(seconds=1)).isoformat())


def test_a_written_time_lasts_as_long_as_its_last_figure() -> None:
    assert latest("2026-11-22T20:57:05+00:00") == datetime(2026, 11, 22, 20, 57, 5, 999_999, UTC)
    assert latest("2026-11-22T20:57:00+00:00") == datetime(2026, 11, 22, 20, 57, 59, 999_999, UTC)


def test_a_picture_may_have_been_taken_before_the_session(clinic: Clinic) -> None:
    picture = {"file": "a.jpg", "sha256": "0" * 64, "when": "before", "by": "Ann"}
    added(clinic, Kind.PHOTOGRAPH, picture, (begun(clinic) - timedelta(days=1)).isoformat())
    [made] = clinic.record().statements.of(Kind.PHOTOGRAPH)
    assert made.now["taken"] == (begun(clinic) - timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("kind", "said", "refused"),
    [
        (Kind.LEFTOVER, {"syringe": 7, "left": "1", "wasted": "0", "unit": "mL"}, "has no syringe 7; expected one of"),
        (Kind.EXPLAINED, {"of": "syringe:9", "reason": "spilled"}, "nothing called 'syringe:9'"),
        (Kind.EXPLAINED, {"of": "device:1:volume_session", "reason": "spilled"}, "nothing called 'device:1:volume"),
    ],
)
def test_what_is_about_nothing_that_the_session_has_is_refused(
    clinic: Clinic, kind: Kind, said: dict[str, Any], refused: str
) -> None:
    with pytest.raises(BadInputError, match=refused):
        added(clinic, kind, {**said, "by": "Ann"})


def test_a_photograph_stays_where_it_is_and_is_found_again_by_its_content(clinic: Clinic, tmp_path: Path) -> None:
    pictures = {name: tmp_path / name for name in ("same.jpg", "renamed.jpg", "changed.jpg", "gone.jpg")}
    for name, file in pictures.items():
        file.write_bytes(name.encode() * 1000)
        added(clinic, Kind.PHOTOGRAPH, {"file": name, "sha256": digest_of(file), "when": "before", "by": "Ann"})
    pictures["renamed.jpg"].rename(tmp_path / "other.jpg")
    pictures["changed.jpg"].write_bytes(b"painted over")
    pictures["gone.jpg"].unlink()

    found = {one.name: one for one in check(clinic.record(), tmp_path)}

    assert {name: one.found for name, one in found.items()} == {
        "same.jpg": Found.SAME,
        "renamed.jpg": Found.RENAMED,
        "changed.jpg": Found.CHANGED,
        "gone.jpg": Found.MISSING,
    }
    assert found["renamed.jpg"].file == "other.jpg"
    assert [one.holds for one in found.values()] == [True, True, False, False]


def test_the_same_picture_is_not_added_twice(clinic: Clinic) -> None:
    picture = {"file": "a.jpg", "sha256": "0" * 64, "when": "before", "by": "Ann"}
    added(clinic, Kind.PHOTOGRAPH, picture)
    with pytest.raises(BadInputError, match="is in the record of session"):
        added(clinic, Kind.PHOTOGRAPH, {**picture, "file": "b.jpg"})


def _follow_ups(clinic: Clinic) -> list[FollowUp]:
    with clinic.reading() as reader:
        return follow_ups(reader).found


def test_a_follow_up_is_due_until_something_is_recorded_of_the_person(clinic: Clinic) -> None:
    agreed = date(2026, 3, 1)
    added(clinic, Kind.FOLLOW_UP, {"on": agreed.isoformat(), "by": "Ann"}, number=2)

    [one] = _follow_ups(clinic)
    assert (one.on, one.by, one.settled) == (agreed, "Ann", None)
    assert [one.is_due(agreed + timedelta(days=days)) for days in (-1, 0, 30)] == [False, True, True]
    noted = added(clinic, Kind.NOTE, {"text": "all is well", "by": "Ann"}, number=2)
    [one] = _follow_ups(clinic)
    assert one.settled == f"entry {noted}"
    assert not one.is_due(agreed)


def test_a_follow_up_is_settled_by_the_next_one_and_by_a_later_session(clinic: Clinic) -> None:
    added(clinic, Kind.FOLLOW_UP, {"on": "2025-01-01", "by": "Ann"})
    later = added(clinic, Kind.FOLLOW_UP, {"on": "2099-01-01", "by": "Ann"})

    first, second = _follow_ups(clinic)

    assert first.settled == f"entry {later}"
    assert second.settled is None
    added(clinic, Kind.FOLLOW_UP, {"on": "2026-01-01", "by": "Ann"})
    assert next(one for one in _follow_ups(clinic) if one.on == date(2026, 1, 1)).settled == clinic.row(2).id


@pytest.mark.parametrize("signed", [False, True])
def test_what_a_session_has_one_of_is_corrected_and_not_stated_again(clinic: Clinic, signed: bool) -> None:
    left = {"syringe": 1, "left": "1", "wasted": "0", "unit": "mL", "by": "Ann"}
    added(clinic, Kind.LEFTOVER, left)
    if signed:
        clinic.state(Kind.SIGNED, by="Ann", role="nurse", meaning="author", entries=1, head="00", missing=[])
    before = clinic.lines()

    with pytest.raises(BadInputError, match=r"correct it with `devicelog amend .* leftover\.1\.left "):
        added(clinic, Kind.LEFTOVER, {**left, "left": "0.5"})

    assert clinic.lines() == before


def test_the_same_leaflet_is_stated_once_and_another_version_again(clinic: Clinic) -> None:
    leaflet = {"leaflet": "After", "version": "3", "given": "2026-01-01T00:00:00Z", "by": "Ann"}
    added(clinic, Kind.AFTERCARE, leaflet)
    with pytest.raises(BadInputError, match=r"`devicelog amend .* aftercare\.1\.by "):
        added(clinic, Kind.AFTERCARE, {**leaflet, "by": "Bob"})
    added(clinic, Kind.AFTERCARE, {**leaflet, "version": "4"})
