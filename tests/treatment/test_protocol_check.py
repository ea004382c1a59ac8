"""What `protocols check` finds in a file that can be read: looser overlays, strange zones, no sources, no course."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from devicelog.treatment.protocol import TopUp
from devicelog.treatment.protocol_file import examined, parse, shipped
from tests.treatment.protocol_texts import DEPTH, HEADER, problems_of

ZONES = 'excluded_zones = ["orbital", "nowhere"]\n'
INTERVAL = '[[limit]]\nscope = "course"\nchannel = "interval"\nhard = "7 days"\n'
COUNT = '[[limit]]\nscope = "course"\nchannel = "session_count"\nhard = 8\n'


def findings(text: str, folder: Path) -> tuple[list[str], list[str]]:
    path = folder / "test.toml"
    path.write_text(text, encoding="utf-8")
    faults, notes = examined(path)
    return [one.replace(str(path), "test.toml") for one in faults], [one.replace(str(path), "t") for one in notes]


@pytest.mark.parametrize("name", shipped())
def test_nothing_is_odd_about_a_shipped_file(name: str) -> None:
    assert examined(shipped()[name]) == ([], [])


def test_a_zone_that_is_not_on_the_body_map_is_a_fault(tmp_path: Path) -> None:
    faults, _ = findings(HEADER + ZONES + DEPTH, tmp_path)

    assert faults == [
        "test.toml: excluded zone 'nowhere' is not on the body map, and so would never be treated as excluded."
    ]


def test_a_value_without_a_source_and_a_missing_course_are_worth_a_note(tmp_path: Path) -> None:
    faults, notes = findings(HEADER + DEPTH, tmp_path)

    assert faults == []
    assert notes == [
        "t: injection depth: the hard value has no source.",
        "t: no course limit on the interval between two sessions: it is not checked.",
        "t: no course limit on the number of sessions: it is not checked.",
    ]
    assert findings(HEADER + DEPTH + INTERVAL + COUNT, tmp_path)[1] == [
        "t: injection depth: the hard value has no source.",
        "t: course interval: the hard value has no source.",
        "t: course session_count: the hard value has no source.",
    ]


def test_a_source_that_nothing_cites_is_worth_a_note(tmp_path: Path) -> None:
    text = HEADER + DEPTH + '[sources]\nX = { title = "A paper", where = "somewhere" }\n'

    assert findings(text, tmp_path)[1][-1] == "t: the source X is cited by nothing."


@pytest.mark.parametrize(
    "looser",
    [
        'hard = "5 mm"',
        'soft = "3 mm"',
        'hard = "4 mm"\ntolerance = "0.1 mm"',
        'hard = "4 mm"\ndelay = "1 s"',
        'hard = "4 mm"\nlatching = false',
        'hard = "4 mm"\ndocumented = true',
    ],
)
def test_an_overlay_may_not_loosen_a_limit(looser: str, tmp_path: Path) -> None:
    overlay = (
        f'[[overlay]]\nclinic = "north-street"\n[[overlay.limit]]\nscope = "injection"\nchannel = "depth"\n{looser}\n'
    )

    (fault,) = findings(HEADER + DEPTH + overlay, tmp_path)[0]

    assert fault.startswith("test.toml: overlay north-street, injection depth: it")
    assert fault.endswith("an overlay may only be stricter; derive a protocol of your own for the rest.")


@pytest.mark.parametrize("stricter", ['hard = "4 mm"', 'soft = "1 mm"\nhard = "4 mm"', 'hard = "3 mm"'])
def test_an_overlay_may_be_stricter(stricter: str, tmp_path: Path) -> None:
    overlay = f'[[overlay]]\ncountry = "IT"\n[[overlay.limit]]\nscope = "injection"\nchannel = "depth"\n{stricter}\n'

    assert findings(HEADER + DEPTH + overlay, tmp_path)[0] == []


@pytest.mark.parametrize(
    ("head", "found"), [("", "neither"), ('country = "IT"\nclinic = "north"\n', "both")], ids=["neither", "both"]
)
def test_an_overlay_is_of_a_country_or_of_a_clinic(head: str, found: str, tmp_path: Path) -> None:
    overlay = DEPTH.replace("[[limit]]", "[[overlay.limit]]")

    (problem,) = problems_of(f"{HEADER}{DEPTH}[[overlay]]\n{head}{overlay}", tmp_path)

    assert problem == f"test.toml, line 13, overlay 1: found {found}, expected country or clinic."


def test_a_top_up_is_a_time_in_days(tmp_path: Path) -> None:
    top_up = '[top_up]\nafter = "12 weeks"\nuntil = "150 days"\n'

    assert parse(HEADER + DEPTH + top_up, where="test").top_up == TopUp(Decimal(84), Decimal(150))
    for bad, said in (
        ('after = "12 weeks"', "top_up after: '12 mm' has the wrong dimension"),
        ('until = "150 days"', "found 84 to 12 days"),
    ):
        wrong = top_up.replace(bad, bad.split("=")[0] + ('= "12 mm"' if "after" in bad else '= "12 days"'))
        (problem,) = problems_of(HEADER + DEPTH + wrong, tmp_path)
        assert said in problem
