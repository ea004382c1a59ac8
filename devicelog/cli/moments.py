"""Days and times as people give them to `--since` and `--until`, and as the store writes them: RFC 3339 in UTC."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import click

from devicelog.numbers import rfc3339

Command = TypeVar("Command", bound=Callable[..., Any])

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def span_options(command: Command) -> Command:
    """`--since DATE` and `--until DATE`, as moments of the store."""
    for name, callback, what in (
        ("--until", _end, "Only those begun on that day or before; with a time, before it."),
        ("--since", _begin, "Only those begun then or later (2026-01-31, or RFC 3339)."),
    ):
        command = click.option(name, metavar="DATE", callback=callback, help=what)(command)
    return command


def _begin(_ctx: click.Context, param: click.Parameter, text: str | None) -> str | None:
    """A date (its midnight here), or a time."""
    return rfc3339(_moment(text, param).astimezone(UTC)) if text is not None else None


def _end(_ctx: click.Context, param: click.Parameter, text: str | None) -> str | None:
    """The end of a date (the next midnight here), or a time."""
    if text is None:
        return None
    moment = _moment(text, param)
    try:
        return rfc3339((moment + timedelta(days=1) if _DAY.fullmatch(text) else moment).astimezone(UTC))
    except OverflowError:
        raise _unreadable(text, param) from None


def _moment(text: str, param: click.Parameter) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        # A time without an offset is the local one.
        moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _unreadable(text, param) from None
    return moment


def _unreadable(text: str, param: click.Parameter) -> click.BadParameter:
    expected = "expected a date such as 2026-01-31 or a time such as 2026-01-31T09:00:00+01:00"
    return click.BadParameter(f"found {text!r}, {expected}.", param_hint=f"'--{param.name}'")
