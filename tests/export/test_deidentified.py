"""A de-identified export tells nothing of who, where and when, says so everywhere, and still adds up."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.export import chosen
from devicelog.export.deidentified import deidentified, signing_key
from devicelog.export.deidentified.cover import LEFT_OUT, MOST_DAYS, Cover
from devicelog.export.deidentified.protocol import treatment_protocol
from devicelog.export.deidentified.sentences import alarm_sentence
from devicelog.export.deidentified.table import TABLE
from devicelog.export.folder import manifest
from devicelog.export.folder.package import sign_files, write_files
from devicelog.export.json import session_json
from devicelog.export.proof.check import check_export
from devicelog.export.session import ExportedSession
from devicelog.ledger import Kind, check_chain
from devicelog.ledger import Line as LedgerLine
from devicelog.ledger.amendment import versions
from devicelog.record.as_json import content
from devicelog.treatment.kept import kept
from devicelog.treatment.protocol_file import find, limits_kept, parse
from tests.export import everything
from tests.export.everything_stated import BY
from tests.waiting import PATIENCE

SECRET = b"of the installation"
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{24,}={0,2}")


jsonschema: Any = import_module("jsonschema")


@pytest.fixture(scope="module")
def identified() -> ExportedSession:
    """The session as it was recorded."""
    return ExportedSession.of(everything.Source())


@pytest.fixture(scope="module")
def session(identified: ExportedSession) -> ExportedSession:
    """The same, de-identified."""
    return deidentified(identified, SECRET)


@pytest.fixture(scope="module")
def folder(session: ExportedSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All formats of it, signed."""
    return _written(session, tmp_path_factory.mktemp("deidentified") / session.record.session)


@pytest.fixture(scope="module")
def record(session: ExportedSession) -> dict[str, Any]:
    """What it says, as JSON has it."""
    return content(session.record)


def _written(session: ExportedSession, folder: Path) -> Path:
    folder.mkdir()
    write_files(session, folder, chosen(()))
    sign_files(folder, chosen(()), signing_key(SECRET))
    return folder


# -- what is nowhere in it -------------------------------------------------------------------------------------


def test_no_byte_of_any_file_holds_what_identifies(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        if path.name == session_json.SCHEMA:
            continue  # the same in every export
        found = [planted for text in _seen(path) for planted in _planted_in(text)]
        assert found == [], f"{path.name} tells {found[:5]}"


def test_what_is_looked_for_is_found_in_the_export_that_identifies(identified: ExportedSession, tmp_path: Path) -> None:
    folder = _written(identified, tmp_path / "identified")
    found = {planted for path in folder.iterdir() for text in _seen(path) for planted in _planted_in(text)}
    assert found >= {b"marker", *(day.encode() for day in everything.DAYS)}


def _seen(path: Path) -> Iterator[bytes]:
    """The bytes of a file, its text and its streams if it is a PDF, and all of that of what is in it as base64."""
    data = path.read_bytes()
    yield path.name.encode()
    yield from _unfolded(data)
    for inside in _decoded(data):
        yield from _unfolded(inside)
        yield from _decoded(inside)


def _decoded(data: bytes) -> Iterator[bytes]:
    """What may be base64 in it; a JSON string may have its slashes escaped."""
    for match in _BASE64.finditer(data.replace(b"\\/", b"/")):
        whole = match[0].rstrip(b"=")
        yield base64.b64decode(whole[: len(whole) // 4 * 4])


def _unfolded(data: bytes) -> Iterator[bytes]:
    yield data
    if not data.startswith(b"%PDF"):
        return
    for program, arguments in (("pdftotext", ["-", "-"]), ("qpdf", ["--qdf", "--object-streams=disable", "-", "-"])):
        if shutil.which(program) is None:
            assert os.environ.get("CI") != "true", f"{program} is not installed"
            continue
        yield _said_by(program, arguments, data)


def _said_by(program: str, arguments: list[str], data: bytes) -> bytes:
    if program == "qpdf":  # reads no pipe
        from tempfile import TemporaryDirectory

        with TemporaryDirectory() as folder:
            (Path(folder) / "in.pdf").write_bytes(data)
            done = subprocess.run(
                [program, *arguments[:2], "in.pdf", "-"], cwd=folder, capture_output=True, timeout=PATIENCE, check=False
            )
            return done.stdout
    return subprocess.run([program, *arguments], input=data, capture_output=True, timeout=PATIENCE, check=True).stdout


def _planted_in(text: bytes) -> list[bytes]:
    days = [day.encode() for day in everything.DAYS]
    shapes = {day: (day, day.replace(b"-", b""), b".".join(reversed(day.split(b"-")))) for day in days}
    found = [day for day, written in shapes.items() if any(one in text for one in written)]
    return found + ([b"marker"] if b"marker" in text.lower() or b"1790000000" in text else [])


@given(
    st.text("abcdefghijklmnopqrstuvwxyz", min_size=12, max_size=20),
    st.dates(date(1990, 1, 1), date(2090, 12, 31)),
    st.sampled_from(sorted(set(Kind) - {Kind.OBSERVATION, Kind.AMENDED, Kind.STARTED, Kind.LAYOUT})),
)
def test_a_field_that_the_table_does_not_know_never_comes_through(word: str, day: date, kind: Kind) -> None:
    planted = {"of_later": word, "and": {"by": word, "on": [day.isoformat(), {"x": word}]}}
    made = json.dumps(TABLE[kind]({**planted, "at": {**planted, "zone": word}, "by": planted}, Cover(SECRET, "p")))
    assert word not in made
    assert day.isoformat() not in made


def test_a_kind_that_is_not_known_leaves_an_empty_place(session: ExportedSession) -> None:
    assert [entry.content for entry in session.entries() if entry.kind not in set(Kind)] == [{}]


def test_every_kind_of_entry_is_in_the_table_and_in_these_tests(identified: ExportedSession) -> None:
    assert set(TABLE) == set(Kind)
    assert {entry.kind for entry in identified.entries()} >= set(Kind)


def test_it_has_no_ledger(session: ExportedSession) -> None:
    source = session.source
    assert (list(source.chunks()), list(source.seals()), session.seal_text, source.reference) == ([], [], None, None)
    assert session.seal_said.startswith("Left out")
    assert source.keys.keys == [signing_key(SECRET).public_key().public_bytes_raw()]


# -- what stays ------------------------------------------------------------------------------------------------


def test_figures_zones_products_and_lots_stay(identified: ExportedSession, record: dict[str, Any]) -> None:
    was = content(identified.record)
    for part in (
        "totals",
        "spreads",
        "observations",
        "verdicts",
        "accounting",
        "reconciliation",
        "duration",
        "entries",
    ):
        assert record[part] == was[part], part
    assert [zone["zone"] for zone in record["zones"]] == [zone["zone"] for zone in was["zones"]] == ["forehead"]
    taken = record["products"]["taken"][0]
    assert (taken["name"], taken["lot"]) == ("Hyal", "LOT-77")
    assert [alarm["peak"] for alarm in record["alarms"]] == [alarm["peak"] for alarm in was["alarms"]]


def test_every_date_is_moved_by_the_same_days_and_the_time_of_day_stays(
    identified: ExportedSession, record: dict[str, Any]
) -> None:
    was = content(identified.record)
    days = _days(was["started"], record["started"])
    assert 1 <= abs(days) <= MOST_DAYS
    pairs = [
        (was["until"], record["until"]),
        (was["signatures"][0]["at"]["wall"], record["signatures"][0]["at"]["wall"]),
        (was["products"]["taken"][0]["expiry"], record["products"]["taken"][0]["expiry"]),
        (was["screening"]["answers"][0]["ended"], record["screening"]["answers"][0]["ended"]),
        (was["protocol"]["approved"]["at"], record["protocol"]["approved"]["at"]),
        *((a["happened"], b["happened"]) for a, b in _afterwards(was, record) if a["happened"]),
        *((a["written"], b["written"]) for a, b in _afterwards(was, record)),
    ]
    assert len(pairs) > 15
    for before, after in pairs:
        assert (_days(before, after), after[10:]) == (days, before[10:])
    assert record["device_clocks"][0]["ahead_of_utc"] == was["device_clocks"][0]["ahead_of_utc"]
    assert record["session"][:8] == record["started"][:10].replace("-", "")


def _afterwards(was: dict[str, Any], now: dict[str, Any]) -> list[tuple[Any, Any]]:
    return list(zip(was["afterwards"]["statements"], now["afterwards"]["statements"], strict=True))


def _days(before: str, after: str) -> int:
    return (date.fromisoformat(after[:10]) - date.fromisoformat(before[:10])).days


def test_the_place_of_a_text_says_that_it_was_left_out(record: dict[str, Any]) -> None:
    assert [note["text"] for note in record["notes"]] == [LEFT_OUT]
    assert record["ended_because"] == LEFT_OUT
    assert [event["text"] for event in record["events"]] == [LEFT_OUT, LEFT_OUT, None]
    assert record["gaps"][0]["cause"] == LEFT_OUT
    assert record["amendments"][0]["reason"] == LEFT_OUT


def test_a_correction_shows_both_values_as_the_field_itself_does(record: dict[str, Any]) -> None:
    on, taken_by, practitioner = record["amendments"][1]["changes"]
    assert _days(on["old"], on["new"]) == _days(everything.CONSENT, everything.TAKEN)
    assert taken_by["old"].startswith("person-")
    assert taken_by["old"] != taken_by["new"]
    assert practitioner["new"] == record["practitioner"]


def test_an_alarm_of_a_limit_says_it_again_and_others_say_what_they_are_about(record: dict[str, Any]) -> None:
    assert [alarm["text"] for alarm in record["alarms"]] == [
        "zone volume_total 0.52 mL in forehead is above the soft limit of 0.5 mL",
        "another device on the line",
        "the device raised an alarm (code 7)",
        f"{LEFT_OUT}: the alarm's words",
    ]
    assert alarm_sentence({}, "no data from test-gun: the device is silent", None) == "no data: the device is silent"
    assert alarm_sentence({}, "no data from test-gun: Marker", None) == f"no data: {LEFT_OUT}"


def test_who_acknowledged_an_alarm_has_the_pseudonym_that_he_has_elsewhere(
    identified: ExportedSession, record: dict[str, Any]
) -> None:
    was = [one["by"] for alarm in content(identified.record)["alarms"] for one in alarm.get("acknowledged", ())]
    told = [one["by"] for alarm in record["alarms"] for one in alarm.get("acknowledged", ())]
    assert was == [BY]
    assert told == [record["amendments"][1]["changes"][2]["old"]]
    assert told[0].startswith("person-")


def test_its_versions_and_its_own_chain_are_whole(session: ExportedSession, identified: ExportedSession) -> None:
    assert all(isinstance(found, LedgerLine) for found in check_chain(session.source.lines()))
    assert [v.last for v in versions(session.source.lines)] == [v.last for v in versions(identified.source.lines)]


# -- pseudonyms ------------------------------------------------------------------------------------------------


def test_the_same_session_gives_the_same_bytes(identified: ExportedSession, folder: Path, tmp_path: Path) -> None:
    again = _written(deidentified(identified, SECRET), tmp_path / "again")
    assert (again / manifest.SUMS).read_bytes() == (folder / manifest.SUMS).read_bytes()


def test_another_installation_has_other_pseudonyms_and_other_days() -> None:
    covers = [Cover(secret, "p") for secret in (b"one", b"two")]
    assert len({cover.subject for cover in covers}) == 2
    assert len({cover.named("person", "Dr. A") for cover in covers}) == 2
    assert len({cover.days for cover in covers}) == 2


def test_a_person_who_has_two_ids_is_one_person(identified: ExportedSession, session: ExportedSession) -> None:
    merged = deidentified(identified, SECRET, person="subject-1111111111111111")
    assert merged.record.started["subject"] == Cover(SECRET, "subject-1111111111111111").subject
    assert merged.record.started["subject"] != session.record.started["subject"]


def test_capitals_and_blanks_make_nobody_another_person() -> None:
    cover = Cover(SECRET, "p")
    assert cover.named("person", "Dr.  a ") == cover.named("person", "Dr. A")


@given(st.integers(0, 10_000), st.dates(date(1, 1, 1), date(9999, 12, 31)))
def test_dates_move_by_whole_days_and_never_by_none(person: int, day: date) -> None:
    cover = Cover(SECRET, str(person))
    assert 1 <= abs(cover.days) <= MOST_DAYS
    moved = cover.moment(f"{day.isoformat()}T10:05:00.250Z")
    assert moved is None or (_days(day.isoformat(), moved), moved[10:]) == (cover.days, "T10:05:00.250Z")


def test_no_offset_tells_summer_from_winter(folder: Path) -> None:
    told = {path.name for path in folder.iterdir() for text in _seen(path) if b"+02:00" in text or b"+0200" in text}
    assert told == set()
    cover = Cover(SECRET, "p")
    assert cover.moment("2026-07-01T00:30:00+02:00") == cover.moment("2026-06-30T22:30:00+00:00")


# -- the treatment protocol ------------------------------------------------------------------------------------


def test_a_protocol_of_a_clinics_own_keeps_its_numbers_and_no_words() -> None:
    shipped = find("meso-face-gun-intradermal")
    text = shipped.text.replace(shipped.id, "marker-face").replace(shipped.title, "Praxis Marker")
    own = kept(parse(text, where="a test"), {"by": "Dr. Marker", "at": "2026-01-01T00:00:00Z", "role": "physician"})
    made = treatment_protocol(own, Cover(SECRET, "p"))
    assert "marker" not in json.dumps(made).lower()
    assert "#" not in made["text"].replace("# ", "")
    before, after = limits_kept(own), limits_kept(made)
    assert [(one.number, one.name, one.soft, one.hard) for one in after] == [
        (one.number, one.name, one.soft, one.hard) for one in before
    ]


def test_a_shipped_protocol_with_other_words_beside_it_is_none() -> None:
    own = {**kept(find("meso-face-gun-intradermal")), "title": "Praxis Marker"}
    assert "marker" not in json.dumps(treatment_protocol(own, Cover(SECRET, "p"))).lower()


# -- that everybody sees it ------------------------------------------------------------------------------------


def test_it_says_so_in_every_file_that_people_read(folder: Path, record: dict[str, Any]) -> None:
    assert next(iter(record["marks"])) == "deidentified"
    assert "DE-IDENTIFIED" in (folder / "README.txt").read_text(encoding="utf-8")
    assert "left out" in (folder / "README.txt").read_text(encoding="utf-8")
    document = json.loads((folder / session_json.FILE).read_bytes())
    assert document["deidentified"] is True
    assert document["record"]["marks"]["deidentified"].startswith("DE-IDENTIFIED")


def test_the_schema_allows_it_and_no_ledger_in_it(folder: Path) -> None:
    document = json.loads((folder / session_json.FILE).read_bytes())
    schema = json.loads((folder / session_json.SCHEMA).read_bytes())
    validator = jsonschema.Draft202012Validator(schema)
    tops = [error for error in validator.iter_errors(document) if not error.absolute_path]
    assert tops == []
    assert [e for e in validator.iter_errors({**document, "ledger": {}}) if not e.absolute_path]
    assert [
        e
        for e in validator.iter_errors({k: v for k, v in document.items() if k != "deidentified"})
        if not e.absolute_path
    ]


def test_verify_says_that_files_and_signature_alone_were_checked(folder: Path, tmp_path: Path) -> None:
    key = signing_key(SECRET).public_key().public_bytes_raw()
    findings = check_export(folder, [b"another"], deidentifying=key)
    assert findings.holds
    assert any("only files and signature" in note for note in findings.notes)
    assert any("which is this installation's" in note for note in findings.notes)
    changed = shutil.copytree(folder, tmp_path / "changed")
    data = (changed / session_json.FILE).read_bytes()
    (changed / session_json.FILE).write_bytes(data.replace(b"LOT-77", b"LOT-78"))
    assert [fault.file for fault in check_export(changed, None).faults] == [session_json.FILE]
