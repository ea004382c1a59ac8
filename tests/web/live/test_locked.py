"""What a tablet that is locked tells of a session whose limits are reached: how much, and not where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from devicelog.account import Role
from tests.waiting import until
from tests.web.api.clinic import WHO, begun, client, over
from tests.web.people import log_in
from tests.web.visiting import Visit

if TYPE_CHECKING:
    from tests.web.served import Served

GUN = "reference-mesogun@sim://reference-mesogun?seed=31&speed=50"


def alarm_line(page: str) -> str:
    """What stands there; nothing on a page without a session."""
    found = re.search(r'<div id="live-alarm".*?</div>', page, re.DOTALL)
    return found[0] if found is not None else ""


def test_the_limit_of_a_zone_is_told_on_a_locked_tablet_without_the_zone(station: Served) -> None:
    # given a session with an alarm of a zone, which the tablet of who treats names
    token = log_in(station.accounts, WHO, Role.PRACTITIONER)
    with client(station) as program, Visit(station.url, token=token) as tablet:
        session = begun(program, device=GUN)
        until(lambda: "Forehead" in alarm_line(tablet.get("/live").text), "a limit of the zone is reached")

        # when it locks
        station.accounts.door.lock(token)
        page = tablet.get("/live").text

        # then it says what was reached, and nothing of where
        assert re.search(r"zone volume total [\d.]+ mL in a zone is above", alarm_line(page))
        assert "orehead" not in page
        over(station, program, session)
