"""What goes wrong with a simulated device or its line, said in Python: the fixture `fault`.

Each method gives one table of a fault script (simulators/README.md), and `write_script` writes them as such a file.
Times are seconds of the device. A fault strikes once: `at` a time, or at the nth `frame` that the device sends, its
replies included.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devicelog.errors import BadInputError

if TYPE_CHECKING:
    from pathlib import Path

_Setting = str | int | bool


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault that is to come."""

    kind: str
    settings: Mapping[str, _Setting]

    def __str__(self) -> str:
        said = ", ".join(f"{name} {value}" for name, value in self.settings.items() if name in ("at", "frame"))
        return f"{self.kind} ({said})"


class Faults:
    """Makes faults, by the names that fault scripts give them."""

    def split(
        self, *, pieces: int = 2, pause: float = 0.05, at: float | None = None, frame: int | None = None
    ) -> Fault:
        """A frame arrives in pieces with pauses between."""
        return _fault("split", at, frame, pieces=pieces, pause=_seconds(pause))

    def late(self, *, by: float, at: float | None = None, frame: int | None = None) -> Fault:
        """A frame arrives so much later, and what comes behind it waits."""
        return _fault("late", at, frame, by=_seconds(by))

    def drop(self, *, count: int = 1, at: float | None = None, frame: int | None = None) -> Fault:
        """Frames are lost on the line."""
        return _fault("drop", at, frame, count=count)

    def duplicate(self, *, copies: int = 1, at: float | None = None, frame: int | None = None) -> Fault:
        """A frame is sent again at once."""
        return _fault("duplicate", at, frame, copies=copies)

    def flip(self, *, bit: int | None = None, at: float | None = None, frame: int | None = None) -> Fault:
        """One bit of a frame is turned over, counted from the lowest of its first byte; None: the seed chooses."""
        return _fault("flip", at, frame, **({} if bit is None else {"bit": bit}))

    def noise(
        self, *, count: int = 32, inside: bool = False, at: float | None = None, frame: int | None = None
    ) -> Fault:
        """So many bytes that nobody sent, before a frame or inside it."""
        return _fault("noise", at, frame, bytes=count, inside=inside)

    def silence(self, *, lasting: float, at: float | None = None, frame: int | None = None) -> Fault:
        """The device is mute while its time runs on."""
        return _fault("silence", at, frame, **{"for": _seconds(lasting)})

    def unplug(self, *, lasting: float, at: float | None = None, frame: int | None = None) -> Fault:
        """The cable is out, for at least 0.1 s; what the device sends meanwhile is lost."""
        return _fault("unplug", at, frame, **{"for": _seconds(lasting)})

    def reset(self, *, at: float | None = None, frame: int | None = None) -> Fault:
        """The device starts again; its simulator needs `reboot()`."""
        return _fault("reset", at, frame)

    def wrong_device(
        self, serial: str, *, lasting: float = 2.0, at: float | None = None, frame: int | None = None
    ) -> Fault:
        """The cable is out, and then another device is on it; its simulator needs `become(serial)`."""
        return _fault("wrong_device", at, frame, serial=serial, **{"for": _seconds(lasting)})

    def __getattr__(self, name: str) -> Fault:
        known = [word for word in vars(type(self)) if not word.startswith("_")]
        raise AttributeError(f"no fault is called {name!r}; expected one of {', '.join(known)}.")


def write_script(faults: Sequence[Fault], path: Path) -> Path:
    """The faults as a fault script in that file; BadInputError for anything that `fault` has not made."""
    for each in faults:
        if not isinstance(each, Fault):
            found = f"found {each!r:.80} among the faults"
            raise BadInputError(
                f"{found}; expected what `fault` makes, such as fault.flip(frame=3), or a script's path."
            )
    path.write_text("\n".join(_table(each) for each in faults), encoding="utf-8")
    return path


def _fault(kind: str, at: float | None, frame: int | None, **settings: _Setting) -> Fault:
    if (at is None) == (frame is None):
        found = "neither" if at is None else "both"
        raise BadInputError(f"fault.{kind}: found {found} of `at` and `frame`; give one: at=12.5 (s) or frame=40.")
    when: dict[str, _Setting] = {"at": _seconds(at)} if at is not None else {"frame": frame or 0}
    return Fault(kind, when | settings)


def _seconds(time: float) -> str:
    """A time as fault scripts write it, in whole milliseconds."""
    return f"{round(time * 1000)} ms"


def _table(fault: Fault) -> str:
    # A JSON string, number or boolean is one of TOML, too.
    lines = [f"{name} = {json.dumps(value)}" for name, value in {"kind": fault.kind, **fault.settings}.items()]
    return "\n".join(["[[faults]]", *lines, ""])
