"""The sections of the document: what a person reads of the record in any viewer, beside the resources that say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from devicelog.export.fhir.composition import Section, section
from devicelog.export.fhir.elements import Json, listed, paragraph, shown, table
from devicelog.export.fhir.resources import Resources
from devicelog.record import facts
from devicelog.record.afterwards import response
from devicelog.record.completeness import lacking
from devicelog.record.signatures import signatures, status
from devicelog.record.steps import has_steps, steps_of

#: The references of each kind of resource, by the names that `gathered` of bundles gives them.
Entries = Mapping[str, Sequence[Json]]


def sections(found: Resources, of: Entries) -> list[Section]:
    """All of them, in the order of a record page."""
    return [
        _known(found),
        _consent(found, of),
        _before(found, of),
        _treatment(found, of),
        _medications(found, of),
        _devices(found, of),
        _findings(found, of),
        _complications(found, of),
        section("Documents", "attachments", [_titles(found, of["documents"])], of["documents"]),
        _origin(found, of),
    ]


def _known(found: Resources) -> Section:
    incomplete = [f"missing: {what}" for what in lacking(found.record)]
    parts = [
        listed(found.marks.values()) or paragraph("No mark stands on this record."),
        listed(incomplete) or paragraph("Nothing that a record should have is missing."),
        paragraph(str(found.said["purpose"])),
    ]
    return section("What must be known of this record", "must-be-known", parts)


def _consent(found: Resources, of: Entries) -> Section:
    told = [_words(found, one) for one in of["consent"]] or ["No answer about consent is in the record."]
    return section("Consent", ("59284-0", "Patient Consent"), [listed(told)], of["consent"], "notasked")


def _before(found: Resources, of: Entries) -> Section:
    views = steps_of(found.record) if has_steps(found.record) else []
    rows = [
        (view.step.value, view.progress.value, view.said or view.why or "-", view.by or "-", view.text or "-")
        for view in views
    ]
    answers = [
        (one["question"] or one["code"], one["answer"], one["raises"], one["detail"] or "-")
        for one in found.said.get("screening", {}).get("answers", [])
    ]
    parts = [
        table(("Step", "State", "What was said", "By", "Words"), rows),
        table(("Question", "Answer", "Raises", "Words"), answers),
        listed(_words(found, one) for one in of["findings"]),
    ]
    entries = [*of["questionnaire"], *of["findings"]]
    return section("Before the treatment", "before-treatment", parts, entries, "notasked")


def _treatment(found: Resources, of: Entries) -> Section:
    record = found.record
    rows = [
        ("session", record.session),
        ("began", found.started),
        ("last entry of the recording", found.until),
        ("offset of the place from UTC", found.zone),
        ("state", f"{record.state}{f', {record.ended}' if record.ended else ''}"),
        ("practitioner", str(record.started.get("practitioner") or "not stated")),
        ("subject", str(record.started["subject"])),
        ("clinic's number", found.session.source.reference or "not known or erased"),
    ]
    if (begun := facts.begun(record)) is not None:
        rows.append(("begun", begun))
    if record.stops.all:
        rows.append(("recorder", facts.stops(record)))
    if course := found.said["course"]:
        rows.append(("course", f"{course['family']}, {course['phase']}, earlier sessions: {course['earlier']}"))
    notes = [f"{one['at']}: {one['text']}" for one in found.said["notes"]]
    events = [_words(found, one) for one in of["happenings"]]
    parts = [
        *(paragraph(_words(found, one)) for one in of["procedure"]),
        table(("What", "Value"), rows),
        listed([*notes, *events]),
    ]
    entries = [*of["procedure"], *of["encounter"], *of["happenings"], *of["points"]]
    return section("Treatment", ("29554-3", None), parts, entries)


def _medications(found: Resources, of: Entries) -> Section:
    products = found.said.get("products", {})
    taken = [
        (
            one["name"],
            one["lot"] or "not stated",
            one["expiry_printed"] or one["expiry"] or "not stated",
            shown(one["drawn"]),
        )
        for one in products.get("taken", [])
    ]
    given = [
        (
            dose["name"] or "nobody knows of which",
            dose["lot"] or ("not stated" if dose["name"] else "-"),
            zone["zone"] or "no zone",
            shown(zone["volume"], at_least=zone["at_least"]),
        )
        for dose in products.get("doses", [])
        for zone in dose["zones"]
    ]
    unclear = [*products.get("unstated", []), *(one["sentence"] for one in products.get("unexplained", []))]
    parts = [
        table(("Product", "Lot", "Expiry", "Drawn"), taken) or paragraph("No product was stated."),
        table(("Product", "Lot", "Zone", "Given"), given),
        table(("Ingredient", "Zone", "Dose"), _ingredients(products)),
        table(("Syringe", "Prepared", "Given", "Left", "Wasted", "Difference", "Explained"), _balances(products)),
        listed(unclear),
    ]
    entries = [*of["medications"], *of["administrations"]]
    return section("Products given", ("29549-3", None), parts, entries, "unavailable")


def _ingredients(products: Json) -> list[tuple[str, ...]]:
    return [
        (one["name"], zone["zone"] or "no zone", shown(zone["dose"], at_least=zone["at_least"]))
        for one in products.get("ingredients", [])
        for zone in one["zones"]
    ]


def _balances(products: Json) -> list[tuple[str, ...]]:
    """What was in each syringe, and what became of it."""
    return [
        (
            str(one["syringe"]),
            shown(one["prepared"]),
            shown(one["given"], at_least=one["given_at_least"]),
            *(shown(one[name]) for name in ("left", "wasted", "difference")),
            one["explained"] or "-",
        )
        for one in products.get("reconciliation", [])
    ]


def _devices(found: Resources, of: Entries) -> Section:
    told = [_words(found, one) for one in (*of["devices"], *of["settings"], *of["clocks"])]
    told += [
        f"Log that the device on link {one['link']} keeps by itself: {one['path']}, SHA-256 {one['sha256']}"
        for one in found.said.get("device_logs", [])
    ]
    entries = [*of["devices"], *of["uses"], *of["metrics"], *of["settings"], *of["clocks"]]
    return section("Devices", ("46264-8", "History of medical device use"), [listed(told)], entries)


def _findings(found: Resources, of: Entries) -> Section:
    rows = [_zone_row("session", found.said), *(_zone_row(str(zone["zone"]), zone) for zone in found.said["zones"])]
    head = ("Zone", "Injections", "Volume", "Depth low, mean, high", "Current low, mean, high", "Charge")
    alarms = [_words(found, one) for one in of["alarms"]]
    gaps = [_words(found, one) for one in of["gaps"]]
    totals = [_words(found, one) for one in of["totals"]]
    parts = [
        table(head, rows),
        paragraph("Limits and alarms: " + ("" if alarms else "None")),
        listed(alarms),
        paragraph("Gaps in the recording: " + ("" if gaps else "None")),
        listed(gaps),
        listed(totals),
    ]
    kinds = ("summaries", "traces", "alarms", "acknowledgements", "gaps", "totals")
    return section(
        "Findings",
        ("59776-5", "Procedure findings Narrative"),
        parts,
        list(chain.from_iterable(of[kind] for kind in kinds)),
    )


def _zone_row(name: str, said: Json) -> tuple[str, ...]:
    injected, current = said["totals"]["injections"], said["totals"]["current"]
    return (
        name,
        _counted(injected) if injected is not None else "-",
        shown(injected["volume"], at_least=injected["volume_lower_bound"]) if injected is not None else "-",
        _spread(said, "depth"),
        _spread(said, "current_measured"),
        _charged(current) if current is not None else "-",
    )


def _counted(injected: Json) -> str:
    if injected["injections"] is None:
        return "not known"
    return f"{'at least ' if injected['injections_lower_bound'] else ''}{injected['injections']}"


def _charged(current: Json) -> str:
    if current["charge"] is None:
        return f"not known: {current['charge_unknown']}"
    return shown(current["charge"], at_least=current["charge_lower_bound"])


def _spread(said: Json, metric: str) -> str:
    spread = said["spreads"].get(metric)
    if spread is None:
        return "-"
    basis = f" ({spread['basis']})" if spread["basis"] else ""
    return f"{', '.join(shown(spread[part]) for part in ('low', 'mean', 'high'))}{basis}"


def _complications(found: Resources, of: Entries) -> Section:
    events = [_words(found, one) for one in of["adverse"]]
    told = [f"Reactions: {response(found.record)}", *(_words(found, one) for one in of["reactions"]), *events]
    return section(
        "Reactions and events",
        ("55109-3", "Complications Document"),
        [listed(told)],
        [*of["reactions"], *of["adverse"]],
    )


def _origin(found: Resources, of: Entries) -> Section:
    signed = [
        (one.by, one.role, one.registration or "-", one.meaning, one.at["wall"] if one.at else "-", one.since.value)
        for one in signatures(found.record)
    ]
    head = ("Signed by", "Role", "Registration", "Meaning", "Time", "Since then")
    parts = [
        paragraph(f"Signatures: {status(found.record).value}"),
        table(head, signed),
        listed(_words(found, one) for one in of["provenances"]),
    ]
    return section("Where this record comes from", "origin", parts, of["provenances"])


# -- what resources say ----------------------------------------------------------------------------------------


def _words(found: Resources, reference: Json) -> str:
    """The words with which a resource was taken."""
    return found.words(reference)


def _titles(found: Resources, documents: Sequence[Any]) -> str:
    return listed(_words(found, one) for one in documents)
