"""Sessions are found by what was done in them, whether or not anything is kept for the search."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from devicelog.record.signatures import Status
from devicelog.search import terms
from devicelog.search.digest import VERSION, Digest
from devicelog.search.finding import Search, digests, listed
from devicelog.store.projection import How, Projection, Wanted

if TYPE_CHECKING:
    from devicelog.store.writer import Writer

Holds = Callable[[Digest], bool]

#: What is looked for, and what a session that is found must be.
SEARCHES: dict[str, tuple[Wanted, Holds]] = {
    "practitioner": (terms.by_practitioner("dr. ANN  berg"), lambda one: one.practitioner == "Dr. Ann Berg"),
    "protocol": (
        terms.by_protocol("noneedle-ionto-dc-face"),
        lambda one: one.protocol == "noneedle-ionto-dc-face",
    ),
    "family": (terms.by_protocol("meso-face"), lambda one: one.family == "meso-face"),
    "serial number": (
        terms.by_device("sn000002"),
        lambda one: any(device.serial == "SN000002" for device in one.devices),
    ),
    "model": (terms.by_device("NN-BENCH"), lambda one: one.devices[0].model == "NN-BENCH"),
    "driver": (terms.by_device("reference-mesogun"), lambda one: one.devices[0].driver == "reference-mesogun"),
    "zone": (terms.by_zone("face.chin"), lambda one: any(given.zone == "face.chin" for given in one.zones)),
    "parent zone": (
        terms.by_zone("face.cheek"),
        lambda one: any((given.zone or "").startswith("face.cheek.") for given in one.zones),
    ),
    "lot": (terms.by_lot("a24000"), lambda one: any(lot.lot == "A24000" for lot in one.lots)),
    "priority": (terms.by_alarm("Medium"), lambda one: any(alarm.priority == "medium" for alarm in one.alarms)),
    "alarm": (terms.by_alarm("DEPTH"), lambda one: any("depth" in alarm.name for alarm in one.alarms)),
    "unsigned": (terms.by_signature(signed=False), lambda one: one.signed == Status.UNSIGNED),
}


@pytest.mark.parametrize("name", SEARCHES)
def test_each_search_finds_what_it_says_and_nothing_else(writer: Writer, name: str) -> None:
    wanted, holds = SEARCHES[name]
    expected = [row.id for row, digest in digests(writer, Search()).sessions if holds(digest)]
    assert expected

    kept = [row.id for row, _ in listed(writer, Search([wanted])).sessions]
    Projection(writer, VERSION).drop()
    made = [row.id for row, _ in listed(writer, Search([wanted])).sessions]

    assert kept == made == expected


def test_all_that_is_asked_for_must_apply(writer: Writer) -> None:
    both = [SEARCHES["family"][0], SEARCHES["parent zone"][0]]

    found = [row.id for row, _ in listed(writer, Search(both)).sessions]

    each = [{row.id for row, _ in listed(writer, Search([one])).sessions} for one in both]
    assert set(found) == each[0] & each[1]


def test_moments_narrow_the_list_from_both_sides(writer: Writer) -> None:
    second, third = writer.sessions()[1:3]

    found = listed(writer, Search(since=second.started, until=third.started)).sessions

    assert [row.id for row, _ in found] == [second.id]


def test_a_zone_is_found_by_whatever_names_it_on_the_body_map() -> None:
    for name in ("left_cheek", "Cheek, left", "face.cheek.left"):
        assert terms.by_zone(name).is_in([("zone", "face.cheek.left")])
    assert terms.by_zone("my own place").is_in([("zone", "my own place")])


def test_a_zone_does_not_find_one_whose_name_only_begins_alike() -> None:
    wanted = terms.by_zone("face.chin")

    assert wanted.is_in([("zone", "face.chin.left")])
    assert not wanted.is_in([("zone", "face.chinstrap")])
    assert not wanted.is_in([("lot", "face.chin")])


@pytest.mark.parametrize("how", How)
@pytest.mark.parametrize("value", ["face", "face.cheek", "100%", "a_b", "*", "", "'"])
def test_the_store_compares_as_the_program_does(writer: Writer, how: How, value: str) -> None:
    projection = Projection(writer, VERSION)
    kept = list(writer.connection.execute("SELECT key, value, session FROM term"))
    wanted = Wanted(("zone", "product", "alarm"), value, how)

    assert projection.with_term(wanted) == {
        session for key, held, session in kept if wanted.is_in([(str(key), str(held))])
    }
