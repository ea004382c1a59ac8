"""Treatment protocol files: what a sound one means."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from devicelog.driver import Priority
from devicelog.errors import UnknownNameError
from devicelog.treatment.protocol import (
    CHANNEL_RULES,
    Channel,
    Direction,
    Scope,
    Severity,
    Statistic,
    priority,
)
from devicelog.treatment.protocol_file import find, load
from devicelog.units import RECORD_UNITS
from tests.treatment.protocol_texts import (
    DEPTH,
    HEADER,
    SAMPLE,
    SESSION,
    limits_of,
    one,
)

if TYPE_CHECKING:
    from pathlib import Path

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
