"""The devices of a session as rows of a message: each is a system of its own, with its settings and its totals."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from devicelog.export.hl7.segments import Field, moment
from devicelog.export.hl7.terms import COMPUTED, MEASURED, SET, SET_BY_HAND, TYPED, own
from devicelog.export.hl7.tree import About, Tree, amount, text, yes_no
from devicelog.export.session import ExportedSession
from devicelog.record.as_json import content
from devicelog.record.record import Record
from devicelog.record.views import DeviceView

Json = Mapping[str, Any]
_NEVER_SAID = "the device never said who it is"


def device_rows(session: ExportedSession, tree: Tree) -> None:
    """A system for each device."""
    said = session.once(_said)
    for device in session.record.devices.values():
        tree.mds(own("device"), _equipment(device))
        tree.vmd(own("device"))
        tree.channel(own("device-identity"))
        _identity(tree, device)
        settings = next(one["settings"] for one in said["devices"] if one["link"] == device.link)
        _settings(session.record, tree, device, settings)
        tree.channel(own("device-reading"))
        for code, count in (("bad-frames", device.bad_frames), ("repeats", device.repeats)):
            tree.metric(own(code), amount(count, "count"))
        tree.metric(own("conflicts"), amount(device.conflicts, "count"))
        _totals(session.record, tree, device)


def _said(session: ExportedSession) -> Json:
    return content(session.record)


def _equipment(device: DeviceView) -> Field:
    """The device in OBX-18 (EI: serial number, its model)."""
    if not device.identities:
        return None
    return (str(device.serial), None, str(device.identities[-1]["model"]), "L")


def _identity(tree: Tree, device: DeviceView) -> None:
    who: Json = device.identities[-1] if device.identities else {}
    for name in ("model", "serial", "firmware"):
        known = who.get(name)
        tree.metric(own(f"device-{name}"), text(str(known)) if known else None, why=None if known else _NEVER_SAID)
    simulated = yes_no(value=device.simulated) if device.identities else None
    tree.metric(own("device-simulated"), simulated, why=None if device.identities else _NEVER_SAID)
    plan = device.plan
    verified = plan.get("verified_on") or "not verified on any real device"
    tree.metric(own("device-driver"), text(f"{plan['driver']} {plan['driver_version']}"), why=str(verified))
    tree.metric(own("device-origin"), text("typed by a person" if device.typed else "sent by the device"))


def _settings(record: Record, tree: Tree, device: DeviceView, settings: Json) -> None:
    """Those in force at the end; a person set what he typed."""
    if not settings:
        return
    tree.channel(own("device-settings"))
    at = moment(record.wall(record.last_us))
    about = About(at=at, method=SET_BY_HAND if device.typed else SET, equipment=_equipment(device))
    for name, value in settings.items():
        known = amount(value["value"], value["unit"]) if isinstance(value, dict) else text(str(value))
        tree.metric(own(name), known if value is not None else None, about)


def _totals(record: Record, tree: Tree, device: DeviceView) -> None:
    """What the device counted by itself, held against the record."""
    about = About(method=TYPED if device.typed else MEASURED, equipment=_equipment(device))
    for figure in record.reconciled:
        if figure["link"] != device.link:
            continue
        tree.channel(own("device-total"))
        why = f"{str(figure['metric']).replace('_', ' ')}, told by {figure['by']}"
        tree.metric(own("device-says"), amount(Decimal(figure["device"]), figure["unit"]), about, why)
        for code, name in (("record-says", "recorded"), ("difference", "difference")):
            tree.metric(own(code), amount(Decimal(figure[name]), figure["unit"]), About(method=COMPUTED), why)
        tree.metric(own("agrees"), yes_no(value=bool(figure["agrees"])))
