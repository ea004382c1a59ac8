"""Numbers drawn large."""

from __future__ import annotations

import pytest

from devicelog.terminal.digits import Pixel


@pytest.mark.parametrize("pixel", [Pixel(1), Pixel(2), Pixel(3, 2), Pixel(1, half=True)])
def test_digits_take_the_room_that_they_say(pixel: Pixel) -> None:
    for text in ("0", "1.50", "43.1", "-2", "–", "12:34", "1000"):
        rows = pixel.draw(text)
        assert len(rows) == pixel.rows
        assert {len(row) for row in rows} == {pixel.measure(text)}


def test_every_digit_looks_different() -> None:
    assert len({tuple(Pixel(1, half=True).draw(digit)) for digit in "0123456789-. "}) == 13
