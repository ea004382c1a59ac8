"""Drawings of the body: one closed path for each zone, its `id` the code; chosen zones and points are added to a copy.

The files are line drawings of our own, without style sheet, script or outside reference, so that a page, a PDF and a
viewer show the same. What is chosen, or must not be treated, differs in its outline and not in its colour alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from devicelog.bodymap.zones import BodyMap, Zone
from devicelog.errors import UnknownNameError

SHIPPED = Path(__file__).parent / "drawings"

_SVG = "http://www.w3.org/2000/svg"
_PATH, _CIRCLE = f"{{{_SVG}}}path", f"{{{_SVG}}}circle"

#: How a chosen zone looks, and one that must not be treated: fill, outline, width of the outline and its dashes.
_CHOSEN = {"fill": "#8fc1d4", "stroke": "#1d5c78", "stroke-width": "2.4"}
_EXCLUDED = {"fill": "#f2c4b8", "stroke": "#a8321a", "stroke-width": "2.4", "stroke-dasharray": "5 3"}
_POINT = {"fill": "#1b1b1b", "stroke": "#ffffff", "stroke-width": "0.8"}
#: The radius of a point, as a part of the drawing's width.
_RADIUS = Decimal("0.007")

#: A point as parts of the drawing's width from its left and of its height from its top, 0 to 1.
Point = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Canvas:
    """A drawing's size in its own units, and the codes of the zones that have a path on it, in the order drawn."""

    width: Decimal
    height: Decimal
    codes: tuple[str, ...]


@cache
def canvas(name: str) -> Canvas:
    """What a drawing holds; raises UnknownNameError if there is none of that name."""
    root = _root(name)
    _, _, width, height = map(Decimal, root.attrib["viewBox"].split())
    return Canvas(width, height, tuple(path.attrib["id"] for path in _zones(root)))


def names() -> list[str]:
    """The drawings that are shipped."""
    return sorted(path.stem for path in SHIPPED.glob("*.svg"))


def drawn(
    name: str,
    body_map: BodyMap,
    *,
    chosen: Iterable[Zone] = (),
    excluded: Iterable[Zone] = (),
    points: Collection[Point] = (),
) -> str:
    """A drawing as SVG text, with what is chosen and what must not be treated marked, and points on top.

    A zone marks all that lies in it; what is excluded stays marked so where it is chosen, too. Raises
    UnknownNameError if there is no such drawing.
    """
    root = _root(name)
    looks = {one.code: _CHOSEN for zone in chosen for one in body_map.inside(zone)}
    looks |= {one.code: _EXCLUDED for zone in excluded for one in body_map.inside(zone)}
    art, paths = root[-1], list(_zones(root))  # the last thing in it are the features, on top
    for look in (_CHOSEN, _EXCLUDED):  # drawn after the others, so that no neighbour covers the outline
        for path in (path for path in paths if looks.get(path.attrib["id"]) is look):
            path.attrib.update(look)
            art.remove(path)
            art.insert(len(art) - 1, path)
    size = canvas(name)
    radius = f"{size.width * _RADIUS:.2f}"
    for x, y in points:
        place = {"cx": f"{x * size.width:.2f}", "cy": f"{y * size.height:.2f}", "r": radius}
        ElementTree.SubElement(root, _CIRCLE, place | _POINT)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def drawings_of(body_map: BodyMap, zone: Zone) -> list[str]:
    """The drawings on which a zone, or what lies in it, can be seen; the one that shows most of it first."""
    shown = [name for one in body_map.inside(zone) for name in one.drawings]
    return sorted(dict.fromkeys(shown), key=lambda name: (-shown.count(name), list(body_map.drawings).index(name)))


def _zones(root: ElementTree.Element) -> Iterable[ElementTree.Element]:
    return (path for path in root.iter(_PATH) if "id" in path.attrib)


def _root(name: str) -> ElementTree.Element:
    known = names()
    if name not in known:
        raise UnknownNameError("drawing", name, known)
    ElementTree.register_namespace("", _SVG)
    return ElementTree.fromstring((SHIPPED / f"{name}.svg").read_text(encoding="utf-8"))  # noqa: S314 - our own files
