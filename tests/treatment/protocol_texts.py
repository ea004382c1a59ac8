"""Texts of treatment protocol files for the tests, and what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog.errors import ProtocolFileError
from devicelog.treatment.protocol import (
    Limit,
)
from devicelog.treatment.protocol_file import check, parse

if TYPE_CHECKING:
    from pathlib import Path

HEADER = """\
id = "test"
family = "test"
version = "1"
title = "A test"
status = "unapproved"
modality = "injection"
area = "face"

"""
DEPTH = """\
[[limit]]
scope = "injection"
channel = "depth"
hard = "4 mm"
"""
SAMPLE = '[[limit]]\nscope = "sample"\n'
SESSION = '[[limit]]\nscope = "session"\n'
SOURCES = '[sources]\nHP2018 = { title = "A paper", where = "somewhere" }\n'


def limits_of(text: str) -> tuple[Limit, ...]:
    return parse(HEADER + text, where="test.toml").limits


def one(text: str) -> Limit:
    (limit,) = limits_of(text)
    return limit


def problems_of(text: str, folder: Path) -> list[str]:
    path = folder / "test.toml"
    path.write_text(text, encoding="utf-8")
    return [problem.replace(str(path), "test.toml") for problem in check(path)]


def error_of(text: str) -> str | None:
    """The message with which a text is refused; any other exception goes through."""
    try:
        parse(text, where="test.toml")
    except ProtocolFileError as error:
        return str(error)
    return None
