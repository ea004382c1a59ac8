"""The table of drivers says what the drivers say: it is made of them, and a page that is behind them is noticed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devicelog.driver import Effect, Query, SerialSettings
from devicelog_drivers import kds_legato
from tests.drivers.table import BEGIN, END, README, built_in, table, with_table

DRIVER = kds_legato.DRIVER


def row(**changes: object) -> list[str]:
    """The cells of one driver."""
    *_, line = table([replace(DRIVER, **changes)])  # type: ignore[arg-type]
    return line.strip("| ").split(" | ")


def test_the_page_holds_the_table_that_make_table_makes() -> None:
    page = README.read_text(encoding="utf-8")

    assert with_table(page) == page, "drivers/README.md is behind the drivers; run `make table`"


def test_every_built_in_driver_has_its_row() -> None:
    names = [line.split("`")[1] for line in table(built_in()) if line.startswith("| `")]

    assert {"kds-legato", "new-era", "reference-mesogun", "reference-noneedle"} <= set(names)
    assert names == sorted(names)


def test_a_row_says_what_is_sent_and_what_that_does() -> None:
    queries = (Query(b"ID?\r\n", Effect.NONE, "who"), Query(b"\x02\x05X\x03", Effect.OPENS_SESSION, "opens"))

    assert row(queries=queries)[4] == r"`ID?` (without effect); `\x02\x05X\x03` (opens a session; only if allowed)"
    assert row(queries=())[4] == "nothing, it only listens"


def test_a_row_says_what_is_read_in_which_units_each_once() -> None:
    read = row()[3].split(", ")

    assert {"volume_session (mL)", "rate_set (mL/h)", "state"} <= set(read)
    assert len(set(read)) == len(read)


def test_a_row_says_how_the_port_is_set_and_who_speaks_first() -> None:
    assert row(serial=SerialSettings(9600, 7, "E", 2, dtr=True))[2] == (
        "9600 baud 7E2, DTR high; is polled, answers at least every 2 s"
    )
    assert row(polling=None, expected_interval=None)[2] == "115200 baud 8N1; speaks by itself"


def test_a_row_says_on_what_a_driver_was_verified() -> None:
    assert row()[6] == "nothing"
    assert row(verified_on="Legato 100, firmware 3.0.6")[6] == "Legato 100, firmware 3.0.6"


def test_a_page_without_a_place_for_the_table_is_told() -> None:
    for page in ("", BEGIN, END):
        with pytest.raises(SystemExit, match="has no place for the table"):
            with_table(page)
