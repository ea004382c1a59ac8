"""F8, F10, F15, F19: what a line does to a recording."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

from tests.end_to_end.running import Devicelog, Warm
from tests.faults.torture.built import tool
from tests.faults.torture.check import Outcome


def unplugs(folder: Path, *, unplugs: int) -> Outcome:
    """Unplug a gun that reports 50 times a second, and plug it in again."""
    return _kept(folder, lambda box: tool("links").unplugs(box, unplugs), f"{unplugs} unplugs of 0.1 to 3 s")


def cuts(folder: Path, *, cuts: int) -> Outcome:
    """Unplug in the middle of a frame, behind another byte of it each time."""
    return _kept(folder, lambda box: tool("links").cuts_in_frames(box, cuts), f"{cuts:,} cuts")


def noise(folder: Path, *, size: int, wrong_baud: float, flood: float) -> Outcome:
    """Noise, a break, a wrong baud rate and a flood at full speed."""
    return _kept(
        folder,
        lambda box: tool("links").noise_and_flood(box, size, wrong_baud=wrong_baud, flood=flood),
        f"{size:,} bytes of noise, {wrong_baud:g} s of a wrong baud rate, a flood for {flood:g} s",
    )


def second_recorder(folder: Path) -> Outcome:
    """A second recorder on the port and on the store of a recording."""
    return _kept(
        folder,
        lambda box: tool("two_recorders").two_recorders(box, Devicelog(folder / "other", box.warm)),
        "two recorders on one port and on one store",
    )


def _kept(folder: Path, tried: Callable[[Devicelog], Any], size: str) -> Outcome:
    """What a tool counted, and which of its promises were not kept."""
    warm = Warm(folder)
    try:
        counts = tried(Devicelog(folder / "box", warm))
    finally:
        warm.close()
    broken = counts.broken()
    counted = {field.name.replace("_", " "): getattr(counts, field.name) for field in fields(counts)}
    words = ", ".join(f"{name} {_short(value)}" for name, value in counted.items())
    return Outcome(not broken, size, words + (f"; NOT KEPT: {', '.join(broken)}" if broken else ""))


def _short(value: Any) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
