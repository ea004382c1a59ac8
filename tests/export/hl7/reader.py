"""A reader of HL7 v2.6 for the tests: strict, and made of nothing that writes the messages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

_ESCAPE = re.compile(r"\\(\.br|[FSTRE]|X(?:[0-9A-F]{2})+)\\")
_PLAIN = {"F": "|", "S": "^", "T": "&", "R": "~", "E": "\\", ".br": "\n"}
_NAME = re.compile(r"[A-Z][A-Z0-9]{2}")


def plain(text: str) -> str:
    """A text without its escapes; AssertionError for a backslash that begins none."""
    assert "\\" not in _ESCAPE.sub("", text), text
    return _ESCAPE.sub(_unescaped, text)


def _unescaped(match: re.Match[str]) -> str:
    word = match[1]
    return bytes.fromhex(word[1:]).decode() if word.startswith("X") else _PLAIN[word]


@dataclass(frozen=True)
class Segment:
    """A segment; a field is counted from 1 as in the standard."""

    name: str
    fields: tuple[str, ...]

    def __getitem__(self, number: int) -> str:
        """A field as it stands, empty if it is not there."""
        return self.fields[number - 1] if number <= len(self.fields) else ""

    def parts(self, number: int) -> list[str]:
        """The components of a field, without escapes."""
        return [plain(part) for part in self[number].split("^")]

    def repetitions(self, number: int) -> list[str]:
        return self[number].split("~")


@dataclass(frozen=True)
class Message:
    """A message and its segments, in their order."""

    data: bytes

    @cached_property
    def segments(self) -> list[Segment]:
        lines = self.data.decode("utf-8").split("\r")
        assert lines.pop() == "", "the last segment is not ended"
        assert lines[0].startswith("MSH|^~\\&|")
        assert all(_NAME.fullmatch(line[:3]) and line[3] == "|" for line in lines)
        assert not any(character < " " for line in lines for character in line)
        first, *others = lines
        head = Segment("MSH", ("|", *first.split("|")[1:]))
        return [head, *(Segment(line[:3], tuple(line.split("|")[1:])) for line in others)]

    def all(self, name: str) -> list[Segment]:
        return [segment for segment in self.segments if segment.name == name]

    def one(self, name: str) -> Segment:
        [found] = self.all(name)
        return found

    def rows(self, code: str) -> list[Segment]:
        """The observations with a code."""
        return [row for row in self.all("OBX") if row.parts(3)[0] == code]

    def note(self, row: Segment) -> str:
        """The note behind an observation, empty if it has none."""
        following = self.segments[self.segments.index(row) + 1 :]
        return plain(following[0][3]) if following and following[0].name == "NTE" else ""
