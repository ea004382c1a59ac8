"""The machines: who they said they are, what they measure, and that they were used."""

from __future__ import annotations

from devicelog.driver import Category
from devicelog.export.fhir import ids, people
from devicelog.export.fhir.elements import Json, annotation, concept, identifier, measure, own_or_text, period, shown
from devicelog.export.fhir.resources import Resources
from devicelog.observation.layout import Column
from devicelog.record.views import DeviceView

#: What a metric's category is to FHIR; of any other no DeviceMetric is made.
_CATEGORIES = {Category.MEASUREMENT: "measurement", Category.SETTING: "setting"}


def device(found: Resources, link: int) -> Json:
    """The device that was on a link last; one that never said who it is belongs to this session alone."""
    view = found.record.devices[link]
    if not view.identities:
        return _unknown(found, view)
    return _known(found, view, view.identities[-1])


def all_devices(found: Resources) -> list[Json]:
    """Every device that was on a link, also one that was taken away during the session."""
    made = []
    for view in found.record.devices.values():
        made += [_known(found, view, one) for one in view.identities] or [_unknown(found, view)]
    return list({one["reference"]: one for one in made}.values())


def _known(found: Resources, view: DeviceView, identity: Json) -> Json:
    serial, model = str(identity["serial"]), str(identity["model"])
    id_ = ids.uid("device", view.plan["driver"], model, serial)
    firmware = identity.get("firmware")
    simulated = ", a simulator" if identity["simulated"] else ""
    return found.add(
        "Device",
        id_,
        f"{model}, serial number {serial}, firmware {firmware or 'not stated'}{simulated}",
        {
            "identifier": [identifier(ids.DEVICE, id_)],
            "serialNumber": serial,
            "deviceName": [{"name": model, "type": "model-name"}],
            "type": concept(str(view.plan["model"])),
            "version": [{"type": concept("firmware"), "value": firmware}] if firmware else [],
        },
    )


def _unknown(found: Resources, view: DeviceView) -> Json:
    why = "typed by a person" if view.typed else "it never said who it is"
    return found.add(
        "Device",
        found.id("device", view.link),
        f"{view.plan['model']}; no serial number: {why}",
        {"type": concept(str(view.plan["model"])), "note": [annotation(f"No serial number: {why}")]},
    )


def metrics(found: Resources) -> list[Json]:
    """What the devices report and what is set at them, each quantity once a device."""
    return [
        metric(found, layout.link, column)
        for layout in found.record.layouts.values()
        for column in layout.columns
        if column.category in _CATEGORIES and column.unit is not None
    ]


def metric(found: Resources, link: int, column: Column) -> Json:
    """One quantity of a device."""
    source = device(found, link)
    words = column.metric.replace("_", " ")
    return found.add(
        "DeviceMetric",
        ids.uid("metric", source["reference"], column.metric, column.unit),
        f"{words}, {_CATEGORIES.get(column.category, 'unspecified')}",
        {
            "type": own_or_text(column.metric, words),
            "unit": _unit(column.unit or "1"),
            "source": source,
            "category": _CATEGORIES.get(column.category, "unspecified"),
        },
    )


def _unit(unit: str) -> Json:
    told = measure(0, unit)
    known = {"system": told.get("system"), "code": told.get("code"), "display": told["unit"]}
    return concept(told["unit"] or unit, *([known] if "code" in told else []))


def uses(found: Resources, procedure: Json) -> list[Json]:
    """That each device was used: driver, firmware and settings are of this session, and may differ in another."""
    return [_use(found, procedure, view) for view in found.record.devices.values()]


def _use(found: Resources, procedure: Json, view: DeviceView) -> Json:
    running = found.record.state == "running"
    return found.add(
        "DeviceUseStatement",
        found.id("use", view.link),
        f"{view.plan['driver']} on link {view.link} was recorded",
        {
            "status": "active" if running else "completed",
            "subject": people.patient(found),
            "derivedFrom": [procedure],
            "timingPeriod": period(found.started, found.until if not running else None),
            "recordedOn": found.made_at,
            "source": people.treating(found),
            "device": device(found, view.link),
            "note": [annotation("; ".join(_told(found, view)))],
        },
    )


def _told(found: Resources, view: DeviceView) -> list[str]:
    plan = view.plan
    told = [f"driver {plan['driver']} {plan.get('driver_version') or ''}".rstrip()]
    told += [f"wire format {plan['wire_format']}"] if plan.get("wire_format") else []
    told.append(f"verified on {plan['verified_on']}" if plan.get("verified_on") else "not verified on a real device")
    told += [
        f"{one['model']} serial number {one['serial']}, firmware {one.get('firmware') or 'not stated'}"
        for one in view.identities
    ]
    if view.typed:
        told.append("typed by a person, and sent by no device")
    said = next(one for one in found.said["devices"] if one["link"] == view.link)
    told += [
        f"{name.replace('_', ' ')} {shown(value) if isinstance(value, dict) else value}"
        for name, value in said["settings"].items()
    ]
    return [*told, *([plan["caution"]] if plan.get("caution") else [])]
