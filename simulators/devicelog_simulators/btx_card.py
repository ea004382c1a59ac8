"""The SD card of a BTX Gemini X2: files under `\\BTXDATA`, some of which appear while one looks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Writing:
    """A file that is written, or written anew, at a virtual time (ms)."""

    at: int
    path: str
    text: str


class Card:
    """Files by their path; a second one of the same name takes the place of the first."""

    def __init__(self, files: dict[str, str]) -> None:
        self._files = dict(files)
        self._coming: list[Writing] = []

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is to be written."""
        return not self._coming

    @property
    def files(self) -> dict[str, str]:
        """What is on the card now."""
        return dict(self._files)

    def expect(self, writing: Writing) -> None:
        """Let a file be written at its time."""
        self._coming = sorted([*self._coming, writing], key=lambda coming: coming.at)

    def run_to(self, now: int) -> None:
        """Write what is due."""
        while self._coming and self._coming[0].at <= now:
            writing = self._coming.pop(0)
            self._files[writing.path] = writing.text

    def read(self, path: str) -> str | None:
        """A file's text; None if there is none."""
        return self._files.get(path)

    def names_in(self, folder: str) -> list[str] | None:
        """Folders and files in a folder, in the order in which they came; None if there is no such folder."""
        inside = folder.rstrip("\\") + "\\"
        found = dict.fromkeys(
            path.removeprefix(inside).partition("\\")[0] for path in self._files if path.startswith(inside)
        )
        return list(found) if found or folder == "\\BTXDATA" else None
