"""What is stated on a page is stated in the session that the page is of, and in no other; no browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from devicelog.ledger import Kind
from tests.web.people import log_in
from tests.web.sessions import begun, ended, until_seen
from tests.web.visiting import Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.served import Served

WHO = "Dr. A. Example"
#: As the script of the page sends a form.
QUIETLY = {"sec-fetch-mode": "cors", "sec-fetch-site": "same-origin"}


@pytest.fixture(scope="module")
def token(station: Served) -> str:
    return log_in(station.accounts, WHO)


@pytest.fixture
def left_open(station: Served, token: str) -> Iterator[Visit]:
    """A page of a session that has ended since, while another one of the same person is being recorded."""
    begun(station.station, WHO)
    until_seen(station.station)
    with Visit(station.url, token=token) as visit:
        visit.get("/live")
        ended(station.station, WHO)
        begun(station.station, WHO, subject="P-2")
        until_seen(station.station)
        yield visit
    if station.station.current is not None:
        ended(station.station, WHO)


def _sent(page: Visit, action: str) -> dict[str, str]:
    """What the page's own form to that place sends, besides what is typed."""
    form = re.search(rf'<form[^>]*action="{action}"[^>]*>.*?</form>', page.page.text, re.DOTALL)
    assert form is not None
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]))


def test_the_end_of_a_page_that_was_left_open_ends_no_other_session(station: Served, left_open: Visit) -> None:
    answer = left_open.http.post("/live/end", data=_sent(left_open, "/live/end"))

    assert answer.headers["location"] == "/live"
    running = station.station.current
    assert running is not None
    assert not running.is_ending
    left_open.get("/live")
    left_open.http.post("/live/end", data=_sent(left_open, "/live/end"))
    assert running.is_ending, "the page of this session ends it"


@pytest.mark.parametrize("how", ["by itself", "by a script"])
def test_a_note_of_a_page_that_was_left_open_stands_in_no_other_session(
    station: Served, left_open: Visit, how: str
) -> None:
    running = station.station.current
    assert running is not None
    fields = _sent(left_open, "/live/note") | {"text": "about the one before"}
    if how == "by a script":
        name = fields.pop("session")
        answer = left_open.http.post("/live/note", data=fields, headers={**QUIETLY, "x-session": name})
        assert (answer.status_code, answer.text) == (
            409,
            "The session of this page is not in progress any more; nothing was stated.",
        )
    else:
        assert left_open.http.post("/live/note", data=fields).headers["location"] == "/live"

    ended(station.station, WHO)
    running.hub.drain()
    assert running.hub.state.record.statements.of(Kind.NOTE) == []


def test_what_is_stated_after_the_end_is_not_taken_in_silence(station: Served, left_open: Visit) -> None:
    left_open.get("/live")
    fields = _sent(left_open, "/live/note") | {"text": "a moment too late"}
    ended(station.station, WHO)

    answer = left_open.http.post("/live/note", data=fields, headers=QUIETLY)

    assert answer.status_code == 409
    assert "nothing was stated" in answer.text


def test_a_script_is_told_in_words_why_it_is_refused(station: Served, token: str) -> None:
    with Visit(station.url, token=token) as visit:
        visit.http.headers["accept-language"] = "de"
        answer = visit.http.post("/live/note", data={"csrf": "0" * 64, "text": "x"}, headers=QUIETLY)
        assert (answer.status_code, answer.text) == (403, "Diese Seite ist zu alt\n")


def test_the_stream_of_a_page_that_was_left_open_leads_to_the_other_session(left_open: Visit) -> None:
    found = re.search(r'data-live="([^"]+)"', left_open.text)
    assert found is not None
    assert left_open.http.get(found[1]).text == "event: leave\ndata: /live\n\n"
