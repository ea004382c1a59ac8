"""The charts of a session: any stretch of it, as a picture and as the same points in a table."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from devicelog.ledger import Kind
from devicelog.store.reader import Reader
from devicelog.web.pages.records.charting import Stretch
from devicelog.web.pages.records.shelf import SHELF, Shelf
from tests.web.records.test_history import words

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.web.records.conftest import Clinic

_ROW = re.compile(r'<tr><td class="number">([^<]*)</td><td lang="en">([^<]*)</td>(.*?)</tr>', re.DOTALL)


def rows(html: str) -> list[list[str]]:
    """The rows of the table of points: time, zone, values."""
    return [[at, zone, *words(values).split()] for at, zone, values in _ROW.findall(html)]


def recorded(clinic: Clinic, session: str, report: str) -> list[tuple[int, list[object]]]:
    """When each report came (ms) and what it said, straight from the ledger."""
    with Reader.open(clinic.store) as reader:
        entries = list(reader.entries(reader.session(session).number))
    layouts = {one.content["layout"]: one.content for one in entries if one.kind == Kind.LAYOUT}
    return [
        (one.t_us // 1000, one.content[2])
        for one in entries
        if one.kind == Kind.OBSERVATION and layouts[one.content[0]]["report"] == report
    ]


def ms(text: str) -> int:
    minutes, seconds = text.split(":")
    return int(minutes) * 60_000 + int(Decimal(seconds) * 1000)


def test_the_table_has_the_very_points_of_the_ledger(clinic: Clinic) -> None:
    session = clinic.sessions.first
    shown = rows(clinic.get(f"/sessions/{session}/chart").text)
    kept = recorded(clinic, session, "injection")
    assert len(shown) == len(kept) > 10
    assert [ms(row[0]) for row in shown] == [at for at, _ in kept]
    assert {row[1] for row in shown} == {"Forehead", "Cheek, left"}


def test_a_long_table_is_read_page_by_page_and_misses_nothing(clinic: Clinic) -> None:
    path = f"/sessions/{clinic.sessions.flow}/chart?from=10&to=40"
    first, second = clinic.get(path).text, clinic.get(f"{path}&page=2").text
    times = [ms(row[0]) for page in (first, second) for row in rows(page)]
    third = [ms(row[0]) for row in rows(clinic.get(f"{path}&page=3").text)]
    assert times + third == sorted({*times, *third})
    assert min(times) >= 10_000
    assert max(times + third) <= 40_000
    assert f"({len(times) + len(third)} points)" in words(first)


def test_a_stretch_is_drawn_with_its_own_axis_and_finer(clinic: Clinic) -> None:
    path = f"/sessions/{clinic.sessions.flow}/chart.svg"
    whole, part = clinic.get(path).text, clinic.get(f"{path}?from=10&to=12").text
    assert "0:11" not in words(whole)
    assert "0:11" in words(part)
    assert ElementTree.fromstring(part).tag.endswith("svg")
    assert "style=" not in part
    assert "<style" not in part
    assert 'viewBox="0 0 420' in clinic.get(f"{path}?width=420").text


def test_the_buttons_lead_through_a_session_without_a_script(clinic: Clinic, browser: Browser) -> None:
    with clinic.browsing(browser, java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto(f"/sessions/{clinic.sessions.flow}/chart")
        tab.get_by_role("link", name="First third").click()
        status = tab.get_by_role("status")
        assert status.inner_text() == "From 00:00 to 03:20"
        tab.get_by_role("link", name="First third").click()
        tab.get_by_role("link", name="Later").click()
        assert status.inner_text().startswith("From 00:33.33")
        tab.get_by_label("From (min:s)").fill("0:20")
        tab.get_by_label("To (min:s)").fill("0:30")
        tab.get_by_role("button", name="Show").click()
        assert status.inner_text() == "From 00:20 to 00:30"
        tab.get_by_role("link", name="Zoom out").click()
        assert status.inner_text() == "From 00:10 to 00:40"
        tab.get_by_role("link", name="Whole session").click()
        assert status.inner_text() == "From 00:00 to 10:00"
        tab.wait_for_load_state("load")
        assert tab.evaluate("document.querySelector('figure img').naturalWidth") > 0


@pytest.mark.parametrize("asked", ["from=x&to=y", "from=99999&to=0", "from=-5", "to=1e9", "from=nan&to=inf"])
def test_an_address_that_says_nothing_shows_what_there_is(clinic: Clinic, asked: str) -> None:
    answer = clinic.get(f"/sessions/{clinic.sessions.first}/chart?{asked}")
    assert answer.status_code == 200
    assert clinic.get(f"/sessions/{clinic.sessions.first}/chart.svg?{asked}").status_code == 200


def test_what_is_no_time_is_said_beside_its_field_and_stays_there_to_be_mended(clinic: Clinic) -> None:
    page = clinic.get(f"/sessions/{clinic.sessions.first}/chart?from=soon&to=0:40").text
    begun = page[page.index('<input id="from"') :].partition(">")[0]
    ended = page[page.index('<input id="to"') :].partition(">")[0]
    assert 'value="soon"' in begun
    assert 'aria-invalid="true"' in begun
    assert page.count("Found soon; expected a time of the session") == 2, "beside the field, and above the form"
    assert 'value="00:40"' in ended
    assert "aria-invalid" not in ended


def test_a_stretch_never_leaves_its_session() -> None:
    stretch = Stretch(90, 120, 120)
    assert (stretch.moved(1).first, stretch.moved(1).last) == (90, 120)
    assert (stretch.moved(-4).first, stretch.moved(-4).last) == (0, 30)
    assert stretch.wider() == Stretch(30, 120, 120)
    assert stretch.third(2) == Stretch(110, 120, 120)


def test_a_record_that_was_folded_is_good_until_its_ledger_goes_on(clinic: Clinic) -> None:
    shelf = Shelf()
    with Reader.open(clinic.store) as reader:
        row = reader.session(clinic.sessions.broken)
        before = shelf.folded(reader, row)
        assert shelf.folded(reader, row) is before
    clinic.post(f"/sessions/{row.id}/add", {"what": "note", "text": "she called"})
    with Reader.open(clinic.store) as reader:
        after = shelf.folded(reader, reader.session(row.id))
    assert after is not before
    assert after.record.entries == before.record.entries + 1


def test_the_pages_keep_few_records(clinic: Clinic) -> None:
    for session in (clinic.sessions.first, clinic.sessions.flow):
        clinic.get(f"/sessions/{session}/chart")
    kept = [folded.points for folded in SHELF._kept.values()]
    assert 0 < len(kept) <= 12
    assert sum(kept) <= 400_000
