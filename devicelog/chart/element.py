"""The elements of a drawing as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from devicelog.chart.text import SIZE, coordinate, escaped

INK, FAINT, PAPER = "#222222", "#d8d8d8", "#ffffff"
QUIET = "#595959"


def element(tag: str, content: str = "", /, **attributes: float | str) -> str:
    """One element; `_` in the name of an attribute stands for `-`, and is left out at its end."""
    said = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escaped(value) if isinstance(value, str) else coordinate(value)}"'
        for name, value in attributes.items()
    )
    return f"<{tag}{said}>{content}</{tag}>" if content else f"<{tag}{said}/>"


def text(x: float, y: float, what: str, **attributes: float | str) -> str:
    """A text; `y` is its baseline."""
    return element("text", escaped(what), x=x, y=y, **{"font_size": SIZE, "fill": INK, **attributes})


def line(x1: float, y1: float, x2: float, y2: float, **attributes: float | str) -> str:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, **{"stroke": INK, **attributes})


def rectangle(x: float, y: float, width: float, height: float, **attributes: float | str) -> str:
    return element("rect", x=x, y=y, width=max(0.0, width), height=max(0.0, height), **attributes)


def polylines(pieces: Iterable[Sequence[tuple[float, float]]], **attributes: float | str) -> str:
    """Unbroken pieces of a line as one path; empty for none."""
    path = "".join("M" + " ".join(f"{coordinate(x)} {coordinate(y)}" for x, y in piece) for piece in pieces)
    return element("path", d=path, **{"fill": "none", "stroke_linejoin": "round", **attributes}) if path else ""
