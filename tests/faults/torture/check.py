"""One line of the acceptance list: what is tried, what must come of it, and what came."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

#: A size of a check, or what else it is told.
Sizes = Mapping[str, int | float | str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found. `control` is what was broken on purpose and whether that was seen; empty: there is none."""

    reached: bool
    size: str
    found: str
    control: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One check of the list. `run` is `module:function` under `tests.faults.torture`; it gets a folder and the sizes.

    `limit` is the time (s) after which it is ended and has failed. `last`: it looks at what the others left.
    """

    id: str
    what: str
    criterion: str
    run: str
    full: Sizes = field(default_factory=dict)
    quick: Sizes = field(default_factory=dict)
    limit: float = 900.0
    of: str = ""
    last: bool = False

    @property
    def key(self) -> str:
        """The id, and what it is of where there is more than one."""
        return f"{self.id} {self.of}".strip()

    def function(self) -> Callable[..., Outcome]:
        """What does it; raises NotBuiltError if there is no such thing."""
        module, _, name = self.run.partition(":")
        try:
            return getattr(importlib.import_module(f"tests.faults.torture.{module}"), name)  # type: ignore[no-any-return]
        except (ModuleNotFoundError, AttributeError, ImportError) as error:
            raise NotBuiltError(str(error)) from None


class NotBuiltError(Exception):
    """There is nothing that does this check."""


class State(StrEnum):
    """How a check ended."""

    REACHED = "reached"
    FAILED = "NOT REACHED"
    NOT_BUILT = "not built"
    CRASHED = "crashed"
    LATE = "too slow"
    NOT_HERE = "not here"
    """It needs something that this computer is not: another machine, a real adapter."""


@dataclass(frozen=True, slots=True)
class Row:
    """A check, how it ended and what it found; `found` says why where there is no outcome."""

    key: str
    what: str
    criterion: str
    state: State
    size: str = ""
    found: str = ""
    control: str = ""
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against a release; what cannot be run here is said, and does not."""
        return self.state in (State.REACHED, State.NOT_HERE)

    def write(self, file: Path) -> None:
        """Leave it for the process that asked for it."""
        file.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, file: Path) -> Row:
        """What a process has left."""
        content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return cls(**{**content, "state": State(content["state"])})
