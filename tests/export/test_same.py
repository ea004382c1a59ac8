"""Every format says the same as the screen: each figure of `show --json` is in all of them, with unit and bound."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from devicelog.bodymap.names import name_of
from devicelog.export.csv import csv_package
from devicelog.export.fhir import bundles
from devicelog.export.folder.readme import write as write_readme
from devicelog.export.hl7.oru import oru
from devicelog.export.pdf import session_pdf
from devicelog.export.session import ExportedSession
from devicelog.record import amounts, as_json, facts
from devicelog.record.caveats import Dose
from devicelog.terminal.summary import summary
from tests.export import drawn_sessions, figures
from tests.export.fhir import sessions
from tests.export.figures import UNKNOWN, Document, hl7_text, rows, text, without_nothing
from tests.export.hl7.reader import Message
from tests.export.pdf.conftest import read

SESSIONS: Mapping[str, Callable[[], ExportedSession]] = {
    made.__name__: made
    for made in (
        sessions.signed, sessions.at_least, sessions.current, sessions.refused, sessions.interrupted,
        sessions.corrected, sessions.zone_corrected, drawn_sessions.both, drawn_sessions.without_volumes,
        drawn_sessions.typed, sessions.went_on,
    )
}  # fmt: skip


@dataclass
class Formats:
    """A session in every format, each made once."""

    session: ExportedSession
    folder: Path

    @cached_property
    def json(self) -> Mapping[str, Any]:
        return as_json.content(self.session.record)

    @cached_property
    def csv(self) -> Path:
        csv_package.write(self.session, self.folder)
        return self.folder

    @cached_property
    def fhir(self) -> Document:
        bundles.write(self.session, self.folder)
        return Document.read(self.folder / "fhir_document.json")

    @cached_property
    def hl7(self) -> Message:
        return Message(oru(self.session))

    @cached_property
    def pdf(self) -> str:
        session_pdf.write(self.session, self.folder)
        return " ".join(read(self.folder / session_pdf.FILE).split())

    @cached_property
    def readme(self) -> str:
        write_readme(self.session, self.folder, ["csv"])
        return " ".join((self.folder / "README.txt").read_text("utf-8").split())

    @cached_property
    def screen(self) -> str:
        out = io.StringIO()
        Console(file=out, width=400, color_system=None).print(summary(self.session.record))
        return " ".join(out.getvalue().split())


@pytest.fixture(scope="module")
def formats(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Formats]:
    made: dict[str, Formats] = {}

    def make(name: str) -> Formats:
        if name not in made:
            made[name] = Formats(SESSIONS[name](), tmp_path_factory.mktemp(name))
        return made[name]

    return make


@pytest.fixture(params=SESSIONS)
def one(request: pytest.FixtureRequest, formats: Callable[[str], Formats]) -> Formats:
    return formats(request.param)


def test_tables_fhir_and_hl7_have_every_sum_and_spread(one: Formats) -> None:
    said = figures.of_json(one.json)
    uncounted = {name: told for name, told in said.items() if name[1] not in ("without_volume", "purges")}

    assert figures.of_csv(one.csv) == uncounted
    assert one.fhir.figures() == said
    sent = without_nothing(figures.of_hl7(one.hl7))
    if one.json["totals"]["injections"] is None and one.json["totals"]["current"] is None:
        sent = {name: told for name, told in sent.items() if name[1] != "elapsed"}
    assert sent == without_nothing(said)


def test_the_pages_and_the_screen_have_every_sum_of_injections(one: Formats) -> None:
    for zone in one.json["zones"]:
        row = _injected(one, zone)
        if row is not None:
            assert row in one.pdf
            assert row in one.screen


def _injected(one: Formats, zone: Mapping[str, Any]) -> str | None:
    """A row of a zone as people read it."""
    given = zone["totals"]["injections"]
    if given is None or not (one.json["totals"]["injections"]["triggers"] or given["volume"]):
        return None
    triggers = "–" if given["triggers"] is None else str(given["triggers"])
    counted = _bound(given["injections"], given["injections_lower_bound"], "count")
    volume = _bound(given["volume"] and given["volume"]["value"], given["volume_lower_bound"], "mL")
    depth = zone["spreads"].get("depth")
    depths = [
        amounts.number(_decimal(depth[part]["value"]), "mm") if depth else "–" for part in ("low", "mean", "high")
    ]
    return " ".join([name_of(zone["zone"], zone.get("code")), counted, triggers, volume, *depths])


def _decimal(value: object) -> Decimal:
    return Decimal(str(value))


def _bound(value: object, at_least: bool, unit: str) -> str:
    return amounts.bound(Dose(None if value is None else _decimal(value), at_least), unit)


def test_the_pages_and_the_screen_have_every_charge(one: Formats) -> None:
    for zone in one.json["zones"]:
        given = zone["totals"]["current"]
        if given is not None and given["samples"]:
            charge = _bound(given["charge"] and given["charge"]["value"], given["charge_lower_bound"], "mA*min")
            name = name_of(zone["zone"], zone.get("code"))
            time = amounts.since_start(int(_decimal(zone["totals"]["elapsed"]["value"]) * 1_000_000))
            assert f"{name} {time} {given['samples']} {charge}" in one.pdf
            assert f"{name} {given['samples']} {time}" in one.screen
            assert charge in one.screen


def test_doses_of_products_are_the_same(one: Formats) -> None:
    products = one.json.get("products")
    if products is None:
        assert not one.fhir.all("MedicationAdministration")
        return
    doses = {
        (dose["name"], dose["lot"], part["zone"], text(part["volume"]["value"], "mL", at_least=part["at_least"]))
        for dose in products["doses"]
        for part in dose["zones"]
    }
    tables = {
        (row["of"], row["lot"] or None, row["zone"], text(row["volume [mL]"], "mL", at_least=row["at least"] == "yes"))
        for row in rows(one.csv, "product_doses.csv")
        if row["volume [mL]"]
    }
    assert tables == doses
    assert one.fhir.doses() == doses
    sent = Counter(hl7_text(row) for row in one.hl7.rows("product-dose") if row[20])
    assert sent == Counter(told for *_, told in doses)
    for name, lot, zone, told in doses:
        amount, least = amounts.number(_decimal(told.removeprefix(">=").split()[0]), "mL"), "≥ " * told.startswith(">=")
        place = name_of(zone, one.session.record.places.get(zone))
        assert (f", lot {lot} " if lot else name) in one.pdf
        assert f"{place} {least}{amount}" in one.pdf
        assert f"{place} {least}{amount} mL" in one.screen


def test_what_was_given_of_a_lot_is_no_less_a_lower_bound_than_its_doses(one: Formats) -> None:
    for lot in one.json.get("products", {}).get("lots", []):
        least = any(dose["at_least"] for dose in one.json["products"]["doses"] if dose["name"] == lot["name"])
        said = _bound(lot["given"]["value"], least, "mL")
        drawn, inside = (_bound(lot[name]["value"], False, "mL") for name in ("drawn", "in_syringes"))
        assert f"{drawn} {inside} {said} " in one.screen


def test_gaps_have_the_same_cause_length_and_loss(one: Formats) -> None:
    gaps = one.json["gaps"]
    told = [(gap["cause"], gap["missing_reports"]) for gap in gaps]
    tables = rows(one.csv, "gaps.csv")
    observed = one.fhir.all("Observation", "recording-gap")

    missing = [row["missing reports [count]"] for row in tables]
    assert [(row["cause"], int(lost) if lost else None) for row, lost in zip(tables, missing, strict=True)] == told
    assert [row.parts(5)[0] for row in one.hl7.rows("cause")] == [cause for cause, _ in told]
    lost = [UNKNOWN if count is None else text(count, "count") for _, count in told]
    assert [hl7_text(row) for row in one.hl7.rows("missing-reports")] == lost
    assert len(observed) == len(gaps)
    periods = {(o["effectivePeriod"]["start"], o["effectivePeriod"].get("end")) for o in observed}
    assert periods == {(gap["since"], gap["until"]) for gap in gaps}
    for gap, row in zip(gaps, tables, strict=True):
        if gap["until"] is not None:
            length = _decimal(gap["until_after"]["value"]) - _decimal(gap["since_after"]["value"])
            assert _decimal(row["duration [s]"]) == length
            assert f" {amounts.number(length, 's')} " in one.pdf
    assert ("Gaps in the recording: None" in one.pdf) == ("Gaps None" in one.screen) == (not gaps)


def test_alarms_are_as_many_of_each_priority(one: Formats) -> None:
    told = Counter(alarm["priority"] for alarm in one.json["alarms"])

    assert Counter(row["priority"] for row in rows(one.csv, "alarms.csv")) == told
    assert Counter(row.parts(5)[0] for row in one.hl7.rows("alarm-priority")) == told
    assert hl7_text(one.hl7.rows("alarms")[-1]) == text(sum(told.values()), "count")
    for alarm in one.json["alarms"]:
        assert any(alarm["text"] in str(issue) for issue in one.fhir.all("DetectedIssue"))
    if len(one.json["alarms"]) <= 12:
        for alarm in one.json["alarms"]:
            said = amounts.sentence(alarm["text"].partition(" in ")[0])
            assert said in one.pdf
            assert said in one.screen


def test_who_acknowledged_an_alarm_and_when_stands_in_every_format(one: Formats) -> None:
    seen = {alarm["alarm"]: alarm["acknowledged"] for alarm in one.json["alarms"] if "acknowledged" in alarm}
    told = [(datetime.fromisoformat(made["at"]), made["by"]) for each in seen.values() for made in each]

    events = one.fhir.all("Observation", "session-event")
    acknowledged = [event for event in events if "alarm-acknowledged" in str(event["valueCodeableConcept"])]
    assert [one.fhir.acknowledgement(event) for event in acknowledged] == told
    sent = one.hl7.rows("alarm-acknowledged")
    assert [(datetime.strptime(row[5], "%Y%m%d%H%M%S.%f%z"), row.parts(16)[1]) for row in sent] == told
    for row in rows(one.csv, "alarms.csv"):
        each = seen.get(int(row["alarm [1]"]), [])
        first = each[0] if each else {"at": "", "by": ""}
        assert (row["acknowledged time_utc"], row["acknowledged by"]) == (first["at"], first["by"])
        assert row["acknowledgements [count]"] == str(len(each))
    for made in (made for each in seen.values() for made in each):
        said = f"at {amounts.since_start(round(Decimal(made['at_after']['value']) * 1_000_000))} by {made['by']}"
        assert said in one.pdf
        assert said in one.screen


def test_sessions_are_compared_whose_alarms_somebody_acknowledged(formats: Callable[[str], Formats]) -> None:
    told = [alarm.get("acknowledged", []) for alarm in formats("signed").json["alarms"]]
    assert [one["by"] for each in told for one in each] == [sessions.BY, "Nurse B. Seen"]


def test_by_which_way_it_was_begun_and_when_nobody_listened_stands_in_every_format(one: Formats) -> None:
    record, row = one.session.record, rows(one.csv, "session.csv")[0]
    begun, stops = facts.begun(record), facts.stops(record) if record.stops.all else None

    told = one.json.get("begun", {})
    assert (row["begun through"], row["begun by"]) == (told.get("through", ""), told.get("by", ""))
    assert row["stopped"] == (stops or "")
    assert [sent[5] for sent in one.hl7.rows("session-begun")] == ([begun] if begun is not None else [])
    assert [sent[5] for sent in one.hl7.rows("recording-stopped")] == ([stops] if stops is not None else [])
    for said in filter(None, (begun, stops)):
        assert said in one.pdf
        assert said in one.screen
        assert said in str(one.fhir.resources)


def test_sessions_of_every_way_of_beginning_are_compared(formats: Callable[[str], Formats]) -> None:
    told = [facts.begun(formats(name).session.record) for name in ("signed", "went_on", "interrupted", "at_least")]
    assert told == [
        f"on a page of the station, by {sessions.BY}",
        "through the API of the station, by token of the appointment book",
        "in a terminal",
        None,
    ]
    assert "it did not go on: another session was begun after it" in formats("interrupted").json["marks"]["interrupted"]


def test_marks_and_what_is_missing_stand_in_every_format(one: Formats) -> None:
    sent = " ".join(one.hl7.data.decode().replace("\\T\\", "&").split())
    papers = {"pdf": one.pdf, "screen": one.screen, "readme": one.readme, "hl7": sent, "fhir": str(one.fhir.resources)}
    texts = [*one.json["marks"].values()]
    texts += [what for item in one.json["completeness"] for what in item["missing"]]

    lacking = {name: [said for said in texts if said not in paper] for name, paper in papers.items()}

    assert lacking == {key: [] for key in papers}
    table = {row["aspect"]: row["missing"] for row in rows(one.csv, "completeness.csv")}
    assert table == {item["aspect"]: "; ".join(item["missing"]) for item in one.json["completeness"]}


def test_corrections_have_the_old_value_beside_the_new_one(one: Formats) -> None:
    changes = [
        change for made in one.json["amendments"] if made["what"] == "corrected" for change in made.get("changes", [])
    ]
    tables = [(row["before"], row["after"]) for row in rows(one.csv, "corrections.csv")]

    assert tables == [(str(change["old"] or ""), str(change["new"] or "")) for change in changes]
    for change in changes:
        old, new = (amounts.shown(change[name], change["field"]) for name in ("old", "new"))
        assert f"{old} {new}" in one.pdf
        assert f"{old} {new}" in one.screen
        assert f"{change['old'] or 'nothing'} became {change['new']}" in str(one.fhir.resources)


def test_signatures_have_name_role_and_meaning(one: Formats) -> None:
    status = one.json["signature_status"]

    assert [row.parts(5)[0] for row in one.hl7.rows("signature-status")] == [status]
    assert [row["meaning"] for row in rows(one.csv, "signatures.csv")] == [s["meaning"] for s in one.json["signatures"]]
    assert len(one.fhir.all("Composition")[0].get("attester", [])) == len(one.json["signatures"])
    for signature in one.json["signatures"]:
        who = f"{signature['by']}, {signature['role']}"
        assert who in one.pdf
        assert signature["meaning"] in one.pdf
        assert signature["by"] in one.screen
        assert signature["meaning"] in one.screen
    assert status in one.screen.lower()
    assert status in one.pdf.lower()
