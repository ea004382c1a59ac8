"""Where the words and the marks of a drawing stand, worked out from its SVG."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from xml.etree import ElementTree

from devicelog.chart.looks import PRIORITIES
from devicelog.chart.text import width

NAMESPACE = "{http://www.w3.org/2000/svg}"
_MARKS = {colour for _, colour in PRIORITIES.values()}


@dataclass(frozen=True, slots=True)
class Box:
    """Where a text stands, or the mark of an alarm."""

    what: str
    left: float
    top: float
    right: float
    bottom: float

    def lies_on(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 0.5 and down > 0.5


def words(drawn: str) -> list[Box]:
    """All texts of a chart: from the top of their capitals to the bottom of their line."""
    found = []
    for element in ElementTree.fromstring(drawn).iter(f"{NAMESPACE}text"):
        said, size = element.text or "", float(element.get("font-size", "12"))
        wide = width(said, size, bold=element.get("font-weight") == "bold")
        x, y, anchor = float(element.get("x", "0")), float(element.get("y", "0")), element.get("text-anchor", "start")
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        found.append(Box(said, left, y - 0.75 * size, left + wide, y + 0.22 * size))
    return found


def alarm_marks(drawn: str) -> list[Box]:
    """The marks of alarms, of the strip and of the key."""
    found = []
    for element in ElementTree.fromstring(drawn).iter(f"{NAMESPACE}path"):
        if {element.get("fill"), element.get("stroke")} & _MARKS and "z" in (element.get("d") or ""):
            for outline in (element.get("d") or "").split("z")[:-1]:
                corners = [tuple(map(float, pair.split())) for pair in outline.lstrip("M").split("L")]
                xs, ys = [x for x, _ in corners], [y for _, y in corners]
                found.append(Box("mark", min(xs), min(ys), max(xs), max(ys)))
    return found


def overlaps(drawn: str) -> list[tuple[Box, Box]]:
    """The pairs of words that lie on each other, and the words that lie on a mark."""
    said = words(drawn)
    found = [(one, other) for one, other in combinations(said, 2) if one.lies_on(other)]
    return found + [(one, mark) for one in said for mark in alarm_marks(drawn) if one.lies_on(mark)]
