"""Two decodings beside each other: what changed is shown, what only moved is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from devicelog.ledger import Chain, Line, encode
from devicelog.replay.comparison import Amount, Change, changes, compare

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.conftest import Gun


def chained(bodies: Sequence[Sequence[Any]]) -> list[Line]:
    """Entries without their numbers as lines of a ledger; an alarm names the entry so many before itself."""
    chain = Chain()
    return [chain.append(encode((number, *_named(body, number)))) for number, body in enumerate(bodies, start=1)]


def _named(body: Sequence[Any], number: int) -> Sequence[Any]:
    """The body with the number of the entry that it names, counted from its own or, the other way, to it."""
    if not isinstance(body[2], dict) or "entry" not in body[2]:
        return body
    return [*body[:2], {**body[2], "entry": number - body[2]["entry"]}]


@pytest.fixture
def bodies(mesogun: Callable[..., Gun]) -> list[list[Any]]:
    """The entries of a session with alarms, each without its number."""
    gun = mesogun("meso-face-gun-intradermal")
    for depth in (1_500, 4_200, 1_600, 1_500):
        gun.session.wait(1)
        gun.inject(depth=depth)
    gun.finish()
    entries = [line.entry() for line in gun.session.end().recorder.lines]
    assert any(entry.kind == "alarm" and "entry" in entry.content for entry in entries)
    return [
        [e.t_us, e.kind, *(e.content if e.kind == "observation" else [_named([0, "", e.content], e.number)[2]])]
        for e in entries
    ]


def injections(bodies: list[list[Any]]) -> list[int]:
    """Where the injections stand."""
    return [i for i, body in enumerate(bodies) if body[1] == "observation" and 20_000 in body[4]]


def test_the_same_entries_have_no_differences(bodies: list[list[Any]]) -> None:
    assert list(compare(chained(bodies), chained(bodies))) == []


def test_a_value_that_changed_is_told_in_the_unit_of_the_record(bodies: list[list[Any]]) -> None:
    place = injections(bodies)[0]
    other = [[*body] for body in bodies]
    other[place][4] = [25_000 if value == 20_000 else value for value in bodies[place][4]]

    [found] = compare(chained(bodies), chained(other))

    assert found.number == place + 1
    assert changes(found) == [Change("volume", Amount("0.02", "mL"), Amount("0.025", "mL"))]


def test_an_entry_more_is_one_difference_and_those_behind_it_only_moved(bodies: list[list[Any]]) -> None:
    place = injections(bodies)[1]
    more = [bodies[place][0], "bad_frame", {"link": 1, "at": 7, "length": 3, "reason": "noise"}]

    [found] = compare(chained(bodies), chained([*bodies[:place], more, *bodies[place:]]))

    assert found.stored is None
    assert found.replayed is not None
    assert found.replayed.entry.kind == "bad_frame"


def test_an_entry_less_is_one_difference(bodies: list[list[Any]]) -> None:
    place = injections(bodies)[2]

    [found] = compare(chained(bodies), chained([*bodies[:place], *bodies[place + 1 :]]))

    assert found.replayed is None
    assert found.number == place + 1


def test_a_bad_frame_that_is_read_now_stands_beside_what_it_was(bodies: list[list[Any]]) -> None:
    place = injections(bodies)[0]
    at = bodies[place][3]
    bad = [bodies[place][0], "bad_frame", {"link": 1, "at": at, "length": 60, "reason": "a field is missing"}]

    [found] = compare(chained([*bodies[:place], bad, *bodies[place + 1 :]]), chained(bodies))

    told = {change.what: (change.stored, change.replayed) for change in changes(found)}
    assert told["kind of entry"] == (Amount("bad_frame"), Amount("observation"))
    assert told["volume"] == (None, Amount("0.02", "mL"))


def test_another_unit_on_the_wire_is_a_change_of_the_layout_even_if_the_value_is_the_same(
    bodies: list[list[Any]],
) -> None:
    other = [[*body] for body in bodies]
    place, content = next(
        (i, body[2]) for i, body in enumerate(bodies) if body[1] == "layout" and body[2]["report"] == "injection"
    )
    columns = [
        {**column, "token": "uL", "factor": "0.001"} if column["metric"] == "volume" else column
        for column in content["columns"]
    ]
    other[place][2] = {**content, "columns": columns}

    first = next(iter(compare(chained(bodies), chained(other))))

    assert first.number == place + 1
    assert [change.what for change in changes(first)] == ["volume"]


def test_a_sealed_note_stands_beside_itself(bodies: list[list[Any]]) -> None:
    place = injections(bodies)[1]
    note = [bodies[place][0], "note", {"by": "Dr A. Example", "text": {"sealed": "YWJj", "digest": "00" * 32}}]
    noted = [*bodies[:place], note, *bodies[place:]]
    moved = [
        *noted[: place - 1],
        [bodies[place - 1][0], "zone", {"zone": "chin", "because": "chosen"}],
        *noted[place - 1 :],
    ]

    assert [d.replayed.entry.kind for d in compare(chained(noted), chained(moved)) if d.replayed] == ["zone"]
