"""Plan files of sessions for tests: one in which everything is in order, and what a test changes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from devicelog.screening.rules import load
from devicelog.treatment.protocol import Modality

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.running import Devicelog, Done

#: A recording of a plan ends by itself, and nothing is drawn.
QUIET = ("--until-quiet", "500 ms", "--no-live")
GUN = "reference-mesogun@sim://reference-mesogun?seed=1&speed=max"
_SESSION = """
[session]
devices = ["{device}"]
protocol = "meso-face-gun-intradermal"
subject = "P-7"
practitioner = "Dr A. Example"
role = "physician"
registration = "12-345"
place = "Room 2"
zones = ["forehead", "face.cheek.left"]
"""
PARTS = {
    "history": '[history]\nreviewed = "yes"\ntext = "hay fever"\n',
    "screening": "[screening]\n{answers}\n",
    "consent": '[consent]\ngiven = "yes"\nform = "Mesotherapy"\nversion = "3"\nrisks_discussed = "yes"\n',
    "patch_test": '[patch_test]\ndone = "no"\n',
    "consultation": '[consultation]\non = 2026-01-15\ntext = "wants fewer lines"\n',
    "product": """[[product]]
name = "Revital"
maker = "Example Labs"
lot = "L-1"
expiry = "2099-12"
drawn = "3 mL"
ingredients = [{{ name = "hyaluronic acid", concentration = "10 mg/mL" }}]
""",
    "syringe": """[[syringe]]
label = "left tray"
parts = [{{ product = 1, volume = "2 mL" }}]

[[syringe]]
label = "right tray"
parts = [{{ product = 1, volume = "1 mL" }}]
""",
    "consumable": '[[consumable]]\nwhat = "needle"\ngauge = 30\nlength = "4 mm"\n',
}


def answers(**changed: str | None) -> dict[str, str]:
    """An answer that raises nothing to each question of an injection session; None: it was not asked."""
    return answers_for(Modality.INJECTION, **changed)


def answers_for(modality: Modality, **changed: str | None) -> dict[str, str]:
    """The same of any way of treating."""
    usual = {rule.code: f'"{rule.expected.value}"' for rule in load().asked(modality)}
    return {code: text for code, text in {**usual, **changed}.items() if text is not None}


def plan(file: Path, *, device: str = GUN, more: str = "", said: dict[str, str] | None = None, **parts: str) -> str:
    """Write a plan; a part that is given takes the place of the usual one. The path, for `--plan`."""
    lines = "\n".join(f"{code} = {text}" for code, text in (answers() if said is None else said).items())
    session = _SESSION.format(device=device)
    text = "plan = 1\n" + session + "".join(f"\n{part}" for part in {**PARTS, **parts}.values()).format(answers=lines)
    file.write_text(f"{text}\n{more}", encoding="utf-8")
    return str(file)


def record(box: Devicelog, file: str, *words: str, code: int = 0) -> Done:
    """Record a session by its plan."""
    return box("record", "--plan", file, *QUIET, *words, code=code)


def steps(box: Devicelog) -> dict[str, dict[str, Any]]:
    """The steps of the last session as `show --json` has them."""
    return {step["step"]: step for step in box("show", "last", "--json").document["steps"]}
