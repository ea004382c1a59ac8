"""A draft outlasts its page: another tablet, a locked screen, a killed station; and it is its person's alone."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from devicelog import clock
from devicelog.accounts.drafts import KEPT
from devicelog.store.folder import open_folder
from tests.waiting import PATIENCE
from tests.web.opening.walking import CONSENT, HISTORY, SUBJECT, Tablet, answers
from tests.web.people import PASSWORD, accounts_of, log_in

if TYPE_CHECKING:
    from pathlib import Path

    import httpx
    from playwright.sync_api import Browser

    from tests.web.opening.conftest import Another
    from tests.web.served import Served


class Process:
    """`devicelog serve` in a process of its own."""

    def __init__(self, store: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://localhost:{port}"
        words = [sys.executable, "-m", "devicelog", "serve", "--port", str(port), "--store", str(store)]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout is not None
        assert any(line.startswith("READY") for line in self.process.stdout)

    def kill(self) -> None:
        """As a power cut does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=PATIENCE)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    return tmp_path / "store"


def test_a_killed_station_has_the_draft_when_it_is_back_and_so_has_another_tablet(store: Path) -> None:
    serving = Process(store)
    with accounts_of(store) as accounts:
        token = log_in(accounts, "Dr. A. Example")
        first = Tablet(serving.url, token)
        first.until("consent")
        note = CONSENT | {"turn": str(_turn(first)), "consent-form": "typed and not gone on from"}
        assert first.put("/open/consent/noted", note).status_code == 200
        first.http.close()
    serving.kill()

    serving = Process(store)
    try:
        with accounts_of(store) as accounts:
            found = accounts.door.log_in(
                "dr-a-example", PASSWORD, clock.now().wall_ns, address="127.0.0.1", is_local=True
            )
        other = Tablet(serving.url, found.token)  # type: ignore[union-attr]
        page = other.get("/open/consent")
        assert page.url.path == "/open/consent"
        assert "typed and not gone on from" in page.text
        assert "hay fever" in other.get("/open/screening").text
        other.http.close()
    finally:
        serving.kill()


def _turn(tablet: Tablet) -> int:
    return int(tablet.get("/open/consent").text.partition('name="turn" value="')[2].partition('"')[0])


def test_two_tablets_fill_one_draft(another: Another, station: Served) -> None:
    first = another("Dr. T. Two")
    person = first.http.cookies["devicelog"]
    second = Tablet(station.url, person)
    first.until("products")
    second.put("/open/screening", HISTORY | answers() | {"history-text": "asthma as a child"})
    first.put("/open/consent", CONSENT)
    assert "asthma as a child" in first.get("/open/screening").text
    second.http.close()


def test_a_note_that_comes_late_changes_nothing_that_was_taken(another: Another) -> None:
    tablet = another("Dr. L. Late")
    tablet.until("consent")
    old = _turn(tablet)
    tablet.put("/open/consent", CONSENT)

    tablet.put("/open/consent/noted", CONSENT | {"turn": str(old), "consent-form": "late"})

    assert "late" not in tablet.get("/open/consent").text.partition("<main")[2].partition("</main")[0].replace(
        "later", ""
    ).replace("latest", "")


def test_a_note_that_comes_behind_a_button_takes_nothing_back(another: Another) -> None:
    tablet = another("Dr. R. Rest")
    tablet.until("screening")
    old = {"turn": tablet.get("/open/screening").text.partition('name="turn" value="')[2].partition('"')[0]}
    tablet.put("/open/screening", HISTORY | old | {"do": "rest"})

    tablet.put("/open/screening/noted", HISTORY | old)

    assert "All questions are answered" in tablet.get("/open/screening").text


def test_nobody_sees_the_draft_of_somebody_else(another: Another) -> None:
    one, other = another("Dr. O. One"), another("Dr. O. Other")
    one.until("consent")
    assert other.get("/open").url.path == "/open/subject"
    assert other.get("/open/screening").url.path == "/open/subject"
    assert "hay fever" not in other.get("/open/screening").text


# -- pages that were left open while the draft became one of somebody else ----------------------------------------


def _hidden(page: httpx.Response) -> dict[str, str]:
    """What the page says of the draft that it is of."""
    return dict(re.findall(r'name="(of|turn)" value="([^"]*)"', page.text.partition("<main")[2]))


def test_what_was_answered_for_one_person_is_not_taken_for_another(another: Another) -> None:
    tablet, first, second = another("Dr. M. Ixup"), "P-first", "P-second"
    left_open = _hidden(tablet.until("screening", first))
    tablet.until("screening", second)

    answer = tablet.put("/open/screening", HISTORY | answers() | left_open | {"history-text": "of the first"})

    assert answer.status_code == 409
    assert "nothing was taken of it" in answer.text
    assert second in answer.text
    assert "of the first" not in answer.text
    assert tablet.get("/open/consent").url.path == "/open/screening"


def test_what_is_typed_for_one_person_is_not_kept_for_another(another: Another) -> None:
    tablet = another("Dr. M. Ixnote")
    left_open = _hidden(tablet.until("screening", "P-first"))
    tablet.put("/open/drop", {})
    assert _hidden(tablet.until("screening", "P-second"))["turn"] == left_open["turn"], "another draft counts anew"

    tablet.put("/open/screening/noted", HISTORY | left_open | {"history-text": "of the first"})

    assert "of the first" not in tablet.get("/open/screening").text


def test_a_person_is_confirmed_on_the_page_that_shows_them(another: Another) -> None:
    tablet = another("Dr. C. Onfirm")
    tablet.put("/open/subject", {"session-subject": "P-first"})
    left_open = _hidden(tablet.get("/open/subject"))
    tablet.put("/open/subject/other", {})
    tablet.put("/open/subject", {"session-subject": "P-second"})

    answer = tablet.put("/open/subject/this", SUBJECT | left_open | {"person-name": "First Person"})
    tablet.put("/open/subject/other", left_open)
    tablet.put("/open/drop", left_open)

    assert answer.status_code == 409
    now = tablet.get("/open")
    assert "P-second" in now.text
    assert "First Person" not in now.text
    assert tablet.get("/open/screening").url.path == "/open/subject", "nobody was confirmed"


def test_a_page_that_still_asks_for_a_number_drops_nothing(another: Another) -> None:
    tablet = another("Dr. N. Umber")
    left_open = _hidden(tablet.get("/open/subject"))
    tablet.until("consent", "P-first")

    page = tablet.send("/open/subject", left_open | {"session-subject": "P-second"})

    assert page.url.path == "/open"
    assert "P-first" in page.text
    assert "hay fever" in tablet.get("/open/screening").text


def test_what_begins_is_what_the_page_showed(another: Another, station: Served) -> None:
    tablet = another("Dr. R. Eady")
    left_open = _hidden(tablet.until("ready"))
    tablet.put("/open/consent", CONSENT | {"consultation-text": "wants fewer lines, and said so again"})

    answer = tablet.put("/open/ready", left_open)

    assert answer.status_code == 409
    assert "said so again" in answer.text
    assert station.station.current is None
    assert tablet.put("/open/ready", _hidden(answer)).headers["location"] == "/live"


def test_another_draft_is_begun_only_after_the_first_is_dropped(another: Another) -> None:
    tablet = another("Dr. N. New")
    tablet.until("consent")
    asks = tablet.get("/open")
    assert "A session is being prepared" in asks.text
    assert tablet.number in asks.text
    assert tablet.post("/open/drop").url.path == "/open/subject"
    assert tablet.get("/open/screening").url.path == "/open/subject"


def test_a_draft_is_forgotten_after_a_day_and_lies_encrypted_till_then(another: Another, station: Served) -> None:
    tablet, before = another("Dr. G. Gone"), clock.now().wall_ns
    tablet.until("consent")
    drafts, now = station.accounts.drafts, clock.now().wall_ns
    person = next(one.id for one in station.accounts.people.all() if one.name == "Dr. G. Gone")
    folder = open_folder(station.station.store).path
    written = b"".join(file.read_bytes() for file in folder.glob("accounts.db*"))

    assert b"hay fever" in (drafts.get(person, now) or b"")
    assert b"hay fever" not in written
    assert drafts.get(person, before + KEPT) is not None
    assert drafts.get(person, now + KEPT + 60_000_000_000) is None


def test_a_locked_screen_loses_nothing(station: Served, browser: Browser) -> None:
    context = station.context(browser, "Dr. S. Screen")
    page = context.new_page()
    page.goto("/open/subject")
    page.fill("#session-subject", "P-77")
    page.keyboard.press("Enter")
    page.locator(f'[name="intended"][value="{SUBJECT["intended"]}"]').check()
    page.locator("button.main").click()
    page.wait_for_url("**/screening")
    with page.expect_response("**/noted"):
        page.locator('[name="screening-pregnancy-answer"][value="yes"]').check()
    page.locator("#raised-pregnancy .finding").wait_for()
    assert "stops an injection session" in page.locator("#raised-pregnancy").inner_text(), "at once"
    with page.expect_response(lambda answer: "half+a+sen" in (answer.request.post_data or "")):
        page.locator("#history-text").press_sequentially("half a sen")

    token = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "devicelog")
    station.accounts.door.lock(token)
    page.locator("#history-text").press_sequentially("t")
    expect(page).to_have_url(re.compile("/unlock"))  # however often it is led there
    context.close()

    again = Tablet(station.url, _back(station, "dr-s-screen"))
    text = again.get("/open/screening").text
    assert "half a sen" in text
    assert 'name="screening-pregnancy-answer" value="yes" checked' in text
    again.http.close()


def _back(station: Served, login: str) -> str:
    found = station.accounts.door.log_in(login, PASSWORD, clock.now().wall_ns, address="127.0.0.1", is_local=True)
    return found.token  # type: ignore[union-attr]
