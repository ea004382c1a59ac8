"""What the pages say, read by programs that others wrote: all that the record says, in the order of a record page."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from devicelog.export.pdf import session_pdf
from devicelog.export.pdf.block import short
from devicelog.export.pdf.page import page
from devicelog.record import amounts
from devicelog.record.caveats import dose, marks
from devicelog.record.completeness import lacking_by_aspect
from devicelog.store.writer import Writer
from tests.export.pdf import sessions
from tests.export.pdf.conftest import Sheet, program, read
from tests.waiting import PATIENCE

Sheets = Callable[..., Sheet]
EVERY = ("gun", "current", "troubled", "empty", "typed", "arabic", "erased")


# -- the file --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY)
def test_the_file_is_sound_tagged_and_says_that_it_is_to_be_kept(sheet: Sheets, name: str) -> None:
    found = sheet(name)

    checked = subprocess.run(
        [program("qpdf"), "--check", found.path], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    told = subprocess.run(
        [program("pdfinfo"), found.path], capture_output=True, text=True, timeout=PATIENCE, check=True
    ).stdout

    assert (checked.returncode, checked.stderr) == (0, "")
    assert re.search(r"Tagged: +yes", told)
    assert f"Record of a treatment session {found.record.session}" in told
    assert b"<pdfaid:part>2</pdfaid:part>" in found.data
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in found.data
    assert b"<pdfuaid:part>1</pdfuaid:part>" in found.data


def test_its_tables_have_heads_and_its_pictures_words(sheet: Sheets) -> None:
    objects = subprocess.run(
        [program("qpdf"), "--qdf", "--object-streams=disable", sheet("gun").path, "-"],
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    ).stdout

    assert objects.count(b"/S /TH") >= 30
    assert b"/S /H1" in objects
    assert b"/S /H2" in objects
    assert b"/Lang (en)" in objects
    alternatives = re.findall(rb"/Alt \(((?:[^()\\]|\\.)*)\)", objects)
    assert any(b"injections: 300" in text for text in alternatives)
    assert any(b"QR code" in text for text in alternatives)


@pytest.mark.parametrize("name", EVERY)
def test_every_font_is_inside(sheet: Sheets, name: str) -> None:
    listed = subprocess.run(
        [program("pdffonts"), sheet(name).path], capture_output=True, text=True, timeout=PATIENCE, check=True
    ).stdout

    fonts = listed.splitlines()[2:]
    assert fonts
    assert all(re.search(r" yes yes yes ", font) for font in fonts), listed


@pytest.mark.parametrize(("name", "pages"), [("gun", 2), ("current", 2), ("typed", 2), ("empty", 1), ("troubled", 2)])
def test_it_stays_a_page_or_two_and_goes_on_only_where_very_much_happened(sheet: Sheets, name: str, pages: int) -> None:
    assert len(sheet(name).pages) <= pages


@pytest.mark.parametrize("name", ["gun", "troubled"])
def test_no_word_leaves_the_page_or_its_margin(sheet: Sheets, name: str) -> None:
    told = subprocess.run(
        [program("pdftotext"), "-bbox", sheet(name).path, "-"], capture_output=True, timeout=PATIENCE, check=True
    )
    words = re.findall(r'xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)"', told.stdout.decode())

    assert len(words) > 400
    assert min(float(left) for left, _ in words) > 33
    assert max(float(right) for _, right in words) < 595.3 - 33


def test_a_long_text_is_cut_between_words_and_says_so() -> None:
    cut = short("all is well " * 100)

    assert cut.endswith("… (cut here: 1200 characters, whole in session.json)")
    assert set(cut.partition(" …")[0].split()) == {"all", "is", "well"}
    assert short("x" * 700).startswith("x" * 600 + " …")


@pytest.mark.parametrize("name", ["gun", "current"])
def test_an_ordinary_session_fits_into_a_message(sheet: Sheets, name: str) -> None:
    """What is longer in base64 than 65,536 characters is cut by some engines of HL7."""
    assert len(sheet(name).data) < 49_000


# -- every page ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY)
def test_every_page_says_whose_which_session_and_which_page(sheet: Sheets, name: str) -> None:
    found = sheet(name)

    for number, text in enumerate(found.pages, start=1):
        head = " ".join(text.split("\n")[0].split())
        assert f"Session {found.record.session} · page {number} of {len(found.pages)}" in head
        assert found.session.source.reference or found.record.started["subject"] in head
        assert "Recording and documentation only" in text


@pytest.mark.parametrize(
    ("name", "stamp"), [("gun", "SIMULATED"), ("current", "SIMULATED"), ("typed", "TYPED BY HAND")]
)
def test_a_simulated_or_typed_session_says_so_on_every_page(sheet: Sheets, name: str, stamp: str) -> None:
    for text in sheet(name).pages:
        assert stamp in text.split("\n")[0]


def test_name_birth_date_and_number_stand_on_every_page(sheet: Sheets) -> None:
    for text in sheet("gun").pages:
        assert "Maria Sörensen, born 1984-05-17, no. P-0017" in text


@pytest.mark.parametrize("name", EVERY)
def test_no_moment_is_told_as_programs_write_it(sheet: Sheets, name: str) -> None:
    assert re.findall(r"\S*\dT\d\d:\d\d\S*", sheet(name).flow) == []


# -- what it says ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY)
def test_marks_stand_at_the_top_of_the_first_page(sheet: Sheets, name: str) -> None:
    found = sheet(name)
    top = " ".join(found.pages[0].split("Patient")[0].split())

    assert marks(found.record)
    for sentence in marks(found.record).values():
        assert sentence in top


def test_it_is_in_the_order_of_a_record_page(sheet: Sheets) -> None:
    order = [
        "Example Clinic, room 2",
        "Patient",
        "Practitioner",
        "Before treatment",
        "Products",
        "Treatment given",
        "Doses by product and zone",
        "Limits reached",
        "Other alarms",
        "Reactions and events",
        "Device",
        "Gaps in the recording",
        "Device totals against the record",
        "Syringes",
        "Amendments",
        "Notes, aftercare, follow-up",
        "Missing from this record",
        "Signatures",
        "Seal",
    ]
    text = "\n".join(sheet("gun").pages)

    places = [re.search(rf"(?m)(?:^|  ){re.escape(title)}(?::|\s)", text) for title in order]

    missing = [title for title, place in zip(order, places, strict=True) if place is None]
    assert missing == []
    starts = [place.start() for place in places if place is not None]
    assert starts == sorted(starts)


def test_the_chart_is_on_the_first_page(sheet: Sheets) -> None:
    for name in ("gun", "current", "troubled", "typed"):
        assert "time since the beginning, min:s" in sheet(name).pages[0], name


def test_each_figure_of_a_zone_is_that_of_the_record(sheet: Sheets) -> None:
    found = sheet("gun")
    record = found.record

    for zone, name in (("forehead", "Forehead"), ("cheek.left", "Cheek, left"), ("cheek.right", "Cheek, right")):
        spread = record.spreads[zone, "depth"]
        values = [
            amounts.bound(dose(record, zone, "injections"), "count"),
            str(record.tally.zones[zone].triggers),
            amounts.bound(dose(record, zone, "volume"), "mL"),
            *(amounts.number(value, "mm") for value in (spread.low, spread.mean, spread.high)),
        ]
        assert " ".join([name, *values]) in found.text
    assert "volume (mL)" in found.text
    assert "mean depth (mm)" in found.text


def test_products_have_maker_lot_expiry_and_what_was_drawn_and_given(sheet: Sheets) -> None:
    text = sheet("gun").text

    assert re.search(r"1 Hyal 10, Maker Ltd LOT-4711 2027-05-31 product; hyaluronic acid 10 mg/mL 4 [\d.]+", text)
    assert "EXPIRED 2026-10-31" in text
    assert "needle 32 G, 4 mm, lot N-1" in text


def test_doses_by_zone_add_up_to_what_was_given(sheet: Sheets) -> None:
    text = sheet("gun").text

    found = re.search(
        r"Hyal 10, lot LOT-4711 Forehead ([\d.]+); Cheek, left ([\d.]+); Cheek, right ([\d.]+) ([\d.]+) mL", text
    )

    assert found is not None
    *parts, total = map(Decimal, found.groups())
    assert sum(parts) == total


def test_what_was_asked_before_has_its_severity_and_the_reason_of_an_override(sheet: Sheets) -> None:
    text = sheet("gun").text

    assert "STOP Anticoagulants: the answer is yes." in text
    assert "OVERRIDDEN by Dr. Ann Example: stopped five days ago, agreed with" in text
    assert "opinion of Dr. B. Haem" in text
    assert "session 2 of the course meso-face, 14 days after session" in text
    assert "GMC 1234567" in text


def test_a_current_session_has_time_charge_density_and_what_was_measured(sheet: Sheets) -> None:
    found = sheet("current")
    charge = amounts.bound(dose(found.record, None, "charge"), "mA*min")

    assert f"Face 29:59 1800 {charge}" in found.text
    assert re.search(r"Face current measured, dc \(mA\) 1800 0 1.494 4.2 2 ?/ ?4", found.text)
    assert "Highest current density 0.35 mA/cm², over the electrode's area at the end, 12 cm²." in found.text
    assert "charge dose (mA·min)" in found.text


def test_nothing_and_nothing_said_are_told_apart(sheet: Sheets) -> None:
    assert "Reactions and events: None reported" in sheet("current").text
    assert "Reactions and events: reactions not stated, not even that there were none" in sheet("empty").text
    assert "Reactions and events: redness" in sheet("gun").text
    assert "Limits reached: Not checked: no treatment protocol" in sheet("empty").text
    assert "Gaps in the recording: None" in sheet("gun").text
    assert "Amendments: None" in sheet("gun").text


def test_limits_that_nothing_reached_are_said_to_be_none(sheet: Sheets) -> None:
    text = sheet("calm", sessions.calm).text

    assert "Limits reached: None" in text
    assert "Other alarms: None" in text


def test_what_was_skipped_or_not_answered_is_seen(sheet: Sheets) -> None:
    text = sheet("troubled").text

    assert "NOT ASKED: consent (the form was not at hand)" in text
    assert "SKIPPED; in a hurry; by Dr. Ann Example" in text
    assert "Patch test NEITHER STATED NOR SKIPPED" in text
    assert "NOT OVERRIDDEN" in text
    assert "NOT ANSWERED: pregnancy" in text


def test_what_is_not_shown_is_counted_and_where_it_is_said(sheet: Sheets) -> None:
    found = sheet("troubled")
    of_limits = sum(alarm.limit is not None for alarm in found.record.alarms.values())

    assert of_limits > 60
    assert f"… and {of_limits - 12} more, not shown here: see alarms.csv or session.json." in found.text
    assert "6 between the first and the second of these are not shown here: see amendments.csv" in found.text
    assert f"In all {of_limits} alarms, of " in found.text


def test_each_kind_of_alarm_is_shown_before_one_is_shown_twice(sheet: Sheets) -> None:
    found = sheet("troubled")
    kinds = {(a.limit, a.severity, a.zone) for a in found.record.alarms.values() if a.limit and a.priority == "medium"}
    [section] = [one for one in page(found.session).sections if one.title == "Limits reached"]

    shown = [found.record.alarms[int(row[0])] for row in section.blocks[0].rows]  # type: ignore[union-attr]

    assert len(kinds) > 2
    assert {(alarm.limit, alarm.severity, alarm.zone) for alarm in shown[: len(kinds)]} == kinds


def test_an_amendment_has_the_old_value_beside_the_new_one(sheet: Sheets) -> None:
    text = sheet("troubled").flow

    assert re.search(r"product 1 lot \(entry \d+\) LOT 10 LOT 11", text)
    assert re.search(r"product 1 lot \(entry \d+\) – LOT 0", text), "what was recorded first"
    assert "AMENDED AFTER SIGNATURE: what was signed is not what the record says now" in text


def test_gaps_have_cause_and_length(sheet: Sheets) -> None:
    found = sheet("troubled")

    assert re.search(r"01:27–01:50 23 reference-mesogun SN000017: link lost, 0 reports missing", found.text)
    assert "gap (link lost) 46 s" in found.text


def test_lower_bounds_say_that_they_are(sheet: Sheets) -> None:
    found = sheet("troubled")

    assert dose(found.record, None, "volume").at_least
    assert "≥ 120 120 ≥ 3.9" in found.text
    assert "Volume: ≥ is at least (3 triggers came without a volume; 30 reports are missing)." in found.text


def test_what_is_missing_is_listed(sheet: Sheets) -> None:
    for name in ("empty", "gun", "troubled"):
        found = sheet(name)
        for line in lacking_by_aspect(found.record):
            assert f"{line[:1].upper()}{line[1:]}" in found.flow


def test_an_unsigned_record_has_lines_to_sign_on_and_a_signed_one_its_signatures(sheet: Sheets) -> None:
    assert re.search(r"signature +name +role, registration +date", "\n".join(sheet("gun").pages))
    assert re.search(
        r"Dr\. Ann Example, physician 20\d\d-\d\d-\d\d \d\d:\d\d \(UTC[+-]\d\d:\d\d\) authorship",
        sheet("troubled").flow,
    )
    assert "role, registration date" not in sheet("troubled").text


def test_the_seal_stands_there_as_text_and_as_a_code(sheet: Sheets) -> None:
    found = sheet("gun")

    assert found.session.seal_text is not None
    assert found.session.seal_text.replace(" ", "").replace("-", "") in found.text.replace(" ", "").replace("-", "")


def test_a_subject_who_was_erased_has_neither_name_nor_words(sheet: Sheets) -> None:
    found = sheet("erased")

    assert "Nobody Anymore" not in found.text
    assert "she said so" not in found.text
    assert "Patient not known or erased" in found.text
    assert "[erased]" in found.text
    assert found.record.started["subject"] in found.pages[0].split("\n")[0]


def test_a_copy_without_names_says_on_every_page_that_it_is_one(writer: Writer, sheet: Sheets, tmp_path: Path) -> None:
    with sessions.exported(writer, sheet("erased").record.session) as session:
        session.record.started["deidentified"] = True
        (tmp_path / "copy.pdf").write_bytes(session_pdf.pdf(session))

    pages = read(tmp_path / "copy.pdf").split("\f")[:-1]

    assert all("DE-IDENTIFIED" in page.split("\n")[0] for page in pages)
    assert "DE-IDENTIFIED: names, numbers" in pages[0]
    assert re.search(r"Patient +left out", pages[0])


def test_the_file_is_what_other_formats_are_given(sheet: Sheets, tmp_path: Path) -> None:
    found = sheet("gun")

    session_pdf.write(found.session, tmp_path)

    assert (tmp_path / session_pdf.FILE).read_bytes() == found.session.once(session_pdf.pdf) == found.data
