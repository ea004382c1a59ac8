"""A clinic's own treatment protocol, made of another one: what changed, whose number it is, and what got looser."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from devicelog.errors import BadInputError, DevicelogError
from devicelog.treatment.derive import derive, parse_change, parse_source
from devicelog.treatment.difference import differences
from devicelog.treatment.protocol import Limit, TreatmentProtocol
from devicelog.treatment.protocol_file import find, parse, shipped
from devicelog.treatment.protocol_text import text_of_protocol
from devicelog.treatment.sanity import examine

FACE = find("meso-face-gun-intradermal")
CURRENT = find("noneedle-ionto-dc-face")


def derived(*changes: str, base: TreatmentProtocol = FACE, sources: tuple[str, ...] = ()) -> TreatmentProtocol:
    return derive(
        base,
        new_id="ours",
        version="3",
        by="Dr A",
        changes=[parse_change(change, base) for change in changes],
        sources=[parse_source(source) for source in sources],
    )


def limit(protocol: TreatmentProtocol, name: str) -> Limit:
    return next(one for one in protocol.limits if one.name == name)


@pytest.mark.parametrize("name", shipped())
def test_what_is_written_reads_back_as_the_same_protocol(name: str) -> None:
    protocol = find(name)

    again = parse(text_of_protocol(protocol), where=name)

    assert replace(again, text="", sha256="") == replace(protocol, text="", sha256="")
    assert list(differences(protocol, again).lines()) == []


def test_what_stands_beside_the_values_reads_back_too() -> None:
    text = FACE.text.replace(
        'hard = "4 mm"', 'hard = "4 mm"\ntolerance = "0.1 mm"\nhysteresis = "5 %"\ndelay = "0.2 s"'
    )
    text = text.replace(
        'channel = "volume"', 'channel = "volume"\nlatching = false\nnote = "a \\"note\\"\\n\\t\\u007f"'
    )
    text += '\n[[overlay]]\nclinic = "north-street"\n[[overlay.limit]]\nscope = "injection"\nchannel = "depth"\n'
    protocol = parse(text + 'hard = "2 mm"\n', where="test")

    again = parse(text_of_protocol(protocol), where="test")

    assert replace(again, text="", sha256="") == replace(protocol, text="", sha256="")


def test_a_derived_protocol_is_unapproved_and_names_what_it_was_made_of() -> None:
    new = derived("injection depth: hard=3 mm")

    assert (new.id, new.version, new.status, new.family) == ("ours", "3", "unapproved", FACE.family)
    assert new.derived_from is not None
    assert (new.derived_from.id, new.derived_from.version, new.derived_from.sha256) == (FACE.id, "1", FACE.sha256)
    assert examine(new, "ours").faults == []


def test_a_changed_value_is_the_clinics_and_what_stays_keeps_its_source() -> None:
    new = limit(derived("injection depth: hard=3 mm"), "injection depth")

    assert (new.soft, str(new.soft_source and new.soft_source.key)) == (Decimal(2), "HP2018")
    assert (new.hard, str(new.hard_source and new.hard_source.key)) == (Decimal(3), "clinic:Dr A")
    assert new.hard_source is not None
    assert new.hard_source.grade == "E"
    assert new.note == "meso-face-gun-intradermal 1 has soft 2 mm [HP2018 M], hard 4 mm [KT2013 M]."


def test_a_changed_value_may_name_a_source_of_its_own() -> None:
    new = derived("injection depth: soft=1500 um [AUDIT M]", sources=("AUDIT=Our audit | folder 3",))

    assert limit(new, "injection depth").soft == Decimal("1.5")
    assert new.sources["AUDIT"].where == "folder 3"
    assert "clinic:Dr A" not in new.sources


def test_the_changes_are_listed_one_by_one() -> None:
    lines = list(differences(FACE, derived("session injection_count: soft=80, hard=none")).lines())[3:]

    assert lines[:4] == [
        "session injection_count: soft 100 → 80",
        "session injection_count: soft source [SEOK M] → [clinic:Dr A E]",
        "session injection_count: hard 1000 → none",
        "session injection_count: hard source [AAPS2014 M] → none",
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("injection depth: hard=5 mm", ["injection depth: its hard value is 5 mm, and 4 mm before"]),
        ("injection depth: soft=2.5 mm", ["injection depth: its soft value is 2.5 mm, and 2 mm before"]),
        ("injection depth: soft=none", ["injection depth: it has no soft value, and 2 mm before"]),
        ("injection depth: hard=none", ["injection depth: it has no hard value, and 4 mm before"]),
        ("course interval: hard=6 days", ["course interval: its hard value is 6 days, and 7 days before"]),
        ("injection depth: soft=1 mm, hard=3 mm", []),
        ("course interval: soft=21 days", []),
    ],
)
def test_what_is_looser_than_the_base_is_found_and_what_is_stricter_is_not(change: str, said: list[str]) -> None:
    assert differences(FACE, derived(change)).looser == said


def test_a_limit_and_a_zone_that_are_gone_are_looser() -> None:
    text = CURRENT.text.replace('"mouth", ', "").split("# Dose over the session.")[0] + "[sources]\n"
    text += CURRENT.text.split("[sources]\n")[-1]

    found = differences(CURRENT, parse(text, where="test"))

    assert [one.name for one in found.removed] == [
        "session charge_dose mean",
        "session duration",
        "course interval",
        "course session_count",
    ]
    assert found.looser[-1] == "the zone mouth: it is excluded no longer"
    assert len(found.looser) == 5


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("injection deph: hard=3 mm", "no limit of meso-face-gun-intradermal is called 'injection deph'; did you mean"),
        ("injection depth: hard=3", "'3' has no unit"),
        ("injection depth: hard=3 mA", "wrong dimension"),
        ("injection depth: hard=3 ma", "the unit 'ma'"),
        ("injection depth: hrad=3 mm", "'hrad=3 mm' in"),
        ("injection depth: hard=3 mm, hard=2 mm", "'hard=2 mm' in"),
        ("injection depth", "no change of a limit"),
        ("injection depth: hard=3 mm [KEY Q]", "the grade 'Q'"),
        ("injection depth: soft=none, hard=none", "neither soft nor hard"),
        ("injection depth: hard=none [KYB H]", "no value, and so no source"),
        ("injection depth: hard=3 mm [NOWHERE M]", "expected a key of [sources]"),
        ("injection depth: soft=4.5 mm", "above the hard limit of 4 mm"),
        ("session injection_count: hard=1.5", "expected a whole number"),
    ],
)
def test_a_change_that_cannot_be_is_refused_in_one_sentence(change: str, sentence: str) -> None:
    with pytest.raises(DevicelogError) as refused:
        derived(change)

    assert sentence in str(refused.value)


@pytest.mark.parametrize("source", ["AUDIT", "AUDIT=title", "=title | where", "AUDIT= | where"])
def test_a_source_that_says_not_enough_is_refused(source: str) -> None:
    with pytest.raises(BadInputError, match="KEY=TITLE"):
        parse_source(source)


@pytest.mark.parametrize("new_id", ["Ours", "our face", "none", ""])
def test_an_id_that_cannot_be_one_is_refused(new_id: str) -> None:
    with pytest.raises(BadInputError, match="a name of a-z"):
        derive(FACE, new_id=new_id, version="1", by="Dr A")


def test_a_base_under_an_overlay_is_refused() -> None:
    with pytest.raises(BadInputError, match="derive from noneedle-ionto-dc-face"):
        derive(CURRENT.with_overlay("IT"), new_id="ours", version="1", by="Dr A")


def test_an_overlay_that_a_change_makes_looser_than_its_protocol_is_a_fault() -> None:
    new = derived("sample current_density mean: soft=none, hard=0.05 mA/cm2", base=CURRENT)

    (fault,) = examine(new, "ours").faults

    assert fault.startswith(
        "ours: overlay IT, sample current_density mean: its hard value is 0.1 mA/cm**2, and 0.05 mA/cm**2 before"
    )
