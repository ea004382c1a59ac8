"""What people type on a page: said back before it counts, counted once, and nobody's bytes are cut into."""

from __future__ import annotations

from devicelog.chunk import Chunk
from devicelog.recorder.plan import Bound
from devicelog.station.typing import Typing
from devicelog_drivers.manual import DRIVER


def typing(url: str = "page://") -> tuple[Typing, list[Chunk]]:
    put: list[Chunk] = []
    return Typing([Bound(1, DRIVER, "test", url)], put.append), put


def test_a_line_counts_when_it_is_confirmed_and_once() -> None:
    page, put = typing()
    said, ticket = page.say_back(1, "shots 40", {"volume_set": 20_000_000})
    assert said is not None
    assert said.text == "shots 40, of 0.02 mL, makes 0.8 mL, of no stated depth"
    assert put == []

    first, second = page.keep(ticket, 1, "shots 40"), page.keep(ticket, 1, "shots 40")

    assert [chunk.data for chunk in put] == [b"shots 40\n"]
    assert first is not None
    assert second is not None
    assert (first.is_new, second.is_new) == (True, False)
    assert page.again(1) == ("shots 40",)


def test_what_was_said_back_of_another_line_or_by_another_process_keeps_nothing() -> None:
    page, put = typing()
    _, ticket = page.say_back(1, "shots 40", {})

    assert page.keep(ticket, 1, "shots 41") is None
    assert page.keep("of yesterday", 1, "shots 40") is None
    assert put == []


def test_what_cannot_be_read_is_kept_as_it_was_typed_once_and_has_no_ticket() -> None:
    page, put = typing()

    for _ in range(2):
        said, ticket = page.say_back(1, "dose 3", {})
        assert said is not None
        assert (said.readable, ticket) == (False, "")

    assert [chunk.data for chunk in put] == [b"dose 3\n"]
    assert page.say_back(1, "# a remark", {}) == (None, "")


def test_nobody_types_on_a_page_between_the_bytes_of_a_file_a_pipe_or_a_simulator() -> None:
    assert [url for url in ("sim://manual", "keyboard:///tmp/pipe", "page://gun") if typing(url)[0].devices] == [
        "page://gun"
    ]
