"""F13: what becomes of damaged frames."""

from __future__ import annotations

from pathlib import Path

from tests.faults.damaged_frames import CRC_16, DamageCounts, damaged_frames
from tests.faults.suites import driver_of
from tests.faults.torture.check import Outcome
from tests.faults.unchecked import inventing, unchecked

_GREATEST_STATE = 64 * 1024
_LEAST_SPEED = 20_000
_NO_CRC = "the wire format has no CRC: counted, not judged)"
#: So many frames show that a decoder without its check would be caught.
_CONTROL = 20_000


def damaged(_folder: Path, *, driver: str, frames: int) -> Outcome:
    """Damaged frames of one driver, and the same through decoders that accept what they must not."""
    counts = damaged_frames(driver, frames)
    wrong = _wrong_of_controls(driver)
    caught = all(wrong.values())
    kept = not (counts.exceptions or counts.beyond_chance or counts.missed_beyond_chance)
    fast = counts.frames_a_second > _LEAST_SPEED
    return Outcome(
        kept and fast and caught and counts.greatest_state < _GREATEST_STATE,
        f"{counts.damaged.total():,} damaged frames, {counts.clean:,} clean ones between them",
        _found(counts),
        "; ".join(f"{what}: {count:,} wrong accepts" for what, count in wrong.items())
        + (", caught" if caught else ", NOT CAUGHT"),
    )


def _wrong_of_controls(driver: str) -> dict[str, int]:
    """How many wrong accepts each control has, beyond chance where there is a check."""
    found = {"bad frames told as good": damaged_frames(driver, _CONTROL, decoder=lambda: inventing(driver))}
    if driver_of(driver).wire_format.startswith("DLR1"):
        with unchecked():
            found["the check off"] = damaged_frames(driver, _CONTROL)
    return {
        what: counts.wrong.total() if counts.beyond_chance or not counts.has_crc else 0
        for what, counts in found.items()
    }


def _found(counts: DamageCounts) -> str:
    chance = counts.damaged.total() / CRC_16
    kinds = "".join(f", {kind} {count}" for kind, count in counts.wrong.most_common())
    words = [
        f"{counts.exceptions} exceptions",
        f"{counts.wrong.total():,} wrong accepts ("
        + (f"a CRC-16 on random frames: {chance:.0f}, at most {counts.allowed}{kinds})" if counts.has_crc else _NO_CRC),
        f"{counts.missed} clean frames missed",
        f"at most {counts.greatest_state:,} bytes held",
        f"{counts.frames_a_second:,.0f} frames/s",
    ]
    if counts.beyond_chance:
        words.append(f"beyond chance: {counts.examples[0]}")
    elif counts.exceptions:
        words.append(counts.examples[0])
    return ", ".join(words)
