"""What stands where on a display: its pages, its variables, its touch keys, and which reports are made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from devicelog.driver import Value

#: Where the board sets the page, and where the display tells it (T5 and T5L; Marlin, DGUSDisplay.cpp).
PAGE_SET_AT, PAGE_TOLD_AT = 0x0084, 0x0014


class State(StrEnum):
    """What a panel shows of the treatment."""

    IDLE = "idle"
    """A page was entered, and nothing was started on it."""
    RUNNING = "running"
    STOPPED = "stopped"
    """Stopped before the time was over."""
    FINISHED = "finished"
    """The time was over, and the timer was loaded anew."""


#: In these nothing is given.
IDLE_STATES = frozenset({State.IDLE, State.STOPPED, State.FINISHED})
#: The treatment was begun, and is not going on.
PAUSED_STATES = frozenset({State.STOPPED, State.FINISHED})


class Says(StrEnum):
    """What a report may hold besides variables: what is known of the panel."""

    STATE = "state"
    FUNCTION = "function"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the display: what the device does there, and the state that it is in once the page is entered."""

    function: str
    state: str = State.IDLE


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the map. `pages` are the functions with which it is shown (none: it is shown on all pages).

    `read` turns its content into a value and raises WrongValueError. `left` is what the device sets it to when its page
    is left, of which nothing is sent (None: nobody knows).
    """

    name: str
    read: Callable[[bytes], Value]
    pages: frozenset[str] = frozenset()
    left: Value = None


@dataclass(frozen=True, slots=True)
class Told:
    """A report of the map: variables by address, and what is known of the panel.

    `holds`: what was written goes on standing there, and all of it is told together. `counts_down`: it is told while
    the device runs, and as `standing` at all other times.
    """

    name: str
    parts: tuple[int | Says, ...]
    holds: bool = False
    counts_down: bool = False


@dataclass(frozen=True, slots=True)
class Map:
    """A whole display. `running_at` holds 1 while the device runs and 0 when it was stopped.

    `reload` is what the timer is loaded with when its time is over. `keys` are the codes that the display tells at
    `keys_at` when it is touched. At `simulated_at` a simulated board of that `model` says its name.
    """

    model: str
    pages: Mapping[int, Page]
    variables: Mapping[int, Variable]
    reports: tuple[Told, ...]
    running_at: int | None = None
    reload: Value = None
    keys_at: int | None = None
    keys: Mapping[int, str] = field(default_factory=dict)
    page_set_at: int = PAGE_SET_AT
    simulated_at: int | None = None
    page_told_at: int = PAGE_TOLD_AT

    def report_of(self, address: int) -> Told:
        """The report that a variable is part of."""
        return next(report for report in self.reports if address in report.parts)
