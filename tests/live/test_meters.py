"""Doses beside their limits."""

from __future__ import annotations

from decimal import Decimal

from devicelog.live.meters import Meter
from devicelog.record.caveats import Dose
from devicelog.treatment.protocol import Channel
from tests.live.doses import AT_LEAST, UNKNOWN


def test_a_limit_that_is_reached_is_not_yet_passed() -> None:
    def meter(value: str) -> str:
        return Meter(Channel.CHARGE_DOSE, None, Dose(Decimal(value)), Decimal(40), Decimal(80), "mA*min").verdict

    assert [meter(value) for value in ("40", "40.01", "80", "80.01")] == ["within", "warning", "warning", "exceeded"]


def test_a_meter_never_says_an_unknown_dose_as_0_or_a_lower_bound_as_exact() -> None:
    assert (UNKNOWN.verdict, UNKNOWN.text) == ("not evaluable", "cannot be evaluated: no trigger came with a volume")
    assert (AT_LEAST.verdict, AT_LEAST.text) == ("within", "≥ 0.5 of 2 mL")
