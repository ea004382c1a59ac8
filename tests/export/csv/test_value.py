"""Values and times as text, which are made quickly: the same as the record's own number and time."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from devicelog.driver import Category
from devicelog.export.csv.value import decimal_text, scaled_by, seconds_texts, texts_of
from devicelog.numbers import is_writable, number, rfc3339, seconds
from devicelog.observation.layout import Column
from devicelog.record.views import WallClock

FACTORS = st.sampled_from(
    [*map(Decimal, ("1", "0.001", "0.000001", "0.00390625", "60", "1E+3", "1E-9", "1E-12", "0.0166666666666666667"))]
)
SENT = st.integers(-(10**30), 10**30) | st.integers(-5000, 5000) | st.decimals(allow_nan=True).map(str)


def column(factor: Decimal | None, category: Category = Category.MEASUREMENT, fault: str | None = None) -> Column:
    return Column("m", category, "t", "mm" if factor is not None else None, factor, None, None, fault)


@given(SENT, FACTORS)
def test_a_value_is_the_number_that_the_record_has(sent: int | str, factor: Decimal) -> None:
    resolved = Decimal(sent) * factor if Decimal(sent).is_finite() else None

    expected = number(resolved) if resolved is not None and is_writable(resolved) else None
    assert scaled_by(factor)(sent) == expected
    assert texts_of(column(factor))([sent, None, sent]) == [expected, "", expected]
    assert texts_of(column(factor, Category.UPTIME))([sent, None]) == [expected, ""]


@given(st.integers(-(10**15), 10**15), st.integers(0, 12))
def test_digits_behind_the_point_are_exact(value: int, places: int) -> None:
    assert Decimal(decimal_text(value, places)) == Decimal(value) / 10**places


@given(st.lists(st.integers(-(10**12), 10**15)))
def test_a_time_of_the_session_is_its_seconds(times: list[int]) -> None:
    assert seconds_texts(times) == [number(seconds(t_us)) for t_us in times]


def test_a_value_that_is_no_number_has_no_text() -> None:
    sequence = Column("sequence", Category.SEQUENCE, "", None, None, None, None)

    assert texts_of(sequence)([3, "4", "x", None]) == ["3", "4", None, ""]
    assert texts_of(column(Decimal(1)))(["x", "NaN"]) == [None, None]
    assert texts_of(column(None, fault="the unit is not known"))([1, None]) == [None, ""]
    assert texts_of(column(None, Category.STATE))(["=1", -3, 'a"b']) == ["'=1", "-3", '"a""b"']


@given(
    st.lists(st.tuples(st.integers(0, 10**9), st.timedeltas(timedelta(-1), timedelta(1))), max_size=3),
    st.lists(st.integers(0, 10**9), min_size=1),
)
def test_wall_times_are_those_of_the_clock_however_often_it_was_set(
    steps: list[tuple[int, timedelta]], moments: list[int]
) -> None:
    clock = WallClock()
    clock.add(0, "2026-03-14T10:24:55.473000Z")
    for t_us, by in sorted(steps):
        clock.text(t_us)
        clock.add(t_us, rfc3339(clock.at(t_us) + by))
    expected = [rfc3339(clock.at(t_us)) for t_us in moments]

    assert [clock.text(t_us) for t_us in moments] == expected
    assert clock.texts(moments) == expected
    assert clock.texts(sorted(moments)) == sorted(expected, key=lambda text: moments[expected.index(text)])
