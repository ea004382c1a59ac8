"""What a limit on a sample is held against, computed from the values of one observation and the settings in force.

Formulas are those of IEC 60601-2-10 practice as makers' manuals state them: I_rms = I_peak * sqrt(width * frequency), a
symmetric biphasic pulse counting both phases; density = I / contact area; pulse energy = V^2 / 500 ohm * width; power
density = I_rms^2 * R / area. Results are in billionths of the channel's record unit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from devicelog.observation.layout import NANO, Layout, nano
from devicelog.treatment.protocol import Channel, Limit, Statistic

#: The load into which the energy of a pulse is stated, in ohm.
TEST_LOAD_OHM = 500

#: Computes a quantity from the values of an observation; None if a value that it needs is missing.
Quantity = Callable[[Sequence[Any]], int | None]


class NotEvaluableError(Exception):
    """A limit lacks something that it needs; the message says what."""


class NotApplicableError(Exception):
    """A limit has no meaning for this waveform (a zero-mean current has no iontophoretic dose)."""


class SampleQuantities:
    """The quantities of one layout of samples under the settings in force (name to value as sent, in nano units)."""

    def __init__(self, layout: Layout, settings: Mapping[str, Any]) -> None:
        self._layout = layout
        self._settings = settings

    def of(self, limit: Limit) -> Quantity:
        """What a limit of scope sample or pulse is held against; raises NotEvaluableError or NotApplicableError."""
        match limit.channel:
            case Channel.CURRENT:
                return self.current(limit.statistic)
            case Channel.CURRENT_DENSITY:
                return self._density(limit.statistic)
            case Channel.VOLTAGE:
                return self._voltage(limit.statistic)
            case Channel.PULSE_ENERGY:
                return self._pulse_energy()
            case Channel.POWER_DENSITY:
                return self._power_density()
        raise NotEvaluableError(f"no way to compute {limit.channel} is known")

    def current(self, statistic: Statistic | None) -> Quantity:
        """The measured current as mean, rms or peak, in nano-mA."""
        current = self._column("current_measured", "a measured current")
        basis = self._basis("current_measured")
        if basis is None:
            raise NotEvaluableError("the device does not state the basis of its current (dc, mean, rms, peak)")
        if basis in ("dc", statistic):
            return current
        waveform = self._settings.get("waveform")
        if waveform == "bi" and statistic is Statistic.MEAN:
            raise NotApplicableError("the waveform has a mean of zero")
        if waveform not in ("mono", "bi"):
            raise NotEvaluableError(f"the {statistic} of a current stated as {basis} needs the waveform")
        return self._converted(current, basis, str(statistic), phases=2 if waveform == "bi" else 1)

    def _converted(self, current: Quantity, basis: str, statistic: str, *, phases: int) -> Quantity:
        """Peak, rms and mean of a pulse train of duty d: peak : rms : mean = 1 : sqrt(d) : d."""
        width = self._column("pulse_width", "the pulse width")
        frequency = self._column("frequency", "the frequency")
        power = {"peak": 0.0, "rms": 0.5, "mean": 1.0}
        if basis not in power:
            raise NotEvaluableError(f"the basis {basis!r} of the current is not known")
        if basis == "mean" and phases == 2:
            raise NotEvaluableError("the mean of a biphasic current says nothing of its peak or rms")
        exponent = power[statistic] - power[basis]

        def converted(values: Sequence[Any]) -> int | None:
            amount, micros, hertz = current(values), width(values), frequency(values)
            if not amount:
                return amount
            if not micros or not hertz:
                return None
            duty = min(1.0, phases * (micros / NANO * 1e-6) * (hertz / NANO))
            return round(amount * float(duty**exponent))

        return converted

    def _density(self, statistic: Statistic | None) -> Quantity:
        area = self._area()
        current = self.current(statistic)
        return lambda values: None if (amount := current(values)) is None else amount * NANO // area

    def _voltage(self, statistic: Statistic | None) -> Quantity:
        voltage = self._column("voltage", "a voltage")
        if self._basis("voltage") not in ("dc", statistic):
            raise NotEvaluableError(f"the device does not state its voltage as {statistic}")
        return voltage

    def _pulse_energy(self) -> Quantity:
        voltage, width = self._voltage(Statistic.PEAK), self._column("pulse_width", "the pulse width")

        def energy(values: Sequence[Any]) -> int | None:
            volts, micros = voltage(values), width(values)
            if volts is None or micros is None:
                return None
            # V^2 / ohm * us = microjoule; in billionths of a millijoule, exact in whole numbers.
            return volts * volts * micros // (NANO * NANO * TEST_LOAD_OHM * 1000)

        return energy

    def _power_density(self) -> Quantity:
        area = self._area()
        rms, impedance = self.current(Statistic.RMS), self._column("impedance", "the impedance")

        def power(values: Sequence[Any]) -> int | None:
            milliamperes, ohm = rms(values), impedance(values)
            if not milliamperes:
                return milliamperes
            if ohm is None:
                return None
            # mA^2 * ohm = microwatt; over cm^2, in billionths of a W/cm^2.
            return milliamperes * milliamperes * ohm // (NANO * area * 1_000_000)

        return power

    def _area(self) -> int:
        area = self._settings.get("electrode_area")
        if not area:
            raise NotEvaluableError("the contact area of the electrode is not known")
        return int(area)

    def _basis(self, metric: str) -> str | None:
        position = self._layout.position(metric)
        if position is None:
            return None
        column = self._layout.columns[position]
        if column.basis_from is not None:
            return self._settings.get(column.basis_from) or column.basis
        return column.basis

    def _column(self, metric: str, what: str) -> Quantity:
        return column(self._layout, metric, what)


def column(layout: Layout, metric: str, what: str) -> Quantity:
    """The value of one column in nano units; raises NotEvaluableError if the layout has none with a unit."""
    position = layout.position(metric)
    if position is None:
        raise NotEvaluableError(f"the device does not report {what}")
    scale = layout.columns[position].scale
    if scale == 0:
        raise NotEvaluableError(f"the unit of {what} is not known")

    def value(values: Sequence[Any]) -> int | None:
        sent = values[position]
        return None if sent is None else nano(sent, scale)

    return value
