"""What people and programs ask of a station that is killed meanwhile, and what must be there once it was answered."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any
from unittest import mock

import httpx

from devicelog import clock
from devicelog.account import Role, Scope
from devicelog.accounts.secret import csrf_of
from devicelog.ledger import Kind
from devicelog.record.response import Meaning
from devicelog.store.reader import Reader
from devicelog.store.webhooks import webhooks
from tests.end_to_end.serving import Serving
from tests.web.api.clinic import WHO, plan
from tests.web.people import PASSWORD, accounts_of, log_in

#: A gun that soon goes beyond its limits, so that there is something to acknowledge.
GUN = "reference-mesogun@sim://reference-mesogun?seed=1&speed=20&scenario=face-limits"
_BOSS = "Ada Boss"


class Asking:
    """Who asks: a program with a token, somebody who treats, and an admin; `expected` is what was answered as done."""

    def __init__(self, station: Serving) -> None:
        self.station = station
        box = station.box
        with mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(box.keys)}), accounts_of(box.store) as accounts:
            secret = accounts.tokens.make("program", list(Scope), 1, clock.now().wall_ns, by="a test").secret
            self._tokens = {WHO: log_in(accounts, WHO), _BOSS: log_in(accounts, _BOSS, Role.ADMIN)}
        self.program = httpx.Client(base_url=station.url, headers={"authorization": f"Bearer {secret}"}, timeout=30)
        self._people = {
            who: httpx.Client(base_url=station.url, cookies={"devicelog": token}, timeout=30)
            for who, token in self._tokens.items()
        }
        self.session = ""
        self.told: set[str] = set()
        #: Id and address of the webhook that was made last.
        self.webhook: tuple[str, str] | None = None
        self.expected: list[tuple[str, Callable[[Reader], int]]] = []
        self.count = 0

    def renew_boss(self) -> None:
        """Let an admin log in: who did so ten minutes ago is asked for the password again."""
        box, name = self.station.box, f"{_BOSS} {self.count}"
        self.count += 1
        with mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(box.keys)}), accounts_of(box.store) as accounts:
            self._tokens[_BOSS] = log_in(accounts, name, Role.ADMIN)
        self._people[_BOSS].cookies.set("devicelog", self._tokens[_BOSS])

    @property
    def boss(self) -> str:
        """Who administers."""
        return _BOSS

    def close(self) -> None:
        for client in (self.program, *self._people.values()):
            client.close()

    def post(self, who: str, path: str, **fields: Any) -> httpx.Response:
        """A form of somebody's; AssertionError if it is not taken, unless there is one backup at work already."""
        headers = {"origin": self.station.url}
        form = {"csrf": csrf_of(self._tokens[who]), **fields}
        answer = self._people[who].post(path, data=form, headers=headers)
        assert answer.status_code in (200, 303) or path.endswith("/make"), (
            f"{path}: {answer.status_code} {answer.text[-300:]}"
        )
        return answer

    def look(self) -> list[Any]:
        """The entries of the session as they are told: durable all of them."""
        answer = self.program.get(f"/api/v1/sessions/{self.session}/entries", params={"limit": 5000})
        assert answer.status_code == 200, answer.text
        found: list[Any] = answer.json()["entries"]
        self.told |= {one["id"] for one in found}
        return found

    def page(self, who: str, path: str) -> str:
        """A page as somebody sees it; AssertionError if it is not shown."""
        answer = self._people[who].get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[-300:]}"
        return answer.text

    def say(self, text: str) -> None:
        """State a note in the session in progress."""
        said = {"kind": "note", "by": WHO, "text": text}
        answer = self.program.post(f"/api/v1/sessions/{self.session}/statements", json=said)
        assert answer.status_code == 202, answer.text

    def expect(self, what: str, count: Callable[[Reader], int]) -> None:
        """Let something be there once from now on."""
        self.expected.append((what, count))

    def begin(self, key: str) -> None:
        """Begin a session of somebody new, once for each key."""
        answer = self.program.post(
            "/api/v1/sessions", json=plan(GUN, subject=f"P-{key}"), headers={"idempotency-key": key}
        )
        assert answer.status_code == 201, answer.text
        self.session = answer.json()["session"]
        self.expect(f"session {self.session}", _once(self.session))

    def end(self) -> None:
        answer = self.program.post(f"/api/v1/sessions/{self.session}/end", json={"by": WHO})
        assert answer.status_code == 200, answer.text
        if answer.json()["state"] == "ended":
            session = self.session
            self.expect(f"end of {session}", lambda reader: reader.session(session).state == "ended")


def _once(session: str) -> Callable[[Reader], int]:
    return lambda reader: sum(row.id == session for row in reader.sessions())


# -- what is asked -------------------------------------------------------------------------------------------------


def _begin(asking: Asking) -> None:
    asking.count += 1
    asking.begin(f"k{asking.count}")
    asking.look()
    asking.end()


def _state(asking: Asking) -> None:
    asking.count += 1
    asking.say(f"note {asking.count}")
    asking.look()


def _acknowledge(asking: Asking) -> None:
    found = asking.look()
    seen = {one["content"]["alarm"] for one in found if one["kind"] == Kind.ALARM_ACKNOWLEDGED}
    for one in found:
        if one["kind"] == Kind.ALARM and one["content"]["alarm"] not in seen:
            asking.post(WHO, "/live/acknowledge", alarm=str(one["content"]["alarm"]))
            asking.look()


def _add(asking: Asking) -> None:
    before = _of(asking, Kind.FOLLOW_UP)
    asking.post(WHO, f"/sessions/{asking.session}/add", what="follow-up", on="2099-01-15", text="well")
    _keep(asking, Kind.FOLLOW_UP, before + 1)


def _amend(asking: Asking) -> None:
    before = _of(asking, Kind.AMENDMENT)
    new = "yes" if before % 2 else "no"
    asking.post(
        WHO, f"/sessions/{asking.session}/amend", field="consent.risks_discussed", new=new, reason="a test", amend="yes"
    )
    _keep(asking, Kind.AMENDMENT, before + 1)


def _sign(asking: Asking) -> None:
    before = _of(asking, Kind.SIGNED)
    asking.post(
        WHO,
        f"/sessions/{asking.session}/sign",
        role="physician",
        meaning=Meaning.AUTHORSHIP,
        secret=PASSWORD,
        despite="yes",
    )
    _keep(asking, Kind.SIGNED, before + 1)


def _of(asking: Asking, kind: Kind) -> int:
    return sum(one["kind"] == kind for one in asking.look())


def _keep(asking: Asking, kind: Kind, count: int) -> None:
    """What was answered as done is in the ledger; more of it may follow."""
    session = asking.session

    def there(reader: Reader) -> int:
        row = reader.session(session)
        return sum(line.kind == kind for line in reader.lines(row.number)) >= count

    asking.expect(f"{count} times {kind} in {session}", there)


def _person(asking: Asking) -> None:
    asking.count += 1
    name = f"Person {asking.count}"
    fields = {"name": name, "login": f"person{asking.count}", "roles": "practitioner"}
    answer = asking.post(_BOSS, "/administration/people/new", **fields)
    assert answer.status_code == 200, answer.headers["location"]  # the page with the code

    def there(_: Reader) -> int:
        box = asking.station.box
        with mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(box.keys)}), accounts_of(box.store) as accounts:
            return sum(one.name == name for one in accounts.people.all())

    asking.expect(name, there)


def _webhook(asking: Asking) -> None:
    asking.count += 1
    url = f"http://127.0.0.1:9/{asking.count}"
    answer = asking.program.post("/api/v1/webhooks", json={"url": url})
    assert answer.status_code == 201, answer.text
    id_, older = answer.json()["webhook"], asking.webhook
    asking.webhook = (id_, url)
    asking.expect(url, lambda reader: sum(hook.id == id_ for hook in webhooks(reader)))
    if older is not None:
        _remove(asking, *older)


def _remove(asking: Asking, id_: str, url: str) -> None:
    """One that was made before; until that is answered it may be there or not."""
    asking.expected = [(what, count) for what, count in asking.expected if what != url]
    assert asking.program.delete(f"/api/v1/webhooks/{id_}").status_code < 300
    asking.expect(f"no {url}", lambda reader: not any(hook.id == id_ for hook in webhooks(reader)))


def _backup(asking: Asking) -> None:
    folder = asking.station.box.root / "backups"
    folder.mkdir(exist_ok=True)
    asking.post(_BOSS, "/administration/backups/folder", folder=str(folder))
    asking.post(_BOSS, "/administration/backups/make", keep="2")
    time.sleep(0.2)


#: What is asked, and whether of a session in progress, of one that is over, or of neither.
ACTS: dict[str, tuple[Callable[[Asking], None], bool | None]] = {
    "begin": (_begin, False),
    "state": (_state, True),
    "acknowledge": (_acknowledge, True),
    "end": (lambda asking: asking.end(), True),
    "resume": (lambda _: None, True),
    "add": (_add, False),
    "amend": (_amend, False),
    "sign": (_sign, False),
    "person": (_person, None),
    "webhook": (_webhook, None),
    "backup": (_backup, False),
}
