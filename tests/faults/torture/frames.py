"""F13: what becomes of damaged frames."""

from __future__ import annotations

from pathlib import Path

from tests.faults.damage import Damage
from tests.faults.damaged_frames import CRC_16, DamageCounts, damaged_frames
from tests.faults.torture.check import Outcome
from tests.faults.unchecked import unchecked

_GREATEST_STATE = 64 * 1024
_LEAST_SPEED = 20_000
#: So many frames show that a decoder without its check would be caught.
_CONTROL = 20_000


def damaged(_folder: Path, *, driver: str, frames: int) -> Outcome:
    """Damaged frames of one driver, and the same with its check switched off."""
    counts = damaged_frames(driver, frames)
    with unchecked():
        control = damaged_frames(driver, _CONTROL)
    caught = bool(control.beyond_chance)
    kept = not (counts.exceptions or counts.beyond_chance or counts.lost or counts.lost_first)
    fast = counts.frames_a_second > _LEAST_SPEED
    return Outcome(
        kept and fast and caught and counts.greatest_state < _GREATEST_STATE,
        f"{counts.damaged.total():,} damaged frames, {counts.clean:,} clean ones between them",
        _found(counts),
        f"with the check off: {control.wrong.total():,} wrong of {_CONTROL:,}, {'caught' if caught else 'NOT CAUGHT'}",
    )


def _found(counts: DamageCounts) -> str:
    chance = counts.damaged.total() / CRC_16
    allowed = sum(counts.allowed(damage) for damage in Damage)
    words = [
        f"{counts.exceptions} exceptions",
        f"{counts.wrong.total()} wrong accepts (a CRC-16 on random frames: {chance:.0f}; by kind at most {allowed})",
        f"{counts.lost + counts.lost_first} clean frames missed",
        f"at most {counts.greatest_state:,} bytes held",
        f"{counts.frames_a_second:,.0f} frames/s",
    ]
    if counts.beyond_chance:
        words.append(f"beyond chance: {', '.join(counts.beyond_chance)}; {counts.examples}")
    elif counts.exceptions:
        words.append(counts.examples[0])
    return ", ".join(words)
