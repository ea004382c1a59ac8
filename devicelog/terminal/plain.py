"""Text for every terminal, without what draws tables: a long list is printed before that would be loaded."""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence

#: The error handler under which what a terminal cannot show is replaced.
ERRORS = "devicelog.plain"

#: Between two columns, and the width below which none is folded.
_BETWEEN, _NARROWEST = "  ", 10

#: What stands for a character that a terminal cannot show; one for one, so that columns stay columns.
_PLAIN = str.maketrans(
    {"–": "-", "·": "*", "²": "2", "µ": "u", "×": "x", "≥": ">", "…": ".", "✓": "+", "✖": "X"}
    | {"▲": "^", "■": "#", "●": "*", "○": "o", "─": "-", "━": "-", "█": "#", "░": ".", "▒": ":", "┃": "|", "Δ": "d"}
)


def _replace(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    plain = error.object[error.start : error.end].translate(_PLAIN)
    return "".join(char if char.isascii() else "?" for char in plain), error.end


codecs.register_error(ERRORS, _replace)


def clean(text: object) -> str:
    """Text from a device or a person without what would steer a terminal."""
    said = str(text)
    return said if said.isprintable() else "".join(char if char.isprintable() else "�" for char in said)


def print_columns(
    heads: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = (), fold: Iterable[int] = ()
) -> None:
    """Rows under their heads on stdout, columns aligned to the left, those of `right` to the right.

    Nothing is cut: where a terminal is too narrow, the columns of `fold` go on in a line below.
    """
    lines = [list(heads), *([clean(cell) for cell in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    _narrow(widths, [len(head) for head in heads], list(fold))
    lines.insert(1, ["─" * width for width in widths])
    aligned = set(right)
    text = "".join(_line(piece, widths, aligned) for line in lines for piece in _pieces(line, widths))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors=ERRORS)
    sys.stdout.write(text)
    sys.stdout.flush()


def _narrow(widths: list[int], least: Sequence[int], fold: Sequence[int]) -> None:
    """Take from the widest columns that may be folded what a terminal has no room for; a file has room."""
    if not (sys.stdout.isatty() or "COLUMNS" in os.environ):
        return
    import shutil

    room = shutil.get_terminal_size().columns - len(_BETWEEN) * (len(widths) - 1)
    while sum(widths) > room:
        wide = [column for column in fold if widths[column] > max(least[column], _NARROWEST)]
        if not wide:
            return
        widths[max(wide, key=lambda column: widths[column])] -= 1


def _pieces(line: Sequence[str], widths: Sequence[int]) -> Iterator[Sequence[str]]:
    """A row as one line, or as several where a cell is wider than its column."""
    if all(len(cell) <= width for cell, width in zip(line, widths, strict=True)):
        yield line
        return
    from itertools import zip_longest
    from textwrap import wrap

    folded = [wrap(cell, width, break_on_hyphens=False) for cell, width in zip(line, widths, strict=True)]
    yield from zip_longest(*folded, fillvalue="")


def _line(cells: Sequence[str], widths: Sequence[int], right: Collection[int]) -> str:
    placed = zip(cells, widths, strict=True)
    text = _BETWEEN.join(
        cell.rjust(width) if at in right else cell.ljust(width) for at, (cell, width) in enumerate(placed)
    )
    return f"{text.rstrip()}\n"
