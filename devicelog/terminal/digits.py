"""Numbers that can be read across a room, drawn with blocks in a terminal's cells."""

from __future__ import annotations

from dataclasses import dataclass

HEIGHT = 5

#: Three pixels wide and five high (the point and the colon: one wide); row by row, from the top.
_GLYPHS = {
    "0": "### #.# #.# #.# ###",
    "1": ".#. ##. .#. .#. ###",
    "2": "### ..# ### #.. ###",
    "3": "### ..# ### ..# ###",
    "4": "#.# #.# ### ..# ..#",
    "5": "### #.. ### ..# ###",
    "6": "### #.. ### #.# ###",
    "7": "### ..# ..# .#. .#.",
    "8": "### #.# ### #.# ###",
    "9": "### #.# ### ..# ###",
    ".": ". . . . #",
    ":": ". # . # .",
    "-": "... ... ### ... ...",
    "–": "... ... ### ... ...",
    " ": "... ... ... ... ...",
}


@dataclass(frozen=True, slots=True)
class Pixel:
    """How many cells one pixel of a digit takes; `half` puts two rows of pixels into one row of cells."""

    width: int
    height: int = 1
    half: bool = False

    @property
    def rows(self) -> int:
        """How many rows of cells a digit takes."""
        return (HEIGHT + 1) // 2 if self.half else HEIGHT * self.height

    def measure(self, text: str) -> int:
        """How many columns of cells a number takes."""
        return sum(len(_GLYPHS[char].split()[0]) * self.width for char in text) + self._space * (len(text) - 1)

    def draw(self, text: str, block: str = "█") -> list[str]:
        """The rows of a number."""
        rows = [(" " * self._space).join(self._row(char, y, block) for char in text) for y in range(HEIGHT)]
        if self.half:
            return [
                _joined(rows[y], rows[y + 1] if y + 1 < HEIGHT else " " * len(rows[y])) for y in range(0, HEIGHT, 2)
            ]
        return [row for row in rows for _ in range(self.height)]

    @property
    def _space(self) -> int:
        return max(1, self.width - 1)

    def _row(self, char: str, y: int, block: str) -> str:
        return "".join((block if pixel == "#" else " ") * self.width for pixel in _GLYPHS[char].split()[y])


def _joined(upper: str, lower: str) -> str:
    """Two rows of pixels in one row of half blocks."""
    halves = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
    return "".join(halves[above != " ", below != " "] for above, below in zip(upper, lower, strict=True))
