"""Whoever is erased is gone at once from what the station keeps for a while: drafts of sessions, finished exports."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from devicelog import clock
from devicelog.store.reader import Reader
from tests.end_to_end.running import Devicelog
from tests.waiting import until
from tests.web.admin.conftest import record
from tests.web.api.clinic import client as program_of
from tests.web.opening.walking import Tablet

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from tests.end_to_end.running import Warm
    from tests.web.admin.conftest import Client
    from tests.web.served import Served

#: Erases somebody by the clinic's number.
Erasing = Callable[[str], None]

REASON = "asked for in writing"


@pytest.fixture(scope="module")
def program(station: Served) -> Iterator[httpx.Client]:
    with program_of(station) as one:
        yield one


@pytest.fixture(params=["page", "command"])
def erasing(request: pytest.FixtureRequest, station: Served, admin: Client, warm: Warm) -> Erasing:
    """On the page of an admin, or by a command in a terminal beside the station."""

    def by_page(number: str) -> None:
        path = admin.post("/administration/retention/find", reference=number).headers["location"]
        words = {"ground": "consent-withdrawn", "reason": REASON, "requested": "", "again": number}
        assert admin.post(f"{path}/erase", **words).status_code == 303

    def by_command(number: str) -> None:
        box = Devicelog(station.station.store.parent, warm)
        box("subjects", "erase", number, "--yes", "--reason", REASON, "--by", "Ada Admin")

    return by_page if request.param == "page" else by_command


def test_a_session_that_is_being_opened_goes_with_its_person_and_others_stay(
    station: Served, erasing: Erasing, request: pytest.FixtureRequest
) -> None:
    # given sessions that are being opened: two of somebody, one that only has the number, one of somebody else, and
    # one that nobody can read any more
    kind = request.node.callspec.params["erasing"]
    whom, other = f"P-51-{kind}", f"P-52-{kind}"
    record(station, order_subject=whom)
    gone, begun, stays = (Tablet.of(station.url, station.accounts, f"Dr. {name} {kind}") for name in "ABC")
    gone.person(whom)
    begun.post("/open/subject", **{"session-subject": whom})
    stays.person(other)
    assert len(drafts(station)) == 3
    station.accounts.drafts.change("somebody", clock.now().wall_ns, lambda _: (b"of another version", None))

    # when that person is erased
    erasing(whom)

    # then what was being opened of that person is gone, and the other draft is as it was
    assert [other in text for text in drafts(station)] == [True]
    assert whom not in gone.get("/open/subject").text
    assert other in stays.get("/open/screening").text + stays.get("/open/subject").text
    station.accounts.drafts.forget(lambda _: True)
    for tablet in (gone, begun, stays):
        tablet.http.close()


def drafts(station: Served) -> list[str]:
    with station.accounts.file.looking() as rows:
        return [body.decode() for _, body in rows.drafts.all()]


def test_a_finished_export_goes_with_its_person_and_others_stay(
    station: Served, program: httpx.Client, erasing: Erasing, request: pytest.FixtureRequest
) -> None:
    # given a finished export of somebody's session, and one of somebody else's
    kind = request.node.callspec.params["erasing"]
    exports = []
    for number in (f"P-61-{kind}", f"P-62-{kind}"):
        record(station, order_subject=number)
        with Reader.open(station.station.store) as reader:
            session = reader.sessions()[-1].id
        exports.append((session, made(program, session)))
    (session, gone), (_, stays) = exports
    assert f"P-61-{kind}" in program.get(f"{gone}/session.json").text

    # when that person is erased
    erasing(f"P-61-{kind}")
    if kind == "page":  # before anybody asks for it
        assert session not in {one.of.session for one in station.hall.exports._made.values()}

    # then the export is not there any more, and the other one is
    answer = program.get(f"{gone}/session.json")
    assert answer.status_code == 404
    assert "was erased" in answer.text
    assert program.get(f"{gone}/zip").status_code == 404
    assert program.get(f"{stays}/session.json").status_code == 200

    # and one that is ordered now can be fetched, and names nobody
    assert f"P-61-{kind}" not in program.get(f"{made(program, session)}/session.json").text


def made(program: httpx.Client, session: str) -> str:
    """Where an export is that was made of a session."""
    answer = program.post(f"/api/v1/sessions/{session}/exports", json={"formats": ["json"]})
    assert answer.status_code == 202, answer.text
    where = answer.headers["location"]
    until(lambda: program.get(where).json()["state"] == "ready", "the export is made")
    return str(where)
