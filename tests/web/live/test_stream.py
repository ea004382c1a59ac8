"""A page that was made before a session began, or for one that is over, is told so by its stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from tests.waiting import PATIENCE
from tests.web.live.sessions import WHO

if TYPE_CHECKING:
    from tests.web.live.conftest import Clinic
    from tests.web.live.gun import LivingGun


def first_event(clinic: Clinic, shows: str, of: str = "") -> list[str]:
    """What the stream says first to a page of this view."""
    cookies = {clinic.served.cookie: clinic.token(WHO)}
    url = f"{clinic.served.url}/live/stream?shows={shows}&session={of}"
    with httpx.stream("GET", url, cookies=cookies, timeout=PATIENCE) as answer:
        lines = (line for line in answer.iter_lines() if line.startswith(("event:", "data:")))
        return [next(lines), next(lines)]


def test_a_page_without_a_session_leaves_for_the_one_that_began_meanwhile(clinic: Clinic, gun: LivingGun) -> None:
    gun.inject()
    assert first_event(clinic, "none") == ["event: leave", "data: /live"]
    assert first_event(clinic, "acting")[0] == "event: swap"


@pytest.mark.parametrize("shows", ["acting", "watching", "locked"])
def test_a_page_of_a_session_that_is_over_does_not_look_alive(clinic: Clinic, shows: str) -> None:
    assert clinic.station.current is None
    assert first_event(clinic, shows) == ["event: leave", "data: /live"]


@pytest.mark.parametrize(
    ("shows", "of", "to"),
    [
        ("acting", "20260101-100000-beef", "/sessions/20260101-100000-beef"),
        ("watching", "20260101-100000-beef", "/sessions/20260101-100000-beef"),
        ("locked", "20260101-100000-beef", "/live"),
        ("acting", "..%2F..%2Fevil", "/live"),
        ("acting", "x%0Aevent:%20swap", "/live"),
    ],
)
def test_whoever_lost_the_line_while_the_session_ended_is_led_to_its_record(
    clinic: Clinic, shows: str, of: str, to: str
) -> None:
    assert clinic.station.current is None
    assert first_event(clinic, shows, of) == ["event: leave", f"data: {to}"]
