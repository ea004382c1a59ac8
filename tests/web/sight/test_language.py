"""On a page in another language what is English says so, so that it is read out as English."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.web.sight.house import House

#: Forms with something wrong that the core complains of, and what it says.
_REFUSED = (
    ("ann", "/sessions/{second}/amend/zone", {"zone": "forehead", "first": "x", "last": "9"}, "expected the number of"),
    ("ann", "/sessions/{second}/add", {"what": "follow-up", "on": "x"}, "found 'x'"),
    ("ann", "/people/{patient}", {"birth_date": "x"}, "is no date"),
    ("ada", "/administration/people/new", {"name": "", "login": "x", "roles": "reviewer"}, "name"),
    ("ada", "/administration/retention/rule", {"years": "x", "minor_until": "2"}, "expected a number of years"),
    ("ada", "/administration/backups/folder", {"folder": "relative"}, "relative"),
    ("ada", "/devices/test", {"port": "spy://x", "driver": "reference-mesogun"}, "found the port"),
)


@pytest.mark.parametrize(("who", "path", "fields", "says"), _REFUSED, ids=[one[1] for one in _REFUSED])
def test_a_sentence_of_the_core_is_marked_as_english(
    house: House, who: str, path: str, fields: dict[str, str], says: str
) -> None:
    page = house.send(who, path, dict(fields), language="de").text

    assert '<html lang="de">' in page
    english = re.findall(r'<span lang="en">(.*?)</span>', page, re.DOTALL)
    assert len([one for one in english if says in html.unescape(one)]) == 2, "beside the field, and above the form"
    alert = page[page.index('role="alert"') :]
    assert "Feld" in alert[: alert.index("</h2>")]


def test_a_sentence_of_the_page_is_in_its_language(house: House) -> None:
    page = house.send("ann", "/account/password", {"password": "x", "repeated": "y"}, language="fr").text

    error = page[page.index('id="repeated-error"') :].partition("</p>")[0]
    assert 'lang="en"' not in error
