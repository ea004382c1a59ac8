"""Days and times as people give them to `--since` and `--until`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from devicelog.errors import BadInputError

Command = TypeVar("Command", bound=Callable[..., Any])


def span_options(command: Command) -> Command:
    """`--since DATE` and `--until DATE`, as moments of the store."""
    for name, callback, what in (
        ("--until", _end, "Only those begun on that day or before; with a time, before it."),
        ("--since", _begin, "Only those begun then or later (2026-01-31, or RFC 3339)."),
    ):
        command = click.option(name, metavar="DATE", callback=callback, help=what)(command)
    return command


def _begin(_ctx: click.Context, param: click.Parameter, text: str | None) -> str | None:
    from devicelog.search.days import begin_of

    return _read(begin_of, text, param)


def _end(_ctx: click.Context, param: click.Parameter, text: str | None) -> str | None:
    from devicelog.search.days import end_of

    return _read(end_of, text, param)


def _read(read: Callable[[str], str], text: str | None, param: click.Parameter) -> str | None:
    if text is None:
        return None
    try:
        return read(text)
    except BadInputError as error:
        raise click.BadParameter(str(error), param_hint=f"'--{param.name}'") from None
