"""How figures are written."""

from __future__ import annotations

import pytest

from bench.figures.paced import row_of
from bench.run import Run
from bench.table import Section, as_markdown, as_text, number, ratio


@pytest.mark.parametrize(
    ("value", "text"), [(123_456.7, "123,457"), (345.6, "346"), (12.34, "12.3"), (1.234, "1.23"), (0, "0.00")]
)
def test_three_digits(value: float, text: str) -> None:
    assert number(value) == text


def test_a_ratio_to_nothing_is_left_out() -> None:
    assert (ratio(10, 4), ratio(10, 0)) == ("2.50×", "")


def test_columns_are_aligned() -> None:
    section = Section("Figure", ("peer", "readings/s"), [("a", "1"), ("a longer one", "1,000")], ["a note"])
    assert as_text(section).splitlines() == [
        "Figure",
        "------",
        "peer          readings/s",
        "a                      1",
        "a longer one       1,000",
        "  a note",
    ]


def test_markdown() -> None:
    section = Section("Figure", ("peer", "readings/s"), [("a", "1")], ["a note"])
    assert as_markdown(section) == "### Figure\n\n| peer | readings/s |\n|---|---:|\n| a | 1 |\n\n- a note\n"


def test_what_is_missing_says_why() -> None:
    section = Section("Figure", ("peer", "readings/s", "CPU"))
    section.missing("QCoDeS", "no network")
    assert section.rows == [("QCoDeS", "not available", "")]
    assert section.notes == ["QCoDeS is not available: no network"]


def test_targets_are_said_not_asserted() -> None:
    section = Section("Figure", ("peer",))
    section.target("ms", found=12, most=20)
    section.target("readings/s", found=12, least=20)
    assert section.notes == [
        "ms: 12.0, target at most 20.0: reached",
        "readings/s: 12.0, target at least 20.0: NOT REACHED",
    ]
    assert [target["reached"] for target in section.data["targets"]] == [True, False]


def test_what_is_worked_out_of_a_run() -> None:
    run = Run(
        wall_s=2.0,
        cpu_s=0.5,
        user_s=0.4,
        peak_rss=1,
        asked=100,
        kept=99,
        disk=9_900,
        commits=33,
        latencies=[float(ms) for ms in range(100)],
        versions={},
    )
    assert (run.rate, run.cpu_us, run.share, run.disk_bytes, run.group) == (50.0, 5_000.0, 0.25, 100.0, 3)
    assert (run.latency(0.5), run.latency(0.99), run.latency(1)) == (50.0, 99.0, 99.0)
    row, content = row_of("a peer", run, 0.5)
    assert row == ("a peer", "25.0%", "0.50×", "50.0", "99.0", "99.0", "1", "100", "16.5")
    assert content["kept"] == 99
