"""Binding a device: choose port and driver, let it say who it is, confirm; and taking a binding back."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from devicelog.accounts.permission import Permission
from devicelog.acts.binding import Binding
from devicelog.attach.bind import Outcome, check, keep, met
from devicelog.attach.introduction import PATIENCE
from devicelog.errors import DevicelogError
from devicelog.store.bindings import bindings, known_in, unbind
from devicelog.store.writer import Writer
from devicelog.web.gate import Asked, Gate
from devicelog.web.inquiry import Inquiry
from devicelog.web.pages.devices import choice as choosing
from devicelog.web.pages.witnesses import tell_witnesses

pages = Gate()


@pages.get("/devices/bind", needs=Permission.MANAGE_DEVICES)
def choose(asked: Asked) -> Response:
    """Which port and which driver; and when both are chosen, what must be said before it is opened."""
    return _choose(asked, 200)


def _choose(asked: Inquiry, status: int) -> Response:
    return choosing.page(asked, "devices/bind.html", status, patience=int(PATIENCE))


@pages.post("/devices/bind", needs=Permission.MANAGE_DEVICES)
def ask(asked: Asked) -> Response:
    """Let the device say who it is; nothing is bound by that."""
    station, person, may_send = asked.web.station, asked.visitor.person, choosing.allowed(asked)
    assert person is not None
    try:
        chosen = choosing.chosen(asked, choosing.wished(asked))
        check(chosen, may_send)
        choosing.refuse_ports_in_use(station, chosen)
        found = met(chosen, may_send, PATIENCE)
    except DevicelogError as error:
        asked.form.refuse("port", error)
        return _choose(asked, 400)
    return asked.go(f"/devices/bind/{station.meetings.put(person.id, found)}")


@pages.get("/devices/bind/{name}", needs=Permission.MANAGE_DEVICES)
def confirm(name: str, asked: Asked) -> Response:
    """Who it says it is, and what binding it would replace."""
    assert asked.visitor.person is not None
    found = asked.web.station.meetings.get(name, asked.visitor.person.id)
    new = found.binding(asked.visitor.person.name)
    older = found.older(known_in(asked.web.store))
    return asked.page("devices/bind_confirm.html", name=name, new=new, older=older, choice=found.choice)


@pages.post("/devices/bind/{name}", needs=Permission.MANAGE_DEVICES, proved=True, once=True)
def bind(name: str, asked: Asked) -> Response:
    """Bind it, in the place of what the page said it replaces."""
    person, station = asked.visitor.person, asked.web.station
    assert person is not None
    found = station.meetings.get(name, person.id)
    seen = set(asked.form.all("replaces"))

    def job(writer: Writer) -> Outcome:
        older = {str(one.number) for one in found.older(bindings(writer))}
        return keep(writer, found, by=person.name, replace=older <= seen)

    outcome = station.desk.do(job)
    station.meetings.drop(name)
    if outcome.is_new:
        tell_witnesses(asked.web)
    return asked.go("/devices")


@pages.get("/devices/unbind/{number}", needs=Permission.MANAGE_DEVICES)
def unbind_page(number: int, asked: Asked) -> Response:
    """Which binding would be taken back."""
    known = list(known_in(asked.web.store))
    return asked.page("devices/unbind.html", one=_numbered(known, number))


@pages.post("/devices/unbind/{number}", needs=Permission.MANAGE_DEVICES, proved=True)
def take_back(number: int, asked: Asked) -> Response:
    """Take it back."""
    person = asked.visitor.person
    assert person is not None
    asked.web.station.desk.do(lambda writer: unbind(writer, _numbered(list(bindings(writer)), number), person.name))
    tell_witnesses(asked.web)
    return asked.go("/devices")


def _numbered(known: list[Binding], number: int) -> Binding:
    found = next((one for one in known if one.number == number), None)
    if found is None:
        raise HTTPException(404)
    return found
