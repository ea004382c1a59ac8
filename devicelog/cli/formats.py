"""`--format LIST`: in which formats a session is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from devicelog.export import FORMATS, chosen

Command = TypeVar("Command", bound=Callable[..., Any])


def format_option(where: str = "") -> Callable[[Command], Command]:
    """`--format LIST`; `where` says for what it is, if it is not for all that the command does."""
    by_name = ", ".join(name for name, one in FORMATS.items() if one.by_name_only)
    help_ = f"{where}Formats, separated by commas: {', '.join(FORMATS)}.  [default: all but {by_name}]"
    return click.option("--format", "formats", metavar="LIST", help=help_)


def named_formats(given: str | None) -> list[str]:
    """The formats of the option, the default if it was not given; UnknownNameError for one that does not exist."""
    return chosen(given.split(",") if given is not None else ())
