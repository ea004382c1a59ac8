"""What a page leads to is there, for whoever sees the page."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.web.sight.house import House

_HREF = re.compile(r'<a [^>]*href="(/[^"#]*)')
_PAGES = (
    ("ann", "/sessions"),
    ("ann", "/sessions/{first}"),
    ("ann", "/sessions/{flow}"),
    ("ann", "/people/{patient}"),
    ("ann", "/follow-ups"),
    ("rita", "/sessions"),
    ("ada", "/administration"),
    ("ada", "/devices"),
)


@pytest.mark.parametrize(("who", "path"), _PAGES)
def test_no_page_leads_to_one_that_is_not_there(house: House, who: str, path: str) -> None:
    page = house.page(who, house.filled(path))

    gone = []
    with httpx.Client(base_url=house.station.url, cookies={house.station.cookie: house.tokens[who]}) as http:
        for link in sorted({unescape(one) for one in _HREF.findall(page)}):
            answer = http.get(link, follow_redirects=True, timeout=60)
            if answer.status_code != 200 or answer.url.path in ("/login", "/unlock"):
                gone.append(f"{link}: {answer.status_code}")
    assert gone == []


def test_who_was_erased_is_led_to_from_nowhere(house: House) -> None:
    for path in ("/sessions", "/sessions/{flow}", "/follow-ups"):
        assert house.filled("/people/{erased}") not in house.page("ann", house.filled(path))
