"""The promises about what a driver declares: reports and units, queries, memory, port, and what its code may use."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from devicelog.driver import Asked, Category, Effect, Metric, Provenance, Report, ReportKind, unit_wanted
from devicelog.errors import UnitError
from devicelog.observation.layout import NANO
from devicelog.registry import RESERVED, drivers
from devicelog.testing.imports import forbidden_imports
from devicelog.testing.noise import NOISES
from devicelog.testing.suite import Suite
from devicelog.units import RECORD_UNITS, factor

#: What the metrics must be from which an interval is made.
_RUNNING = {"triggers_session": Category.COUNTER, "volume_session": Category.AMOUNT}


class DeclarationPromises(Suite):
    """Part of `DriverConformance`; needs no bytes."""

    def test_every_unit_is_known_measures_the_right_thing_and_is_exact(self) -> None:
        for report in self.driver.reports:
            for metric in report.metrics:
                wanted = unit_wanted(metric.name, metric.unit)
                assert wanted is None, f"{metric.name} is in {metric.unit or 'no unit'}, expected {wanted}"
                if metric.unit is None:
                    assert not metric.wire_units, f"{metric.name} has unit tokens and no unit"
                    continue
                assert metric.unit in RECORD_UNITS, f"{metric.name}: a record is not kept in {metric.unit!r}"
                for token, pint_unit in metric.wire_units.items():
                    exact = _factor(pint_unit, metric)
                    assert exact > 0
                    added_up = report.kind not in (ReportKind.TOTALS, ReportKind.STATUS)
                    assert not added_up or exact * NANO % 1 == 0, f"{metric.name}: 1 {token} is no whole billionths"

    def test_reports_are_declared_in_full(self) -> None:
        names = [report.name for report in self.driver.reports]
        settings_known = {m.name for r in self.driver.reports for m in r.metrics if m.category is Category.SETTING}

        assert names
        assert len(set(names)) == len(names)
        for report in self.driver.reports:
            self._check_report(report, settings_known)

    @staticmethod
    def _check_report(report: Report, settings_known: set[str]) -> None:
        metrics = [metric.name for metric in report.metrics]
        assert metrics
        assert len(set(metrics)) == len(metrics), f"{report.name} has a metric twice"
        assert len(report.units) == len(metrics), f"{report.name}: a unit token for each metric"
        for metric, token in zip(report.metrics, report.units, strict=True):
            assert metric.unit is None or token in metric.wire_units, f"{report.name}.{metric.name}: {token!r}"
            assert metric.basis_from is None or metric.basis_from in settings_known, (
                f"{metric.name}: {metric.basis_from}"
            )
            assert metric.modulus is None or metric.modulus > 1

    def test_what_is_counted_and_added_up_is_declared_as_that(self) -> None:
        for report in self.driver.reports:
            for metric in report.metrics:
                where = f"{report.name}.{metric.name} is {metric.category}"
                running = _RUNNING.get(metric.name) if report.kind is ReportKind.INTERVAL else None
                assert running in (None, metric.category), f"{where}, expected {running}: nothing would be given"
                added_up = metric.category is Category.AMOUNT and metric.name.endswith("_session")
                assert not added_up or report.kind is not ReportKind.INJECTION, (
                    f"{where} in an injection; expected what this one was, or the kind interval for what runs on"
                )
                counts = metric.category is Category.COUNTER and report.kind is not ReportKind.STATUS
                wraps_known = metric.never_wraps or None not in (metric.modulus, metric.max_rate)
                assert not counts or wraps_known, (
                    f"{where}; expected its modulus and max_rate, or never_wraps=True: a wrap is a fault otherwise"
                )

    def test_queries_are_declared_in_full_and_asked_unbidden_only_without_effect(self) -> None:
        requests = [query.request for query in self.driver.queries]

        assert len(set(requests)) == len(requests)
        for query in self.driver.queries:
            assert isinstance(query.request, bytes)
            assert query.request
            assert isinstance(query.effect, Effect)
            assert query.purpose.strip()
            assert query.allows(query.request.replace(b"#", b"7") if query.has_numbers else query.request)
            assert not query.on_open or query.effect is Effect.NONE
            assert not query.clears or query.effect is Effect.DESTRUCTIVE_READ, "what clears destroys what it reads"
            assert set(query.clears) <= {metric.name for report in self.driver.reports for metric in report.metrics}
            assert not query.on_open or not query.has_numbers, "a number is wanted, and nobody gives one on opening"
            assert query.every is None or (query.every > 0 and not query.has_numbers)
            assert query.every is None or self.driver.polling is not None, "who is polled says when a reply is over"
        if self.driver.polling is not None:
            assert self.driver.polling.ends or self.driver.polling.is_whole is not None
            assert all(self.driver.polling.ends)
            assert min(self.driver.polling.timeout, self.driver.polling.pause) > 0
            assert self.driver.expected_interval is not None, "who is polled and falls silent would never be missed"

    def test_a_memory_is_asked_with_a_declared_query_without_effect(self) -> None:
        memory = self.driver.memory
        if memory is None:
            return
        counted = [metric for r in self.driver.reports for metric in r.metrics if metric.category is Category.SEQUENCE]

        assert counted, "a report that has no number cannot be asked for"
        assert memory.query in self.driver.queries
        assert memory.query.effect is Effect.NONE
        assert memory.query.request.count(b"#") == len(memory.numbers)
        assert Asked.FIRST in memory.numbers
        assert {Asked.LAST, Asked.COUNT} & set(memory.numbers), "the answer has no end"
        assert len(set(memory.numbers)) == len(memory.numbers)
        assert memory.page >= 1
        assert memory.timeout > 0
        assert memory.retries >= 0
        last = max(int(metric.modulus or 1) for metric in counted) - 1
        for first, count, epoch in ((0, 1, 0), (last, memory.page, 2**32 - 1)):
            assert memory.query.allows(memory.request(first, last, count, epoch)), "the gate would not let it pass"

    def test_a_logbook_is_read_with_declared_queries_without_effect(self) -> None:
        logbook, device_clock = self.driver.logbook, self.driver.clock
        if device_clock is not None:
            assert self.driver.may_ask(device_clock.request), "the gate would not let the clock be asked"
        if logbook is None:
            return
        polled = [query.request for query in self.driver.queries if query.every is not None]

        assert logbook.listing_of(logbook.root) in polled, "nobody would look at the card"
        assert self.driver.may_ask(logbook.listing_of(logbook.root))
        assert device_clock is not None, "without its clock no log can be dated"
        assert device_clock.request in polled
        assert logbook.patience >= 0
        assert logbook.read(b"") is None
        assert all(logbook.read(noise(b"log")) is None for noise in NOISES.values())

    def test_the_driver_says_what_it_is_and_where_its_knowledge_comes_from(self) -> None:
        driver: Any = self.driver

        assert re.fullmatch(r"[a-z0-9][a-z0-9-]*", driver.name), "lower case, digits, hyphens: people type it"
        assert all(
            isinstance(text, str) and text.strip() for text in (driver.model, driver.version, driver.wire_format)
        )
        assert isinstance(driver.provenance, Provenance)
        assert driver.verified_on is None or driver.verified_on.strip()
        assert driver.expected_interval is None or driver.expected_interval > 0
        states = {metric.name for report in driver.reports for metric in report.metrics}
        idle = driver.paused_states | driver.idle_states
        assert not idle or "state" in states, "a pause is seen in a metric called state"
        assert driver.paused_states <= driver.idle_states, "in a pause nothing is given: it is idle, too"

    def test_the_driver_is_registered_under_its_own_name(self) -> None:
        assert self.driver.name not in RESERVED, f"devicelog drivers {self.driver.name} is a command"
        for name in drivers().names_of(self.driver):
            assert name == self.driver.name, f"its entry point is called {name!r}"

    def test_the_port_is_set_as_a_port_can_be(self) -> None:
        serial = self.driver.serial

        assert serial.baudrate > 0
        assert serial.bytesize in (5, 6, 7, 8)
        assert serial.parity in tuple("NEOMS")
        assert serial.stopbits in (1, 1.5, 2)

    def test_the_decoder_has_no_port_clock_thread_or_store(self) -> None:
        assert forbidden_imports(self.driver) == []


def _factor(pint_unit: str, metric: Metric) -> Decimal:
    try:
        return factor(pint_unit, metric.unit or "")
    except UnitError as error:
        raise AssertionError(f"{metric.name}: {error}") from None
