"""Figures as people read them: a section with a table and notes, in text and in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(slots=True)
class Section:
    """One figure; `data` is what --json holds of it."""

    title: str
    head: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)

    def missing(self, name: str, why: str) -> None:
        """A row for what could not be measured; the reason stands below, never left out."""
        self.rows.append((name, "not available", *[""] * (len(self.head) - 2)))
        self.notes.append(f"{name} is not available: {why}")
        self.data[name] = {"not available": why}

    def target(self, what: str, *, found: float, most: float | None = None, least: float | None = None) -> None:
        """Note whether a target of the project is reached; targets are for its own machine class, not asserted."""
        reached = (most is None or found <= most) and (least is None or found >= least)
        bound = f"at most {number(most)}" if most is not None else f"at least {number(least or 0)}"
        self.notes.append(f"{what}: {number(found)}, target {bound}: {'reached' if reached else 'NOT REACHED'}")
        self.data.setdefault("targets", []).append({"what": what, "found": found, "reached": reached})


def number(value: float) -> str:
    """Three significant digits, thousands apart."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def ratio(value: float, to: float) -> str:
    """How many times."""
    return f"{number(value / to)}×" if to else ""


def middle(values: Sequence[float]) -> float:
    """The median."""
    return float(median(values))


def as_text(section: Section) -> str:
    """The section for a terminal: columns aligned, the first to the left, the others to the right."""
    table = [section.head, *section.rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(section.head))]
    lines = [section.title, "-" * len(section.title)]
    for row in table:
        cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        cells[0] = row[0].ljust(widths[0])
        lines.append("  ".join(cells).rstrip())
    return "\n".join([*lines, *(f"  {note}" for note in section.notes)]) + "\n"


def as_markdown(section: Section) -> str:
    """The section for docs/bench.md."""
    lines = [f"### {section.title}", "", "| " + " | ".join(section.head) + " |"]
    lines.append("|---" + "|---:" * (len(section.head) - 1) + "|")
    lines += ["| " + " | ".join(row) + " |" for row in section.rows]
    return "\n".join([*lines, "", *(f"- {note}" for note in section.notes)]) + "\n"
