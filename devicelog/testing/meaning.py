"""The promises about what the bytes mean, held against vectors that an author has written by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import pytest

from devicelog.driver import Reading, ReportKind
from devicelog.testing.suite import Suite
from devicelog.testing.vectors import expected_of, means_of, read_vectors, said_of
from devicelog.units import factor, quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devicelog.driver import Metric, Value
    from devicelog.testing.vectors import Vector


class _Said(NamedTuple):
    """One value of a vector as the driver reads it, and what its author says that the record keeps ("": nothing)."""

    metric: Metric
    value: Value
    token: str
    means: str
    where: str


class MeaningPromises(Suite):
    """Part of `DriverConformance`; needs vectors."""

    def test_every_vector_means_what_its_author_has_written_down(self) -> None:
        wrong = []
        for vector in self._vectors():
            said = [said_of(self.driver, event) for event in vector.events(self.driver.decoder())]
            if said != expected_of(vector):
                wrong.append(f"{vector.meaning}: {vector.data!r} is {expected_of(vector)}, the driver says {said}")
        assert not wrong, "\n".join(wrong)

    def test_every_value_that_a_vector_states_is_the_one_of_the_record(self) -> None:
        for said in self._said():
            if said.means:
                unit = said.metric.unit or "1"
                assert type(said.value) in (int, Decimal), f"{said.where}: {said.value!r} is no {said.means}"
                kept = Decimal(said.value or 0) * factor(said.metric.wire_units[said.token], unit)
                assert kept == quantity(said.means, unit), f"{said.where}: the record keeps {kept} {unit}"

    def test_every_unit_token_is_in_a_vector_with_the_value_of_the_record(self) -> None:
        found = [said for said in self._said() if said.value is not None]
        seen = {(said.metric.name, said.token) for said in found}
        stated = {(said.metric.name, said.token) for said in found if said.means}
        for report in self.driver.reports:
            for metric in report.metrics:
                for token, pint_unit in metric.wire_units.items():
                    plain = not token and factor(pint_unit, metric.unit or "1") == 1  # a count: nothing to convert
                    where = f"{metric.name} in {token!r}"
                    assert plain or (metric.name, token) in seen, (
                        f"{where} is in no vector: nobody has tried its factor"
                    )
                    needed = report.kind is not ReportKind.STATUS and not plain
                    assert not needed or (metric.name, token) in stated, (
                        f"{where} is added up or judged, and no vector states the value of the record; "
                        f'write "means": {{"{metric.name}": "... {metric.unit}"}} from the manual or the display'
                    )

    def test_every_state_that_the_driver_names_is_in_a_vector(self) -> None:
        sent = {(said.metric.name, type(said.value), said.value) for said in self._said()}
        states = self.driver.paused_states | self.driver.idle_states | self.driver.quiet_states
        named: set[tuple[str, int | str]] = {("state", value) for value in states}
        for report in self.driver.reports:
            named |= {(metric.name, value) for metric in report.metrics for value in metric.conditions}
        never = sorted(f"{name} {value!r}" for name, value in named if (name, type(value), value) not in sent)

        assert not never, f"no vector holds {', '.join(never)}: is that what the device sends, to the letter?"

    def test_frames_that_must_be_refused_are_among_the_vectors(self) -> None:
        refused = [vector for vector in self._vectors() if not vector.is_sound]

        assert refused, "no vector expects a bad_frame; write down what must be refused, such as a wrong check"

    def _vectors(self) -> list[Vector]:
        if self.vectors is None:
            pytest.skip("no vectors are named: nothing here says what a frame means")
        return read_vectors(self.vectors)

    def _said(self) -> Iterator[_Said]:
        """Every value of the vectors."""
        for vector in self._vectors():
            events = vector.events(self.driver.decoder())
            for event, expected in zip(events, vector.expect, strict=False):
                if type(event) is not Reading:
                    continue
                report, means = self.driver.report(event.report), means_of(expected)
                tokens = report.units if event.units is None else event.units
                names = {metric.name for metric in report.metrics}
                assert set(means) <= names, f"{vector.meaning}: {event.report} has no {sorted(set(means) - names)}"
                for metric, value, token in zip(report.metrics, event.values, tokens, strict=True):
                    yield _Said(metric, value, token, means.get(metric.name, ""), f"{vector.meaning}: {metric.name}")
