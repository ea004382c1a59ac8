"""The fifth page: which devices are read, under which treatment protocol, and which zones are planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from devicelog.accounts.permission import Permission
from devicelog.attach.choice import find_devices
from devicelog.bodymap.zones import load
from devicelog.errors import PortError
from devicelog.naming import NO_PROTOCOL, named, settings
from devicelog.steps.draft import Draft
from devicelog.web.forms import Form
from devicelog.web.pages.opening.body import chosen, groups, pictures
from devicelog.web.pages.opening.fields import beside
from devicelog.web.pages.opening.limits import Offered, by_modality, offered
from devicelog.web.pages.opening.machines import Machines, may_be_named
from devicelog.web.pages.opening.page import Page
from devicelog.web.pages.opening.room import Room


def fields(room: Room) -> dict[str, list[str]]:
    """What was chosen before."""
    session, there = room.draft.session, room.machines
    offers = _offers(there)
    made: dict[str, list[str]] = {"device": [text for text in session.devices if text in offers]}
    others = []
    for text in session.devices:
        driver, _, url = text.partition("@")
        place = next((n for n, one in enumerate(there.plugged) if one.url == url), None)
        if text in offers:
            continue
        if place is not None and driver in dict(there.drivers):
            made[f"port-{place}"] = [driver]
        else:
            others.append(text)
    if others:
        made["device-other"] = ["\n".join(others)]
    if session.protocol is not None:
        made["protocol"] = [f"{session.protocol}+{session.overlay}" if session.overlay else session.protocol]
    made["zone"] = list(session.zones)
    if session.electrode_area is not None:
        made["session-electrode_area"] = [session.electrode_area]
    return made


def take(form: Form, room: Room) -> Draft:
    """The draft with the devices, the protocol and the zones of the form."""
    there = room.machines
    devices = _devices(form, room, there)
    protocol = _protocol(form, room)
    area = form.text("session-electrode_area") or None
    if area is not None:
        with beside(form, "session-electrode_area"):
            settings(electrode_area=area)
    zones = _zones(form)
    given = {"devices": devices, "zones": zones, "electrode_area": area, **protocol}
    return replace(room.draft, session=room.draft.session.model_copy(update=given))


def _offers(there: Machines) -> set[str]:
    """What can be ticked."""
    return {one.text for one in there.bound} | {text for text, _ in (*there.typed, *there.simulators)}


def _devices(form: Form, room: Room, there: Machines) -> list[str]:
    offers = _offers(there)
    found = [text for text in form.all("device") if text in offers]
    for place, port in enumerate(there.plugged):
        driver = form.text(f"port-{place}")
        if driver and driver in dict(there.drivers):
            found.append(f"{driver}@{port.url}")
    for line in form.text("device-other").splitlines():
        text = line.strip()
        if text and may_be_named(text):
            found.append(text)
        elif text:
            form.refuse("device-other", room.t("opening-device-not-named", text=text[:60]))
    found = list(dict.fromkeys(found))
    if not found:
        form.refuse("device", room.t("opening-device-missing"))
    if any("@sim://" in text for text in found) and not room.asked.visitor.may(Permission.TRAIN):
        form.refuse("device", room.t("opening-device-no-training"))
    if form.is_sound:
        try:
            with beside(form, "device-other" if form.text("device-other") else "device"):
                find_devices(found, room.asked.web.store)
        except PortError:
            pass  # it may be plugged in until the session begins; the last page says it again
    return found


def _protocol(form: Form, room: Room) -> dict[str, str | None]:
    """The protocol by its value in the form; only what is offered can be chosen."""
    value = form.text("protocol")
    known = {one.value: one for one in offered(room.reader)}
    if value == NO_PROTOCOL:
        return {"protocol": NO_PROTOCOL, "overlay": None}
    if value not in known:
        form.refuse("protocol", room.t("opening-protocol-missing"))
        return {"protocol": room.draft.session.protocol, "overlay": room.draft.session.overlay}
    return {"protocol": known[value].protocol.id, "overlay": known[value].overlay or None}


def _zones(form: Form) -> list[str]:
    """The planned zones; one that was chosen or typed and not added yet is meant, too."""
    found = []
    for text in (*form.all("zone"), *form.all("zone-add"), *form.all("zone-typed")):
        with beside(form, "zone-typed"):
            found.append(named(text, "zone"))
    return list(dict.fromkeys(found))


def lacks(room: Room) -> bool:
    """Whether no device or no protocol is chosen."""
    session = room.draft.session
    return not session.devices or session.protocol is None


def shows(form: Form, room: Room) -> Mapping[str, Any]:
    """What can be chosen, and what the chosen protocol limits."""
    found, zones = offered(room.reader), list(dict.fromkeys(form.all("zone")))
    at = next((one for one in found if one.value == form.text("protocol")), None)
    protocol = at.protocol if at is not None else None
    there, body_map = room.machines, load()
    return {
        "machines": there,
        "trains": room.asked.visitor.may(Permission.TRAIN),
        "groups": by_modality(found, room.underway.intended),
        "chosen_protocol": at,
        "zones": chosen(zones, body_map, protocol),
        "zone_groups": groups(body_map),
        "pictures": pictures(zones, body_map, protocol),
        "excluded_words": _excluded(at),
    }


def _excluded(at: Offered | None) -> list[str]:
    return list(at.protocol.excluded_zones) if at is not None else []


def act(form: Form, _: Room) -> Form | None:
    """Add, remove or move a zone; or show what the protocol that is chosen now limits."""
    word, _space, what = form.text("do").partition(" ")
    made, zones = {name: form.all(name) for name in form}, form.all("zone")
    if word == "zone-add":
        text = form.text("zone-add") or form.text("zone-typed")
        zones += [text] if text and text not in zones else []
        made["zone-add"], made["zone-typed"] = [], []
    elif word == "zone-remove":
        zones = [zone for zone in zones if zone != what]
    elif word == "zone-up" and what in zones[1:]:
        place = zones.index(what)
        zones[place - 1 : place + 1] = [zones[place], zones[place - 1]]
    elif word not in ("zone-up", "look"):
        return None
    return Form(made | {"zone": zones})


PAGE = Page("device", fields, take, shows, lacks, act=act)
