"""The chart of a session: its figures are the record's, nothing is made up, and it can be read on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typst

from devicelog.chart.model import Chart, Panel, Point, Series
from devicelog.export.chart import session_chart
from devicelog.export.chart.panels import limits
from devicelog.export.session import ExportedSession
from devicelog.record.caveats import Quantity, dose
from devicelog.record.trace import trace
from devicelog.treatment.protocol import Channel, Scope
from tests.chart.boxes import overlaps, words
from tests.export import drawn_sessions as made

#: More than a chart may be, so that session.pdf stays small (bytes).
_GREATEST = 32_000
_NAMES = [make.__name__ for make in made.SESSIONS]


@pytest.fixture(scope="module")
def of() -> Callable[[str], ExportedSession]:
    """A session by its name, made once."""
    kept: dict[str, ExportedSession] = {}

    def find(name: str) -> ExportedSession:
        if name not in kept:
            kept[name] = getattr(made, name)()
        return kept[name]

    return find


Of = Callable[[str], ExportedSession]


def panels(session: ExportedSession) -> dict[str, Panel]:
    """By the first words of their quantity."""
    return {panel.quantity.partition(" (")[0]: panel for panel in session.once(session_chart.chart).panels}


def values(series: Series) -> list[float]:
    return [y for _, y in series.points if y is not None]


def lines(points: tuple[Point, ...] | list[Point]) -> Iterator[tuple[float, float]]:
    """From when to when a line is drawn without a break."""
    for (since, before), (until, after) in pairwise(points):
        if before is not None and after is not None:
            yield since, until


@pytest.mark.parametrize("name", _NAMES)
def test_what_is_drawn_adds_up_to_what_the_record_says(of: Of, name: str) -> None:
    session = of(name)

    traced, totals = trace(session.counting()), session.record.tally.session

    assert sum(one.injections for one in traced.added) == totals.injections
    assert sum(one.volume for one in traced.added) == pytest.approx(float(totals.volume_ml))
    assert sum(one.charge for one in traced.added) == pytest.approx(float(totals.charge_ma_min))
    assert sum(one.unsampled_ms for one in traced.added) == totals.missing_ms
    assert len(traced.injections) == totals.triggers - totals.polled
    assert [one.at_us for one in traced.injections] == sorted(one.at_us for one in traced.injections)


@pytest.mark.parametrize("name", _NAMES)
@pytest.mark.parametrize(("quantity", "what"), [("volume so far", "volume"), ("dose so far", "charge")])
def test_a_sum_ends_at_the_dose_and_is_a_lower_bound_exactly_if_that_is_one(
    of: Of, name: str, quantity: str, what: Quantity
) -> None:
    session = of(name)
    panel = panels(session).get(quantity)
    given = dose(session.record, None, what)
    if panel is None:
        assert not given.value
        return

    assert given.value is not None
    assert values(panel.series[-1])[-1] == pytest.approx(float(given.value))
    assert (panel.series[-1].name == "at least") is given.at_least


@pytest.mark.parametrize("name", _NAMES)
def test_nothing_is_drawn_through_a_gap(of: Of, name: str) -> None:
    session = of(name)
    lacking = [gap for gap in session.record.gaps.values() if gap.missing != 0]
    kinds = panels(session)

    for gap in lacking:
        since, until = gap.since_us / 1e6, (gap.until_us or session.record.last_us) / 1e6
        read_back = 4 if gap.filled else 0  # from sample to sample, what was read back is joined
        for quantity, longest in (("volume so far", 0), ("current", read_back), ("dose so far", 0)):
            if quantity in kinds and any(band.since == since for band in kinds[quantity].bands):
                for series in kinds[quantity].series:
                    through = [one for one in lines(list(series.points)) if one[0] < until and one[1] > since]
                    assert not [one for one in through if one[1] - one[0] >= longest]
    if name == "crowded":
        assert len(lacking) == 2


@pytest.mark.parametrize("name", _NAMES)
@pytest.mark.parametrize("wide", [560, 900])
def test_no_word_lies_on_another_and_it_is_small(of: Of, name: str, wide: int) -> None:
    drawn = session_chart.svg(of(name), wide)

    assert overlaps(drawn) == []
    assert all(box.left >= 0 and box.right <= wide for box in words(drawn))
    assert len(drawn.encode()) < _GREATEST
    assert ElementTree.fromstring(drawn).get("width") == str(wide)


def test_the_same_session_gives_the_same_bytes() -> None:
    assert session_chart.svg(made.crowded()) == session_chart.svg(made.crowded())


def test_words_are_on_paper_with_no_font_but_those_that_typst_brings(of: Of, tmp_path: Path) -> None:
    (tmp_path / "chart.svg").write_text(session_chart.svg(of("face")), encoding="utf-8")
    (tmp_path / "page.typ").write_text('#image("chart.svg", alt: "the chart")', encoding="utf-8")

    page = typst.compile(tmp_path / "page.typ", format="pdf", ignore_system_fonts=True)

    assert isinstance(page, bytes)
    assert b"LibertinusSerif-Regular" in page
    assert b"LibertinusSerif-Bold" in page
    assert len(page) < 30_000


def test_each_axis_says_its_quantity_its_basis_and_its_unit(of: Of) -> None:
    said = {box.what for box in words(session_chart.svg(of("both")))}

    assert {
        "depth (extension), mm",
        "volume of an injection (commanded), mL",
        "volume so far, mL",
        "current (dc), mA",
        "dose so far, mA·min",
        "time since the beginning, min:s",
    } <= said


def test_limits_are_those_of_the_protocol_and_each_where_it_belongs(of: Of) -> None:
    found = {
        quantity: [(limit.name, limit.hard) for limit in panel.limits] for quantity, panel in panels(of("face")).items()
    }

    assert found == {
        "depth": [("hard limit 4 mm", True), ("soft limit 2 mm", False)],
        "volume of an injection": [("hard limit 0.05 mL", True), ("soft limit 0.025 mL", False)],
        "volume so far": [("hard limit 5 mL", True), ("soft limit 2 mL", False)],
    }
    assert [limit.value for limit in panels(of("contact_lost"))["dose so far"].limits] == [80, 40]


def test_a_limit_on_another_statistic_than_the_device_states_is_not_drawn(of: Of) -> None:
    record = of("contact_lost").record

    assert len(limits(record, Channel.CURRENT, Scope.SAMPLE, of="dc")) == 2
    assert len(limits(record, Channel.CURRENT, Scope.SAMPLE, of="mean")) == 2
    assert limits(record, Channel.CURRENT, Scope.SAMPLE, of="peak") == []
    assert limits(record, Channel.CURRENT, Scope.SAMPLE) == []


def test_every_injection_too_deep_is_there(of: Of) -> None:
    session = of("face")
    (depths,) = panels(session)["depth"].series
    deep = [one.depth for one in trace(session.counting()).injections if one.depth is not None and one.depth > 2]

    assert len(deep) == 4
    assert [value for value in values(depths) if value > 2] == deep


def test_a_lost_contact_breaks_the_line_and_is_named_as_the_device_says(of: Of) -> None:
    current = panels(of("contact_lost"))["current"]
    (lost,) = current.bands

    assert (lost.what, round(lost.until - lost.since)) == ("the electrode has no contact", 30)
    measured = current.series[0]
    assert not [one for one in lines(list(measured.points)) if one[0] < lost.until - 1 and one[1] > lost.since]
    assert min(values(measured)) > 1.4  # an open circuit is no measured 0


def test_a_gap_of_one_device_is_no_gap_of_another(of: Of) -> None:
    found = panels(of("both"))

    assert len(found["depth"].bands) == 1
    assert found["current"].bands == []
    assert [series.name for series in found["volume so far"].series] == ["volume so far", "at least"]
    assert [series.name for series in found["dose so far"].series] == ["dose so far"]


def test_what_was_read_back_stands_where_it_happened(of: Of) -> None:
    session = of("injections_read_back")
    depths, total = panels(session)["depth"], panels(session)["volume so far"]
    gap = session.record.gaps[1]

    assert gap.filled
    inside = [x for x, _ in depths.series[0].points if gap.since_us < x * 1e6 < (gap.until_us or 0)]
    assert len(inside) >= 5
    assert depths.bands[0].what.endswith(", read back")
    assert [series.name for series in total.series] == ["volume so far"]


def test_what_was_typed_stands_when_it_was_stated_and_no_injection_is_made_up(of: Of) -> None:
    session = of("typed")
    chart: Chart = session.once(session_chart.chart)

    assert [panel.quantity for panel in chart.panels] == ["volume so far"]
    assert "TYPED" in chart.title
    assert "when it was stated" in chart.note
    amounts = [round(value, 6) for value in values(chart.panels[0].series[0])]
    assert sorted(set(amounts)) == [0, 0.4, 0.44, 1.04]  # 20 shots, corrected to 22, and 30 more


def test_triggers_without_a_volume_make_the_sum_a_lower_bound_and_purges_are_no_dose(of: Of) -> None:
    session = of("without_volumes")
    total = panels(session)["volume so far"]

    assert [series.name for series in total.series] == ["volume so far", "at least"]
    assert values(total.series[-1])[-1] == pytest.approx(17 * 0.06)
    assert "1 purge is not in the volume." in session.once(session_chart.chart).note


def test_a_session_in_which_nothing_was_given_says_so(of: Of) -> None:
    drawn = session_chart.svg(of("empty"))

    assert of("empty").once(session_chart.chart).panels == []
    assert "Nothing was given in this session: there is nothing to draw." in drawn


def test_who_cannot_see_it_is_told_what_there_is(of: Of) -> None:
    said = of("crowded").once(session_chart.chart).description

    assert "volume: at least 2.95 mL (14 reports are missing)" in said
    assert "gaps: 2" in said
    assert "contact lost 1 time" in of("contact_lost").once(session_chart.chart).description


def test_a_simulated_session_is_marked(of: Of) -> None:
    assert of("face").once(session_chart.chart).title.endswith("SIMULATED")


def test_figures_in_words_have_no_float_noise(of: Of) -> None:
    said = of("face").once(session_chart.chart).description

    assert f"volume: {Decimal('6.39445')} mL" in said
