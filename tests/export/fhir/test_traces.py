"""Currents and voltages as SampledData: regular places in time, and `E` where nothing was measured."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.driver import Category
from devicelog.export.fhir.traces import LONGEST, regular, values
from devicelog.export.session import ExportedSession
from devicelog.observation.layout import Column
from devicelog_drivers import reference_noneedle
from tests.conftest import Session, Unit
from tests.export.fhir.conftest import Written
from tests.export.fhir.sessions import exported

CURRENT = Column("current_measured", Category.MEASUREMENT, "uA", "mA", Decimal("0.001"), "dc", None)
#: SampledData.data of R4: decimals and the special values, one blank between them.
DATA = re.compile(r"(-?[0-9]+(\.[0-9]+)?|[ELU])( (-?[0-9]+(\.[0-9]+)?|[ELU]))*")


def test_a_sample_without_a_value_and_a_missing_sample_are_e(every: Mapping[str, Written]) -> None:
    (trace,) = every["current"].coded("current_measured")
    data = trace["valueSampledData"]

    assert data["data"] == "1.02 1.02 1.02 1.02 1.02 E 1.5 1.5 1.5 1.5 E 0.98 0.98 0.98"
    assert (data["period"], data["dimensions"], data["origin"]["code"]) == (1000, 1, "mA")
    assert "2 values are missing" in [note["text"] for note in trace["note"]]
    assert trace["method"]["text"] == "basis: dc"


def test_every_trace_is_decimals_and_special_values_alone(every: Mapping[str, Written]) -> None:
    """`NaN` and `null` pass every schema: only this stops them."""
    found = [one["valueSampledData"]["data"] for one in every["current"].resources if "valueSampledData" in one]

    assert len(found) == 5
    assert all(DATA.fullmatch(data) and len(data) <= LONGEST for data in found)


def test_a_trace_is_of_a_metric_of_its_device(every: Mapping[str, Written]) -> None:
    (trace,) = every["current"].coded("current_measured")
    metric = next(
        one for one in every["current"].of("DeviceMetric") if f"urn:uuid:{one['id']}" == trace["device"]["reference"]
    )

    assert metric["type"]["coding"][0]["code"] == "current_measured"
    assert (metric["category"], metric["unit"]["coding"][0]["code"]) == ("measurement", "mA")


@pytest.mark.parametrize(
    "moments",
    [[0, 100, 350, 420, 900], [0, 100, 100, 200], [5], [], [0, 250, 600, 850, 1100]],
    ids=["irregular", "twice at a place", "one", "none", "one is off its place"],
)
def test_what_is_not_regular_is_no_trace(moments: list[int]) -> None:
    assert regular([Decimal(moment) for moment in moments]) is None


@given(
    st.lists(st.booleans(), min_size=2, max_size=60).filter(lambda there: sum(there) > 1),
    st.integers(10, 5_000),
    st.integers(0, 10**9),
)
def test_samples_of_a_regular_device_are_where_they_were_made(there: list[bool], step: int, first: int) -> None:
    """Given samples at whole steps with holes, then each stands at its place, counted in the shortest common step."""
    places = [place for place, is_there in enumerate(there) if is_there]
    found = regular([Decimal(first + place * step) for place in places])

    if found is None:  # the step that comes most often does not divide the others: nothing is claimed
        return
    assert found.off_ms <= found.interval / 10
    for place, at in zip(places, found.places, strict=True):
        assert abs(at * found.interval - (place - places[0]) * step) <= found.interval / 10


def test_jitter_of_a_clock_is_said_and_does_not_add_up() -> None:
    moments = [Decimal(round(place * 1000 / 30)) for place in range(3_000)]

    found = regular(moments)

    assert found is not None
    assert found.places == tuple(range(3_000))
    assert abs(found.interval - Decimal(1000) / 30) < Decimal("0.001")
    assert found.off_ms < 1


#: As entries hold values: whole numbers, decimals as text, other text, and nothing.
SENT = st.one_of(
    st.none(),
    st.integers(-(10**12), 10**12),
    st.decimals(-(10**9), 10**9, places=3).map(str),
    st.sampled_from(["NaN", "sNaN", "Infinity", "1e400", "OFF"]),
)


@given(st.lists(SENT, min_size=2, max_size=30))
def test_values_are_exact_or_e(sent: list[int | str | None]) -> None:
    grid = regular([Decimal(100 * place) for place in range(len(sent))])
    assert grid is not None

    data = values(grid, sent, CURRENT)

    assert DATA.fullmatch(data)
    for text, value in zip(data.split(" "), sent, strict=True):
        if text == "E":
            assert value is None or value in ("NaN", "sNaN", "Infinity", "1e400", "OFF")
        else:
            assert value is not None
            assert Decimal(text) == Decimal(value) / 1000


def test_a_device_that_restarts_begins_another_trace(write: Callable[[ExportedSession], Written]) -> None:
    session = Session(reference_noneedle.DRIVER, zones=("full_face",))
    unit = Unit(session, current="dc", wave="dc", area=1200)
    unit.flow(1_000, 3)
    unit.reset(current="dc", wave="dc", area=1200)
    unit.flow(2_000, 4)

    found = write(exported(session.end())).coded("current_measured")

    assert [one["valueSampledData"]["data"] for one in found] == ["1 1 1", "2 2 2 2"]
