"""Languages whose words are longer have room on every page of a telephone, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.served import TELEPHONE
from tests.web.sight.looking import misfits
from tests.web.sight.rows import CHAPTERS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.web.sight.house import House


@pytest.mark.parametrize("language", ["de", "fr"])
def test_every_page_has_room_for_longer_words_on_a_telephone(house: House, browser: Browser, language: str) -> None:
    plain = [row for rows in CHAPTERS.values() for row in rows if row.who and not (row.first or row.then)]
    found = []
    for who in dict.fromkeys(row.who for row in plain):
        context = house.browsing(browser, who, locale=language, viewport=TELEPHONE)
        page = context.new_page()
        for path in dict.fromkeys(row.path or row.route for row in plain if row.who == who):
            answer = page.goto(house.filled(path))
            assert answer is not None
            assert answer.status < 500, path
            found += [f"{path} as {who}: {one}" for one in misfits(page)]
        context.close()
    assert found == []
