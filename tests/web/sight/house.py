"""A station that holds something of everything: what pages show when a clinic has worked with them for a while."""

from __future__ import annotations

import re
import socket
import time
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

import httpx

from devicelog import clock
from devicelog.account import Role
from devicelog.accounts.people import Description
from devicelog.accounts.secret import csrf_of, hash_of_token, new_id, new_token
from devicelog.delivery.asking import Order, ask, whats
from devicelog.delivery.target import target
from devicelog.store import outbox
from devicelog.store.accounts.logins import LoginRow
from devicelog.store.reader import Reader
from tests.web.admin.people import visitor
from tests.web.people import accepted
from tests.web.records.clinic import ANN, BEA
from tests.web.records.people import PIN, logged_in
from tests.web.served import TABLET

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext

    from devicelog.store.writer import Writer
    from tests.web.records.clinic import Sessions
    from tests.web.served import Served

PROTOCOL = "meso-face-gun-intradermal"
SIM = "sim://reference-mesogun?seed=5"
#: In nanoseconds.
HOUR = 3_600_000_000_000


@dataclass
class House:
    """The station, the tokens of who looks at it by name (empty: nobody), and what addresses are filled in with."""

    station: Served
    folder: Path
    tokens: dict[str, str] = field(default_factory=dict)
    fill: dict[str, str] = field(default_factory=dict)
    resting: Event = field(default_factory=Event)

    def send(self, who: str, path: str, fields: Mapping[str, str | list[str]], language: str = "en") -> httpx.Response:
        """A form as its page sends it; where it leads to is not followed."""
        token = self.tokens[who]
        headers = {"cookie": f"devicelog={token}", "origin": self.station.url, "accept-language": language}
        data = {"csrf": csrf_of(token), **fields}
        return httpx.post(f"{self.station.url}{self.filled(path)}", data=data, headers=headers, timeout=60)

    def post(self, who: str, path: str, **fields: str | list[str]) -> str:
        """A form that is taken; the address that it leads to."""
        answer = self.send(who, path, {name.replace("__", "-"): value for name, value in fields.items()})
        assert answer.status_code in (200, 303), f"{path}: {answer.status_code} {answer.text}"
        return str(answer.headers.get("location", ""))

    def page(self, who: str, path: str) -> str:
        """What a page says."""
        answer = httpx.get(f"{self.station.url}{path}", headers={"cookie": f"devicelog={self.tokens[who]}"}, timeout=60)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return answer.text

    def browsing(self, browser: Browser, who: str, **options: object) -> BrowserContext:
        """A browser of its own for somebody, in which axe may run."""
        usual = {"locale": "en-GB", "bypass_csp": True, "reduced_motion": "reduce", "viewport": TABLET}
        context = browser.new_context(base_url=self.station.url, **(usual | options))  # type: ignore[arg-type]
        if who:
            context.add_cookies([{"name": self.station.cookie, "value": self.tokens[who], "url": self.station.url}])
        return context

    def filled(self, text: str) -> str:
        """An address or a value with the ids of this station in it."""
        return re.sub(r"\{(\w+)\}", lambda found: self.fill[found[1]], text)

    def rested(self) -> None:
        """Wait until no long work is under way."""
        for _ in range(3000):
            if self.station.station.chores.current is None:
                return
            time.sleep(0.01)
        raise AssertionError("the work did not end")


def furnish(station: Served, folder: Path, sessions: Sessions) -> House:
    """Let people work with it: everything that makes a page longer than on the first day."""
    house = House(station, folder)
    house.fill |= {name: getattr(sessions, name) for name in sessions.__slots__} | {"sim": SIM, "protocol": PROTOCOL}
    _people(house)
    _records(house)
    _devices(house)
    _protocols(house)
    _installation(house)
    _erased(house)
    return house


def _people(house: House) -> None:
    accounts = house.station.accounts
    house.tokens["ann"] = logged_in(accounts, ANN, Role.PRACTITIONER, pin=True)
    house.tokens["bea"] = logged_in(accounts, BEA, Role.PRACTITIONER)
    house.tokens["rita"] = logged_in(accounts, "Rita Review", Role.REVIEWER)
    house.tokens["ada"] = visitor(accounts, "Ada Admin", Role.ADMIN).token
    for name in ("olga", "kay", "lena", "ned"):  # two who open sessions, one whose screen is locked by PIN, one without
        house.tokens[name] = logged_in(
            accounts, f"Dr. {name.title()} Example", Role.PRACTITIONER, pin=name in ("kay", "lena")
        )
    for name in ("lena", "ned"):
        accounts.door.lock(house.tokens[name])
    house.tokens["stale"] = _given_long_ago(house, accepted(accounts, "Ada Stale", Role.ADMIN)[0].id)
    off = accepted(accounts, "Dr. Off Duty", Role.PRACTITIONER, Role.REVIEWER)[0].id
    accounts.people.disable(off, clock.now().wall_ns, by="Ada Admin")
    people = {one.login: one.id for one in accounts.people.all()}
    told = Description("Dr. In Vited", "in-vited", None, None)
    house.fill["code"] = accounts.people.add(told, ["practitioner"], clock.now().wall_ns, by="Ada Admin").code
    house.fill |= {"off": off, "person": people["rita-review"], "self": people["ada-admin"]}
    made = partial(accounts.tokens.make, by="Ada Admin")
    made("practice software", ["sessions:read", "devices:read"], 90, clock.now().wall_ns)
    made("an old program", ["sessions:read"], 1, clock.now().wall_ns - 50 * HOUR)
    revoked = made("a lost tablet", ["sessions:read"], 30, clock.now().wall_ns)
    accounts.tokens.revoke(revoked.token.id, clock.now().wall_ns, by="Ada Admin")


def _given_long_ago(house: House, person: str) -> str:
    """The token of somebody who is asked for the password again before anything is administered."""
    token, now = new_token(), clock.now().wall_ns
    row = LoginRow(hash_of_token(token), new_id("login"), person, "127.0.0.1", True, True, now, now, now - 4 * HOUR)
    with house.station.accounts.file.changing() as rows:
        rows.logins.add(row)
    return token


def _records(house: House) -> None:
    first, other = (f"/sessions/{house.fill[name]}" for name in ("first", "other"))
    change = {"field": "product.1.lot", "reason": "one digit was misread", "amend": "yes"}
    house.post("ann", f"{first}/amend", **change, new="L7")
    house.post("ann", f"{first}/add", what="reaction", codes=["redness", "swelling"], severity="mild")
    house.post("ann", f"{first}/add", what="adverse-event", code="vagal", severity="mild", text="she fainted")
    house.post("ann", f"{first}/add", what="follow-up", on="2020-02-01", text="look at the cheek")
    house.post("ann", f"{first}/add", what="follow-up", on="2090-12-24")
    house.post("ann", f"{first}/add", what="note", text="all is well")
    house.post("ann", f"{first}/add", what="leftover", syringe="1", left="0.3 mL")
    signed = {"meaning": "authorship", "role": "physician", "registration": "R-1", "despite": "yes"}
    house.post("ann", f"{first}/sign", **signed, secret=PIN)
    house.post("ann", f"{first}/amend", **change | {"new": "L9"})
    house.post("rita", f"{other}/review", review__role="medical director", found="all in order")
    house.post("rita", "/lots/recall", recall__lot="L1", recall__reason="notice of the maker")
    house.post("rita", "/lots/recall", recall__lot="X-12", recall__product="Other", recall__reason="a leak")
    released = re.search(r'name="recall" value="(\d+)"', house.page("rita", "/lots"))
    assert released is not None
    house.post("rita", "/lots/release", recall=released[1], release__reason="a mistake")
    (house.folder / "sent").mkdir()
    house.post("rita", f"{other}/deliver", target=str(house.folder / "sent"))


def _devices(house: House) -> None:
    for driver, seed in (("reference-mesogun", 3), ("reference-noneedle", 4), ("reference-noneedle", 8)):
        asked = house.post("ada", "/devices/bind", port=f"sim://{driver}?seed={seed}", driver=driver)
        house.post("ada", asked)
    numbers = re.findall(r"/devices/unbind/(\d+)", house.page("ada", "/devices"))
    house.post("ada", f"/devices/unbind/{numbers[-1]}")
    house.fill["number"] = numbers[0]
    elsewhere = {"port": "sim://reference-mesogun?seed=3&speed=2", "driver": "reference-mesogun"}
    house.fill["meeting"] = house.post("ada", "/devices/bind", **elsewhere).rpartition("/")[2]


def _protocols(house: House) -> None:
    path = f"/administration/protocols/{PROTOCOL}"
    sha = re.search(r'name="sha256" value="([^"]+)"', house.page("ada", path))
    assert sha is not None
    house.post("ada", f"{path}/approve", sha256=sha[1], role="medical director")


def _installation(house: House) -> None:
    house.post("ada", "/administration/retention/rule", years="10", minor_until="26")
    house.post("ada", "/administration/keys/witnesses")
    house.post("ada", "/administration/backups/folder", folder=str(house.folder / "kept"))
    house.post("ada", "/administration/backups/make")
    house.rested()
    name = re.search(r"/administration/backups/check/([^\"]+)", house.page("ada", "/administration/backups"))
    assert name is not None
    house.post("ada", f"/administration/backups/check/{name[1]}")
    house.rested()
    house.post("ada", "/administration/webhooks", url="https://practice.example.org/hook", events=["session.closed"])
    (house.folder / "file").write_text("a file where a folder has to be")
    with socket.socket() as taken:  # nobody listens there
        taken.bind(("127.0.0.1", 0))
        for to in (f"fhir+http://127.0.0.1:{taken.getsockname()[1]}/fhir", str(house.folder / "file" / "inside")):
            _ordered(house, to)
        house.post("ada", "/administration/outbox/run")
        house.rested()
    house.post("ada", "/administration/doctor")


def _ordered(house: House, to: str) -> None:
    """A delivery that comes to nothing."""
    place = target(to, unencrypted=False)
    wanted = Order(place, whats(place, ()), (), outbox.Means(), ANN)
    session = house.fill["second"]

    def job(writer: Writer) -> object:
        return ask(writer, writer.session(session), wanted)

    house.station.station.desk.do(job)


def _erased(house: House) -> None:
    with Reader.open(house.station.station.store) as reader:
        row = reader.session(house.fill["flow"])
        house.fill["erased"] = row.subject
        number = reader.reference(row.subject)
    assert number is not None
    form = {"ground": "consent-withdrawn", "reason": "asked for in writing", "requested": "", "again": number}
    house.post("ada", f"/administration/retention/{house.fill['erased']}/erase", **form)
