"""Treatment protocol files: what a sound one means, and one sentence for each thing that can be wrong with one."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.driver import Priority
from devicelog.errors import BadInputError, ProtocolFileError, UnknownNameError
from devicelog.treatment.protocol import (
    CHANNEL_RULES,
    Channel,
    Direction,
    Limit,
    Scope,
    Severity,
    Statistic,
    priority,
)
from devicelog.treatment.protocol_file import MAX_BYTES, check, find, load, parse, shipped
from devicelog.units import RECORD_UNITS

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

HEADER = """\
id = "test"
family = "test"
version = "1"
title = "A test"
status = "unapproved"
modality = "injection"
area = "face"

"""
DEPTH = """\
[[limit]]
scope = "injection"
channel = "depth"
hard = "4 mm"
"""
SAMPLE = '[[limit]]\nscope = "sample"\n'
SESSION = '[[limit]]\nscope = "session"\n'
SOURCES = '[sources]\nHP2018 = { title = "A paper", where = "somewhere" }\n'


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


def limits_of(text: str) -> tuple[Limit, ...]:
    return parse(HEADER + text, where="test.toml").limits


def one(text: str) -> Limit:
    (limit,) = limits_of(text)
    return limit


def problems_of(text: str, folder: Path) -> list[str]:
    path = folder / "test.toml"
    path.write_text(text, encoding="utf-8")
    return [problem.replace(str(path), "test.toml") for problem in check(path)]


def error_of(text: str) -> str | None:
    """The message with which a text is refused; any other exception goes through."""
    try:
        parse(text, where="test.toml")
    except ProtocolFileError as error:
        return str(error)
    return None


# What the shipped files say


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


# What a limit means


def test_amounts_are_kept_in_the_record_unit_of_the_channel() -> None:
    volume, dose, interval = limits_of(
        '[[limit]]\nscope = "injection"\nchannel = "volume"\nhard = "20 ul"\n'
        + SESSION
        + 'channel = "charge_dose"\nhard = "80 mA·min"\n'
        + '[[limit]]\nscope = "course"\nchannel = "interval"\nhard = "2 weeks"\n'
    )

    assert (volume.hard, volume.unit) == (Decimal("0.02"), "mL")
    assert (dose.hard, dose.unit) == (Decimal(80), "mA*min")
    assert (interval.hard, interval.unit, interval.direction) == (Decimal(14), "day", Direction.MIN)


def test_every_channel_has_a_record_unit() -> None:
    assert set(CHANNEL_RULES) == set(Channel)
    assert {rule.unit for rule in CHANNEL_RULES.values()} <= set(RECORD_UNITS)


def test_a_limit_that_says_no_more_gets_the_defaults() -> None:
    none = Decimal(0)
    depth = one(DEPTH)
    current = one(SAMPLE + 'channel = "current"\nstatistic = "mean"\nsoft = "2 mA"\n')

    assert (depth.tolerance, depth.hysteresis, depth.delay, depth.latching, depth.documented) == (
        none,
        none,
        none,
        True,
        False,
    )
    assert (current.hysteresis, current.latching, current.direction) == (Decimal("0.02"), False, Direction.MAX)
    assert (depth.soft, depth.soft_source, depth.statistic, depth.note) == (None, None, None, "")


def test_tolerance_hysteresis_delay_and_latching_are_read_in_their_units() -> None:
    settings = 'tolerance = "50 um"\nhysteresis = "5 %"\ndelay = "200 ms"\nlatching = false\n'

    limit = one(DEPTH + settings)

    assert (limit.tolerance, limit.hysteresis, limit.delay) == (Decimal("0.05"), Decimal("0.05"), Decimal("0.2"))
    assert not limit.latching
    assert one(DEPTH + "hysteresis = 0.1\n").hysteresis == Decimal("0.1")
    assert one(DEPTH + "hysteresis = 0\n").hysteresis == 0


def test_counts_are_written_as_whole_numbers() -> None:
    for written in ("50", '"50"', '"50 count"'):
        assert one(SESSION + f'channel = "injection_count"\nhard = {written}\n').hard == 50


def test_names_tell_limits_apart_by_statistic_and_unusual_direction() -> None:
    names = [limit.name for limit in find("noneedle-electroporation-face").limits]

    assert names[:4] == [
        "sample current rms",
        "sample current_density rms",
        "sample current_density mean",
        "sample voltage peak",
    ]
    assert [limit.name for limit in limits_of(DEPTH + DEPTH + 'direction = "min"\n')] == [
        "injection depth",
        "injection depth min",
    ]
    assert len(names) == len(set(names))


def test_limits_are_numbered_from_one_in_the_order_of_the_file() -> None:
    assert [limit.number for limit in find("meso-face-gun-intradermal").limits] == list(range(1, 9))


def test_a_dose_is_always_that_of_the_mean_current() -> None:
    assert one(SESSION + 'channel = "charge_dose"\nhard = "80 mA*min"\n').statistic is Statistic.MEAN


def test_a_soft_breach_is_low_and_a_hard_one_high_where_current_or_dose_can_injure() -> None:
    high = {channel for channel in Channel if priority(channel, Severity.HARD) is Priority.HIGH}

    assert {priority(channel, Severity.SOFT) for channel in Channel} == {Priority.LOW}
    assert high == {
        Channel.CURRENT,
        Channel.CURRENT_DENSITY,
        Channel.CHARGE_DOSE,
        Channel.AREAL_DOSE,
        Channel.VOLTAGE,
        Channel.PULSE_ENERGY,
        Channel.POWER_DENSITY,
    }
    assert {priority(channel, Severity.HARD) for channel in set(Channel) - high} == {Priority.MEDIUM}
    assert one(DEPTH).priority(Severity.HARD) is Priority.MEDIUM


def test_hard_limits_latch_and_soft_limits_do_not() -> None:
    limit = one(DEPTH + 'soft = "2 mm"\n')

    assert limit.latches(Severity.HARD)
    assert not limit.latches(Severity.SOFT)
    assert not one(DEPTH + "latching = false\n").latches(Severity.HARD)


# The file itself


def test_the_text_and_the_sha256_are_those_of_the_file(tmp_path: Path) -> None:
    data = (HEADER + DEPTH).replace("\n", "\r\n").encode("utf-8-sig")
    path = tmp_path / "mine.toml"
    path.write_bytes(data)

    protocol = load(path)

    assert protocol.text.encode() == data
    assert protocol.sha256 == hashlib.sha256(data).hexdigest()


def test_a_protocol_is_found_by_id_or_by_the_path_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(HEADER + DEPTH, encoding="utf-8")

    assert find("meso-face-gun-intradermal").id == "meso-face-gun-intradermal"
    assert find(str(path)).id == "test"


def test_an_unknown_id_is_refused_with_the_ids_that_exist() -> None:
    with pytest.raises(UnknownNameError, match=r"did you mean 'meso-scalp-hair-nappage'.*noneedle-ionto-dc-face"):
        find("meso-scalp-nappage")


def test_the_units_that_clinicians_write_are_taken() -> None:
    for written in ("0.5 mA/cm²", "0.5 mA/cm^2", "0.5 mA/cm**2"):
        limit = one(SAMPLE + f'channel = "current_density"\nstatistic = "rms"\nhard = "{written}"\n')
        assert (limit.hard, limit.unit, limit.scope) == (Decimal("0.5"), "mA/cm**2", Scope.SAMPLE)


# What is refused, and with which sentence (the first limit begins in line 9)

_CURRENT = SAMPLE + 'channel = "current"\nstatistic = "mean"\n'
_DOSE = SESSION + 'channel = "charge_dose"\n'
_COUNT = SESSION + 'channel = "injection_count"\n'
_FIELDS = (
    "scope, channel, statistic, direction, soft, hard, soft_source, hard_source, tolerance, hysteresis, delay,"
    " latching, documented, note"
)
_CHANNELS = (
    "depth, volume, spacing, volume_total, injection_count, duration, areal_dose, current, current_density,"
    " charge_dose, voltage, pulse_energy, power_density, interval, session_count"
)

REFUSED = {
    "a ratio where a product is needed": (
        _DOSE + 'hard = "80 mA/min"\n',
        "line 12, limit 1 hard: the unit 'mA/min' in '80 mA/min' is not known; expected one such as 'mA*min'.",
    ),
    "wrong dimension": (
        _DOSE + 'hard = "80 mA"\n',
        "line 12, limit 1 hard: '80 mA' has the wrong dimension: expected a quantity in 'mA*min'.",
    ),
    "milliyear": (
        _CURRENT + 'hard = "4 ma"\n',
        "line 13, limit 1 hard: the unit 'ma' in '4 ma' is not known; expected one such as 'mA'.",
    ),
    "megaampere": (
        _CURRENT + 'hard = "4 MA"\n',
        "line 13, limit 1 hard: the unit 'MA' in '4 MA' is not known; expected one such as 'mA'.",
    ),
    "gauss": (
        DEPTH.replace("4 mm", "30 G"),
        "line 12, limit 1 hard: the unit 'G' in '30 G' is not known; expected one such as 'mm'.",
    ),
    "shots": (
        _COUNT + 'hard = "100 shots"\n',
        "line 12, limit 1 hard: found '100 shots', expected a whole number such as 100.",
    ),
    "a percentage of a count": (
        _COUNT + 'hard = "100 %"\n',
        "line 12, limit 1 hard: found '100 %', expected a whole number such as 100.",
    ),
    "half a count": (
        _COUNT + "hard = 0.5\n",
        "line 12, limit 1 hard: found 0.5, expected a whole number such as 100.",
    ),
    "no unit": (
        DEPTH.replace("4 mm", "4"),
        "line 12, limit 1 hard: '4' has no unit; expected one such as '4 mm'.",
    ),
    "a bare number": (
        DEPTH.replace('"4 mm"', "4.5"),
        "line 12, limit 1 hard: found 4.5, expected text with a unit such as '4.5 mm'.",
    ),
    "not a quantity": (
        DEPTH.replace("4 mm", "deep"),
        "line 12, limit 1 hard: 'deep' is not a quantity; expected a number and a unit, such as '2 mm'.",
    ),
    "a table": (
        DEPTH.replace('"4 mm"', '{ value = "4 mm" }'),
        "line 12, limit 1 hard: found a table, expected text with a unit such as '2 mm'.",
    ),
    "soft above hard": (
        DEPTH + 'soft = "5000 um"\n',
        "line 13, limit 1 soft: found 5 mm, above the hard limit of 4 mm, expected it at or below that.",
    ),
    "soft below hard where less is worse": (
        '[[limit]]\nscope = "course"\nchannel = "interval"\nsoft = "5 days"\nhard = "1 weeks"\n',
        "line 12, limit 1 soft: found 5 day, below the hard limit of 7 day, expected it at or above that.",
    ),
    "neither soft nor hard": (
        DEPTH.replace('hard = "4 mm"\n', ""),
        "line 9, limit 1 hard: found neither soft nor hard, expected at least one of them.",
    ),
    "a negative value": (
        DEPTH.replace("4 mm", "-4 mm"),
        "line 12, limit 1 hard: found -4 mm, expected more than zero.",
    ),
    "zero": (
        _COUNT + "hard = 0\n",
        "line 12, limit 1 hard: found 0 count, expected more than zero.",
    ),
    "a misspelt field": (
        DEPTH + 'sotf = "2 mm"\n',
        f"line 13, limit 1 sotf: found a field that is not known, expected one of {_FIELDS}; did you mean 'soft'?",
    ),
    "a misspelt field of a citation": (
        DEPTH + 'hard_source = { key = "HP2018", grade = "M", nots = "" }\n' + SOURCES,
        "line 13, limit 1 hard_source nots: found a field that is not known, expected one of key, grade.",
    ),
    "an unknown channel": (
        DEPTH.replace('"depth"', '"dpeth"'),
        f"line 11, limit 1 channel: found 'dpeth', expected one of {_CHANNELS}; did you mean 'depth'?",
    ),
    "an unknown scope": (
        DEPTH.replace('"injection"', '"day"'),
        "line 10, limit 1 scope: found 'day', expected one of sample, pulse, injection, zone, session, course.",
    ),
    "a scope that would never be checked": (
        DEPTH.replace('"injection"', '"course"'),
        "line 10, limit 1 scope: found 'course' for depth, expected injection.",
    ),
    "an unknown statistic": (
        _CURRENT.replace('"mean"', '"dc"') + 'hard = "4 mA"\n',
        "line 12, limit 1 statistic: found 'dc', expected one of mean, rms, peak.",
    ),
    "a current without its statistic": (
        SAMPLE + 'channel = "current"\nhard = "4 mA"\n',
        "line 9, limit 1 statistic: found nothing for current, expected mean or rms or peak.",
    ),
    "a density without its statistic": (
        SAMPLE + 'channel = "current_density"\nhard = "4 mA/cm²"\n',
        "line 9, limit 1 statistic: found nothing for current_density, expected mean or rms or peak.",
    ),
    "a voltage that is not the peak": (
        SAMPLE + 'channel = "voltage"\nstatistic = "rms"\nhard = "500 V"\n',
        "line 12, limit 1 statistic: found 'rms' for voltage, expected peak.",
    ),
    "a statistic of what has none": (
        DEPTH + 'statistic = "mean"\n',
        "line 13, limit 1 statistic: found 'mean' for depth, expected none.",
    ),
    "an unknown direction": (
        DEPTH + 'direction = "up"\n',
        "line 13, limit 1 direction: found 'up', expected one of max, min.",
    ),
    "a limit twice": (
        DEPTH + DEPTH,
        "line 13, limit 2: found 'injection depth' again, expected it once (limit 1 has it).",
    ),
    "a citation of nothing": (
        DEPTH + 'hard_source = { key = "HP2081", grade = "M" }\n' + SOURCES,
        "line 13, limit 1 hard_source key: found 'HP2081', expected a key of [sources]; did you mean 'HP2018'?",
    ),
    "a grade that does not exist": (
        DEPTH + 'hard_source = { key = "HP2018", grade = "A" }\n' + SOURCES,
        "line 13, limit 1 hard_source grade: found 'A', expected one of H, M, L, G, E.",
    ),
    "a source of a value that is not given": (
        DEPTH + 'soft_source = { key = "HP2018", grade = "M" }\n' + SOURCES,
        "line 13, limit 1 soft_source: found a source without a value, expected soft, too.",
    ),
    "a source that is not said where": (
        DEPTH + SOURCES.replace(', where = "somewhere"', ""),
        "line 14, sources HP2018 where: found nothing, expected text.",
    ),
    "a tolerance that switches the limit off": (
        DEPTH + 'tolerance = "40 mm"\n',
        "line 13, limit 1 tolerance: found 40 mm, expected zero or more and less than the limit.",
    ),
    "a hysteresis above one": (
        DEPTH + "hysteresis = 2.0\n",
        "line 13, limit 1 hysteresis: found 2.0, expected zero or more and less than 1.",
    ),
    "a delay without a unit": (
        DEPTH + "delay = 200\n",
        "line 13, limit 1 delay: found 200, expected text with a unit such as '200 s'.",
    ),
    "a negative delay": (
        DEPTH + 'delay = "-1 s"\n',
        "line 13, limit 1 delay: found -1 s, expected zero or more.",
    ),
    "a soft limit that latches": (
        DEPTH.replace("hard", "soft") + "latching = true\n",
        "line 13, limit 1 latching: found true without hard, expected hard, too: a soft limit never latches.",
    ),
    "a latching that is not true or false": (
        DEPTH + 'latching = "yes"\n',
        "line 13, limit 1 latching: found 'yes', expected true or false.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_limit_is_refused_in_one_sentence_with_line_field_found_and_expected(case: str, tmp_path: Path) -> None:
    text, sentence = REFUSED[case]

    assert problems_of(HEADER + text, tmp_path) == [f"test.toml, {sentence}"]
    with pytest.raises(ProtocolFileError, match=re.escape(sentence.removesuffix("."))):
        parse(HEADER + text, where="test.toml")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('id = "test"', 'id = "Test 1"', "line 1, id: found 'Test 1', expected a name of a-z, 0-9 and '-'."),
        ('id = "test"', 'id = "none"', "line 1, id: found 'none', expected another name (it means: no treatment proto"),
        ('id = "test"\n', "", "test.toml, id: found nothing, expected a name of a-z, 0-9 and '-'."),
        ('version = "1"', "version = 1", 'line 3, version: found 1, expected text such as "1".'),
        (
            '"unapproved"',
            '"approved"',
            "line 5, status: found 'approved', expected one of example-unapproved, unapprov",
        ),
        ('"injection"', '"mesotherapy"', "line 6, modality: found 'mesotherapy', expected one of injection, iontopho"),
        ('area = "face"', 'aera = "face"', "line 7, aera: found a field that is not known, expected one of id, family"),
        ('area = "face"', 'area = ""', "line 7, area: found '', expected text."),
    ],
)
def test_a_bad_header_is_refused(old: str, new: str, sentence: str, tmp_path: Path) -> None:
    problems = problems_of(HEADER.replace(old, new, 1) + DEPTH, tmp_path)

    assert [problem for problem in problems if sentence in problem]


def test_a_file_without_limits_is_refused(tmp_path: Path) -> None:
    for text in (HEADER, HEADER + "limit = []\n", HEADER + "limit = 3\n"):
        (problem,) = problems_of(text, tmp_path)
        assert "limit: found" in problem
        assert problem.endswith("expected one table or more, [[limit]] or [[overlay.limit]].")


def test_a_list_where_limits_are_tables_is_refused(tmp_path: Path) -> None:
    (problem,) = problems_of(HEADER + "limit = [1]\n", tmp_path)

    assert problem.startswith("test.toml, line 9, limit 1: found 1, expected")


def test_all_problems_are_told_in_the_order_of_their_lines(tmp_path: Path) -> None:
    text = HEADER.replace('"1"', "1") + DEPTH.replace("4 mm", "4 ma") + DEPTH.replace("depth", "dpeth") + "sotf = 1\n"

    problems = problems_of(text, tmp_path)

    assert [problem.split(":")[0] for problem in problems] == [
        "test.toml, line 3, version",
        "test.toml, line 12, limit 1 hard",
        "test.toml, line 15, limit 2 channel",
        "test.toml, line 17, limit 2 sotf",
    ]
    with pytest.raises(
        ProtocolFileError, match=r"line 3, version: .* \(and 3 more, see `devicelog protocols check`\)\.$"
    ):
        parse(text, where="test.toml")


def test_toml_that_is_none_is_refused_with_its_line(tmp_path: Path) -> None:
    (problem,) = problems_of(HEADER + "[[limit]\n", tmp_path)

    assert problem.startswith("test.toml, line 9: found no TOML (")
    assert problem.endswith(", expected lines of KEY = VALUE.")


def test_a_quantity_without_quotes_is_refused_with_the_mend(tmp_path: Path) -> None:
    (problem,) = problems_of(HEADER + DEPTH.replace('"4 mm"', "4 mm"), tmp_path)

    assert problem.startswith("test.toml, line 12: found no TOML (")
    assert problem.endswith('; a quantity stands in quotes, such as "0.05 mL".')


@pytest.mark.parametrize("text", ["x = " + "1" * 5000, "x = 1e999999999999999999999", "x = " + "[" * 100_000])
def test_numbers_and_lists_beyond_measure_are_refused(text: str, tmp_path: Path) -> None:
    (problem,) = problems_of(text, tmp_path)

    assert problem.startswith("test.toml")


def test_a_number_of_endless_digits_gives_a_short_sentence(tmp_path: Path) -> None:
    (problem,) = problems_of(HEADER + DEPTH.replace('"4 mm"', "0x" + "f" * 20_000), tmp_path)
    (other,) = problems_of(HEADER + DEPTH.replace('"depth"', "0x" + "f" * 20_000), tmp_path)

    assert len(problem) < 300
    assert len(other) < 300


def test_a_file_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes((HEADER + DEPTH).replace("A test", "µ-test").encode("latin-1"))

    assert check(path) == [f"{path}, line 4: found the byte 0xb5, expected UTF-8 text."]


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    path.write_text(HEADER + DEPTH + "#" * MAX_BYTES, encoding="utf-8")

    assert check(path) == [f"{path}: found more than {MAX_BYTES} bytes, expected a treatment protocol file."]


def test_what_is_not_a_file_is_refused(tmp_path: Path) -> None:
    missing = tmp_path / "missing.toml"

    assert check(tmp_path) == [f"{tmp_path}: found a folder, expected a treatment protocol file (.toml)."]
    assert check(missing) == [f"{missing}: found no such file, expected a treatment protocol file (.toml)."]
    with pytest.raises(ProtocolFileError, match="no such file"):
        find(str(missing))


def test_a_sound_file_has_no_problems() -> None:
    assert [check(path) for path in shipped().values()] == [[]] * 8


_SHIPPED_TEXTS = [path.read_text(encoding="utf-8") for path in shipped().values()]


@given(st.sampled_from(_SHIPPED_TEXTS), st.data())
def test_a_file_with_lines_lost_doubled_or_garbled_is_a_protocol_or_one_error(text: str, data: st.DataObject) -> None:
    lines = text.split("\n")
    for _ in range(data.draw(st.integers(1, 4))):
        index = data.draw(st.integers(0, len(lines) - 1))
        values = st.sampled_from(["", "1", "nan", "-inf", "[[]]", "{}", '"x"', "true", "1979-05-27", "1e400", "x = 1"])
        key = lines[index].split("=")[0]
        changed = data.draw(st.sampled_from(["", lines[index] * 2, f"{lines[index]}\n{lines[index]}", key]))
        lines[index] = f"{changed}= {data.draw(values)}" if changed == key else changed

    message = error_of("\n".join(lines))

    assert message is None or (message.startswith("test.toml") and "\n" not in message)


@given(st.text())
def test_any_text_is_a_protocol_or_one_error(text: str) -> None:
    with pytest.raises(ProtocolFileError):
        parse(text, where="test.toml")
