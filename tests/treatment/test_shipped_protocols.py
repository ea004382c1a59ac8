"""The treatment protocols that come with devicelog: the drafted numbers, their sources, their overlays."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from devicelog.errors import BadInputError, UnknownNameError
from devicelog.treatment.protocol import (
    Channel,
    Limit,
)
from devicelog.treatment.protocol_file import find, load, shipped
from tests.treatment.protocol_texts import (
    DEPTH,
    HEADER,
    problems_of,
)

if TYPE_CHECKING:
    from pathlib import Path

#: The drafted numbers, copied here: id, modality, area; then for each limit scope, channel, statistic | record unit and
#: direction | soft value, source, grade | hard value, source, grade.
DRAFT = """
meso-face-gun-intradermal  injection  face
    injection depth - | mm max | 2.0 HP2018 M | 4.0 KT2013 M
    injection volume - | mL max | 0.025 AAPS2014 M | 0.05 MMFAQ L
    zone volume_total - | mL max | 0.5 E E | 1.0 E E
    session volume_total - | mL max | 2.0 SEOK M | 5.0 E E
    session injection_count - | count max | 100 SEOK M | 1000 AAPS2014 M
    session duration - | min max | 45 S000 L | 60 E E
    course interval - | day min | 14 SEOK M | 7 S000 L
    course session_count - | count max | 3 SEOK M | 8 S000 L
meso-face-nappage-superficial  injection  face
    injection depth - | mm max | 1.0 HP2018 M | 2.0 HP2018 M
    injection volume - | mL max | 0.01 MMFAQ L | 0.05 MMFAQ L
    session volume_total - | mL max | 2.0 SEOK L | 5.0 E E
    session injection_count - | count max | - | 1000 AAPS2014 M
    session duration - | min max | 45 S000 L | 60 E E
    course interval - | day min | 7 S000 L | 6 E E
    course session_count - | count max | 8 S000 L | 10 E E
meso-scalp-hair-nappage  injection  scalp
    injection depth - | mm max | 4.0 HP2018 M | 6.0 CG52 M
    injection volume - | mL max | 0.05 MMFAQ L | 0.10 SIM2020 L
    session volume_total - | mL max | 5.0 E E | 10.0 E E
    session duration - | min max | 30 NADIA L | 45 S000 L
    course interval - | day min | 7 ABD M | 6 E E
    course session_count - | count max | 8 DUBOIS L | 10 NADIA L
meso-body-cellulite-gun  injection  thigh/buttock/abdomen
    injection depth - | mm max | 4.0 HP2018 M | 6.0 CG52 M
    injection volume - | mL max | 0.10 MAND L | 0.20 SIM2020 L
    zone volume_total - | mL max | 5.0 E E | 10.0 E E
    session volume_total - | mL max | 10.0 MEDI L | 20.0 MEDI L
    session injection_count - | count max | 100 E E | 200 E E
    session duration - | min max | 45 S000 L | 60 CEB L
    course interval - | day min | 7 PARK M | 5 FCL L
    course session_count - | count max | 8 S000 L | 15 MAND L
fat-submental-deoxycholic-label  injection  submental
    injection depth - | mm max | - | 12.7 KYB23 L
    injection volume - | mL max | 0.20 KYB H | 0.20 KYB H
    session injection_count - | count max | 45 E E | 50 KYB H
    session volume_total - | mL max | 9.0 E E | 10.0 KYB H
    zone areal_dose - | mg/cm**2 max | - | 2.0 KYB H
    injection spacing - | mm min | - | 10 KYB H
    course interval - | day min | 31 KYB H | 28 KYB H
    course session_count - | count max | 4 RENEW L | 6 KYB H
noneedle-ionto-dc-face  iontophoresis-dc  face
    sample current mean | mA max | 2.0 ADII M | 4.0 ADII M
    sample current_density mean | mA/cm**2 max | 0.2 ENRAF38 M | 0.5 IONREV L
    session charge_dose mean | mA*min max | 40 ADII M | 80 CHATT M
    session duration - | min max | 30 S000 L | 40 E E
    course interval - | day min | 7 S000 L | 1 E E
    course session_count - | count max | 10 CUK L | 12 E E
noneedle-electroporation-face  electroporation  face
    sample current rms | mA max | 10 AS2018 H | 50 ENRAF47 M
    sample current_density rms | mA/cm**2 max | 1.0 E E | 2.0 AS2018 H
    sample current_density mean | mA/cm**2 max | 0.2 ENRAF38 M | 0.5 IONREV L
    sample voltage peak | V max | 100 TF M | 500 BIOPAC M
    pulse pulse_energy - | mJ max | 150 E E | 300 BIOPAC M
    sample power_density - | W/cm**2 max | 0.125 E E | 0.25 FDAPMS M
    session duration - | min max | 30 S000 L | 45 E E
    course interval - | day min | 7 S000 L | 1 E E
    course session_count - | count max | 10 CUK L | 12 E E
noneedle-electroporation-body  electroporation  body
    sample current rms | mA max | 30 E E | 50 ENRAF47 M
    sample current_density rms | mA/cm**2 max | 2.0 AS2018 H | 5.0 BEUR M
    sample current_density mean | mA/cm**2 max | 0.2 ENRAF38 M | 0.5 IONREV L
    sample voltage peak | V max | 100 TF M | 500 BIOPAC M
    pulse pulse_energy - | mJ max | 150 E E | 300 BIOPAC M
    sample power_density - | W/cm**2 max | 0.125 E E | 0.25 FDAPMS M
    session duration - | min max | 30 S000 L | 80 CUK L
    course interval - | day min | 7 S000 L | 1 E E
    course session_count - | count max | 10 CUK L | 12 E E
"""


def drafted() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in DRAFT.strip().splitlines():
        if line.startswith(" "):
            found[list(found)[-1]].append(line.strip())
        else:
            found[line] = []
    return found


def as_drafted(limit: Limit) -> str:
    def side(value: Decimal | None, source: object) -> str:
        return "-" if value is None else f"{value.normalize():f} {source}"

    soft = side(limit.soft, limit.soft_source and f"{limit.soft_source.key} {limit.soft_source.grade}")
    hard = side(limit.hard, limit.hard_source and f"{limit.hard_source.key} {limit.hard_source.grade}")
    what = f"{limit.scope} {limit.channel} {limit.statistic or '-'}"
    return f"{what} | {limit.unit} {limit.direction} | {soft} | {hard}"


def normalised(line: str) -> str:
    """A drafted line with its two values as a Decimal prints them ("2.0" and "2" are one number)."""
    what, unit, *sides = line.split(" | ")
    for index, text in enumerate(sides):
        value, _, rest = text.partition(" ")
        sides[index] = text if value == "-" else f"{Decimal(value).normalize():f} {rest}"
    return " | ".join([what, unit, *sides])


def test_the_shipped_files_hold_exactly_the_drafted_numbers() -> None:
    found = {}
    for path in shipped().values():
        protocol = load(path)
        compared = [limit for limit in protocol.limits if limit.channel is not Channel.SPACING or limit.hard]
        found[f"{protocol.id}  {protocol.modality}  {protocol.area}"] = [as_drafted(limit) for limit in compared]

    assert found == {head: [normalised(line) for line in lines] for head, lines in drafted().items()}


def test_the_draft_copied_here_has_eight_protocols_and_61_limits() -> None:
    assert len(drafted()) == 8
    assert sum(map(len, drafted().values())) == 61


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_file_is_an_unapproved_example_with_a_source_for_every_number(name: str) -> None:
    protocol = find(name)

    assert protocol.id == name
    assert protocol.status == "example-unapproved"
    assert protocol.version == "1"
    assert "clinical advice" in protocol.text
    for limit in (*protocol.limits, *(limit for overlay in protocol.overlays for limit in overlay.limits)):
        assert (limit.soft is None) == (limit.soft_source is None)
        assert (limit.hard is None) == (limit.hard_source is None)
        for source in filter(None, (limit.soft_source, limit.hard_source)):
            assert (source.key == "E") == (source.grade == "E")


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_file_lists_the_sources_it_cites_and_no_others(name: str) -> None:
    protocol = find(name)
    cited = set(re.findall(r'key = "(\w+)"', protocol.text))
    mentioned = {key for key in protocol.sources if re.search(rf"\b{key}\b", protocol.text.split("\n[sources]\n")[0])}

    assert cited <= set(protocol.sources) == mentioned


def test_spacing_is_documented_only() -> None:
    spacing = [limit for name in shipped() for limit in find(name).limits if limit.channel is Channel.SPACING]

    assert [(limit.name, limit.soft or limit.hard) for limit in spacing] == [
        ("injection spacing", Decimal(10)),
        ("injection spacing", Decimal(15)),
        ("injection spacing max", Decimal(25)),
        ("injection spacing", Decimal(2)),
        ("injection spacing max", Decimal(4)),
    ]
    assert all(limit.documented for limit in spacing)


def test_protocols_for_one_area_share_a_family_so_that_a_change_does_not_start_a_new_course() -> None:
    assert find("meso-face-gun-intradermal").family == find("meso-face-nappage-superficial").family
    assert find("noneedle-ionto-dc-face").family == find("noneedle-electroporation-face").family


def test_no_needle_protocols_name_the_zones_they_exclude() -> None:
    assert find("noneedle-ionto-dc-face").excluded_zones == ("orbital", "temporal_pair", "mouth", "front_neck")
    assert find("noneedle-electroporation-body").excluded_zones == ("transthoracic", "over_heart")
    assert find("meso-face-gun-intradermal").excluded_zones == ()


def test_the_cellulite_protocol_says_that_a_trial_found_no_effect() -> None:
    assert "no significant effect" in find("meso-body-cellulite-gun").evidence_note


# Overlays


def test_the_italian_overlay_is_applied_only_if_asked() -> None:
    plain = find("noneedle-ionto-dc-face")
    italian = plain.with_overlay("IT")

    assert (plain.overlay, plain.limits[1].soft, plain.limits[1].hard) == (None, Decimal("0.2"), Decimal("0.5"))
    assert (italian.overlay, italian.limits[1].soft, italian.limits[1].hard) == ("IT", None, Decimal("0.1"))
    assert italian.limits[1].number == 2
    assert italian.limits[:1] + italian.limits[2:] == plain.limits[:1] + plain.limits[2:]
    assert (italian.text, italian.sha256) == (plain.text, plain.sha256)


def test_an_overlay_that_the_file_lacks_is_refused_with_those_it_has() -> None:
    with pytest.raises(UnknownNameError, match=r"'DE'.*IT"):
        find("noneedle-ionto-dc-face").with_overlay("DE")


def test_a_second_overlay_is_refused() -> None:
    with pytest.raises(BadInputError, match="already"):
        find("noneedle-ionto-dc-face").with_overlay("IT").with_overlay("IT")


@pytest.mark.parametrize(
    ("overlay", "sentence"),
    [
        (
            'country = "IT"\n[[overlay.limit]]\nscope = "injection"\nchannel = "volume"\nhard = "1 mL"\n',
            "line 16, overlay 1 limit 1: found 'injection volume', expected one of those to replace: injection depth.",
        ),
        (
            'country = "IT"\n[[overlay.limit]]\nscope = "injection"\nchannel = "depth"\nhard = "1 mA"\n',
            "line 19, overlay 1 limit 1 hard: '1 mA' has the wrong dimension: expected a quantity in 'mm'.",
        ),
        (
            'country = "italy"\n[[overlay.limit]]\nscope = "injection"\nchannel = "depth"\nhard = "1 mm"\n',
            "line 15, overlay 1 country: found 'italy', expected two capital letters such as IT.",
        ),
        (
            'country = "IT"\n',
            "line 14, overlay 1 limit: found nothing, expected one table or more, [[limit]] or [[overlay.limit]].",
        ),
    ],
)
def test_an_overlay_that_cannot_be_applied_is_refused(overlay: str, sentence: str, tmp_path: Path) -> None:
    assert problems_of(HEADER + DEPTH + "\n[[overlay]]\n" + overlay, tmp_path) == [f"test.toml, {sentence}"]


def test_two_overlays_of_one_country_are_refused(tmp_path: Path) -> None:
    overlay = '[[overlay]]\ncountry = "IT"\n' + DEPTH.replace("[[limit]]", "[[overlay.limit]]")

    (problem,) = problems_of(HEADER + DEPTH + overlay + overlay, tmp_path)

    assert problem == "test.toml, line 20, overlay 2 country: found 'IT' again, expected it once."
