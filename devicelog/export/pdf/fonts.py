"""Fonts of the system that have letters which typst's own fonts lack; looked for only where such letters occur.

What is set with them looks the same elsewhere only with the same font files, so each is named by its SHA-256.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

#: Looked at before all others, because they are made to be read and cover much.
_FIRST = (
    "Noto Sans",
    "WenQuanYi",
    "Microsoft YaHei",
    "PingFang",
    "Yu Gothic",
    "Malgun Gothic",
    "Arial Unicode",
    "DejaVu",
)
#: Upright and of usual weight; drawings of letters in colours are no letters to PDF/A.
_REGULAR = 400
_COLOURED = "emoji"
#: So many fonts are taken at most.
_MOST = 4


@dataclass(frozen=True, slots=True)
class Font:
    """A font of the system: its family, the file that it is in, and what it has of the letters asked for."""

    family: str
    path: Path
    letters: frozenset[str]

    @property
    def sha256(self) -> str:
        """Of its file."""
        return sha256(self.path.read_bytes()).hexdigest()


@lru_cache(maxsize=64)
def covering(letters: frozenset[str]) -> tuple[Font, ...]:
    """Fonts that have these letters together, as far as any has; none if none has any. Looked for once a program."""
    lacking, found = set(letters), []
    for family, path, index in _candidates():
        has = _letters_in(path, index, lacking)
        if has:
            found.append(Font(family, path, has))
            lacking -= has
        if not lacking or len(found) == _MOST:
            break
    return tuple(found)


@contextmanager
def folder_of(fonts: Sequence[Font]) -> Iterator[list[Path]]:
    """A folder that holds just these fonts, for typst; none for no font."""
    if not fonts:
        yield []
        return
    with tempfile.TemporaryDirectory(prefix="devicelog-fonts-") as made:
        for number, font in enumerate(fonts):
            shutil.copyfile(font.path, Path(made) / f"{number}{font.path.suffix}")
        yield [Path(made)]


def _candidates() -> list[tuple[str, Path, int]]:
    """Family, file and place in it of every upright font of the system, in an order of their own."""
    import typst

    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False).fonts()
    usual = [
        (one.family, Path(one.path), one.index)
        for one in fonts
        if one.path and one.style == "normal" and one.weight == _REGULAR and _COLOURED not in one.family.lower()
    ]
    return sorted(usual, key=lambda one: (_rank(one[0]), one[0], one[1].name, one[2]))


def _rank(family: str) -> int:
    return next((place for place, name in enumerate(_FIRST) if family.startswith(name)), len(_FIRST))


def _letters_in(path: Path, index: int, letters: Collection[str]) -> frozenset[str]:
    """What a font has of these letters; nothing if its file cannot be read."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, fontNumber=index, lazy=True) as font:
            known = font.getBestCmap() or {}
    except (TTLibError, OSError, ValueError, KeyError, AssertionError):
        return frozenset()
    return frozenset(char for char in letters if ord(char) in known)
