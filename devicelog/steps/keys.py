"""Keys during a recording: one line at a time, shown as it grows, which counts at Enter and is dropped by Esc.

    z  zone        digits choose one of the list, or its code        s  syringe in use     digits choose
    p  pause       again: resume; a reason may follow                n  note               words
    e  event       a digit of the list, then words                   ?  what the keys do
    c  contraindication that is learned now: the code of its question, then words

Beside a device that is typed, lines are the driver's; one that begins with `:` is for these keys (`:z`, `:p` ...).
A line that is refused is dropped, and said with its reason, so that the next key begins afresh.

Pure: keys in, statements out; what is shown is in `prompt`, which any thread may read.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from devicelog.keyboard.typist import FUNCTION_KEY
from devicelog.ledger import Kind

_ENTER, _BACKSPACE, _DROP = "\r\n", "\x7f\x08", "\x15\x1b"
#: So many choices stand beside a prompt; the others are reached by their code.
MOST_SHOWN = 9

#: Codes of events and what people call them; the last one needs words.
EVENTS: Mapping[str, str] = {
    "contact_lost": "contact lost",
    "needle_changed": "needle changed",
    "pain": "pain",
    "reaction": "reaction",
    "equipment": "equipment",
    "other": "other",
}
_OTHER = "other"

#: What a statement is handed on as.
State = Callable[[Kind, dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone that can be chosen: its code, what people call it, and why it is excluded ("" if it is not)."""

    code: str
    name: str
    excluded: str = ""


@dataclass(frozen=True, slots=True)
class KeyChoices:
    """What the keys choose from; `by` is who treats.

    `zones` are codes in the order of the list, the planned ones first; `find` gives the zone that a code or another
    name means, None if it means none. `syringes` are labels by number.
    """

    zones: Sequence[str]
    find: Callable[[str], Zone | None]
    syringes: Mapping[int, str]
    by: str
    questions: Mapping[str, str] = field(default_factory=dict)
    """The questions of the screening: code and title."""


@dataclass(frozen=True, slots=True)
class KeyPrompt:
    """What is seen of the keys: `title` is empty while none is in use; `said` is what became of the last line.

    `paused`: the key of the pause would resume.
    """

    title: str = ""
    line: str = ""
    choices: tuple[str, ...] = ()
    said: str = ""
    refused: bool = False
    paused: bool = False


#: Waits for the first key of a line; has a line that no key is for, and that goes nowhere; shows what the keys do.
_OPEN, _NONE, _ABOUT = ":", "!", "?"
_HELP = (
    "z zone",
    "s syringe in use",
    "p pause or resume",
    "n note",
    "e event",
    "c contraindication learned now",
    "Ctrl-C ends the recording",
)
_TITLES = {"z": "zone", "s": "syringe", "p": "pause", "n": "note", "e": "event", "c": "contraindication learned"}
_EXPECTED = f"expected one of {' '.join(_TITLES)} ?"


class Keys:
    """One line of keys. `press` takes them as a terminal sends them, `key` one of them."""

    def __init__(self, choices: KeyChoices, state: State) -> None:
        self.prompt = KeyPrompt()
        self._given = choices
        self._state = state
        self._mode = ""
        self._paused = False
        self._characters = codecs.getincrementaldecoder("utf-8")(errors="replace")

    @property
    def in_use(self) -> bool:
        """Whether a line is begun."""
        return bool(self._mode)

    def open(self) -> None:
        """Wait for the key that says what the line is about."""
        self._mode = _OPEN
        self._prompt("keys", choices=_HELP)

    def press(self, data: bytes) -> bytes:
        """Take keys as a terminal sends them; nothing of them is for anybody else."""
        for key in self._characters.decode(FUNCTION_KEY.sub(b"", data)):
            self.key(key)
        return b""

    def key(self, key: str) -> None:
        """Take one key."""
        if not self._mode:
            self.begin(key)
        elif key in _DROP:
            self._close("dropped")
        elif key in _ENTER:
            self._enter()
        elif self._mode in (_OPEN, _ABOUT):
            self.begin(key)
        elif key in _BACKSPACE:
            self._show(self.prompt.line[:-1])
        elif key.isprintable():
            self._show(self.prompt.line + key)

    def begin(self, key: str) -> None:
        """The first key says what the line is about; of one that says nothing it is said so."""
        if key == _ABOUT:
            self._mode = key
            self._prompt("keys", choices=_HELP)
        elif key in _TITLES:
            self._mode = key
            self._show("")
        elif self._mode == _OPEN and key.isprintable():
            self._mode = _NONE  # the rest of its line must not reach the driver
            self._show(key)
        elif key.isprintable() and key != " ":
            self._close(f"found {key!r}, {_EXPECTED}", refused=True)

    def _show(self, line: str) -> None:
        title = _TITLES.get(self._mode, "keys")
        if self._mode == "p" and self._paused:
            title = "resume"
        if self._mode == _NONE:
            self._prompt(title, line, said=f"found {line!r}, {_EXPECTED}; Esc drops it", refused=True)
        else:
            self._prompt(title, line, tuple(self._choices(line)))

    def _close(self, said: str = "", *, refused: bool = False) -> None:
        """No line is in use any more."""
        self._mode = ""
        self._prompt(said=said, refused=refused)

    def _prompt(
        self, title: str = "", line: str = "", choices: tuple[str, ...] = (), said: str = "", *, refused: bool = False
    ) -> None:
        self.prompt = KeyPrompt(title, line, choices, said, refused, self._paused)

    def _choices(self, line: str) -> list[str]:
        """What stands beside the prompt."""
        match self._mode:
            case "z":
                shown = [f"{place} {self._name(code)}" for place, code in enumerate(self._given.zones[:MOST_SHOWN], 1)]
                more = len(self._given.zones) - MOST_SHOWN
                return [*shown, f"or the name of one of {more} more"] if more > 0 else shown
            case "s":
                return [f"{number} {label}" for number, label in self._given.syringes.items()]
            case "e":
                return [f"{place} {name}" for place, name in enumerate(EVENTS.values(), 1)]
            case "c":
                found = self._questions(line)
                more = len(found) - MOST_SHOWN
                return [*found[:MOST_SHOWN], f"and {more} more"] if more > 0 else found
            case "p":
                return ["Enter resumes"] if self._paused else ["Enter pauses; why, if you like"]
        return []

    def _name(self, code: str) -> str:
        zone = self._given.find(code)
        return zone.name if zone is not None else code

    # -- Enter -------------------------------------------------------------------------------------------------

    def _enter(self) -> None:
        line = self.prompt.line.strip()
        take = {"z": self._zone, "s": self._syringe, "p": self._pause, "n": self._note, "e": self._event}
        take["c"] = self._contraindication
        if self._mode in (_OPEN, _ABOUT):
            self._close()
        elif self._mode == _NONE:
            self._close(f"found {line!r}, {_EXPECTED}", refused=True)
        else:
            title = self.prompt.title
            problem, said = take[self._mode](line)
            self._close(f"{title} refused: {problem}" if problem else f"kept: {said}", refused=bool(problem))

    def _zone(self, line: str) -> tuple[str, str]:
        codes = self._given.zones
        if line.isdecimal():
            line = codes[int(line) - 1] if 1 <= int(line) <= len(codes) else line
        zone = self._given.find(line) if line else None
        if zone is None:
            return f"found {line!r}, expected a number of the list, or the name or code of a zone", ""
        self._state(Kind.ZONE, {"zone": zone.code, "because": "chosen by a key"})
        return "", f"zone {zone.name}{f', EXCLUDED: {zone.excluded}' if zone.excluded else ''}"

    def _syringe(self, line: str) -> tuple[str, str]:
        syringes = self._given.syringes
        if not syringes:
            return "no syringe was prepared; a note can say what is used (n)", ""
        number = int(line) if line.isdecimal() else None
        if number is None or number not in syringes:
            known = ", ".join(map(str, syringes))
            return f"found {line!r}, expected the number of a syringe ({known})", ""
        self._state(Kind.SYRINGE_IN_USE, {"syringe": number, "because": "chosen by a key"})
        return "", f"syringe {number}, {syringes[number]}"

    def _pause(self, line: str) -> tuple[str, str]:
        if self._paused:
            self._paused = False
            self._state(Kind.RESUMED, {"by": self._given.by})
            return "", "resumed"
        self._paused = True
        self._state(Kind.PAUSED, {"by": self._given.by, **({"because": line} if line else {})})
        return "", "paused"

    def _note(self, line: str) -> tuple[str, str]:
        if not line:
            return "found an empty note, expected words", ""
        self._state(Kind.NOTE, {"text": line, "by": self._given.by})
        return "", f"note: {line}"

    def _event(self, line: str) -> tuple[str, str]:
        first, _, words = line.partition(" ")
        codes = list(EVENTS)
        code = codes[int(first) - 1] if first.isdecimal() and 1 <= int(first) <= len(codes) else first
        if code not in EVENTS:
            return f"found {line!r}, expected a number of the list, and words if you like", ""
        words = words.strip()
        if code == _OTHER and not words:
            return f"found {line!r}, expected what happened behind the number", ""
        self._state(Kind.EVENT, {"code": code, **({"text": words} if words else {}), "by": self._given.by})
        return "", f"event: {EVENTS[code]}{f', {words}' if words else ''}"

    def _contraindication(self, line: str) -> tuple[str, str]:
        first, _, words = line.partition(" ")
        found = self._questions(line)
        code = found[0] if len(found) == 1 else first
        if code not in self._given.questions:
            return f"found {line!r}, expected the code of a question, or enough of it for one", ""
        words = words.strip()
        self._state(Kind.SCREENING, {"code": code, **({"detail": words} if words else {}), "by": self._given.by})
        return "", f"contraindication learned: {self._given.questions[code]}{f', {words}' if words else ''}"

    def _questions(self, line: str) -> list[str]:
        """The codes that hold what was typed of one; all of them while nothing is."""
        part = line.partition(" ")[0].lower()
        questions = self._given.questions
        return [part] if part in questions else [code for code in questions if part in code]
