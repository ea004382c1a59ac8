"""`devicelog accesses`: who read or exported what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.options import json_option, print_json, say, store_option
from devicelog.numbers import some

if TYPE_CHECKING:
    from devicelog.store.access import Access, Logged


@click.command("accesses")
@click.argument("session", required=False)
@store_option
@json_option
def command(session: str | None, store: Path, as_json: bool) -> None:
    """Who read or exported what and when, oldest first; only those of SESSION if it is given.

    Whatever shows a record or a patient is logged, with the name of --by, DEVICELOG_USER or the system's user.
    """
    from devicelog.store.access import accesses
    from devicelog.store.reader import Reader

    with Reader.open(store) as reader:
        id_ = reader.session(session).id if session is not None else None
        found = [one for one in accesses(reader.folder) if id_ is None or _is_of(one.access, id_)]
    if as_json:
        print_json([_content(one) for one in found])
        return
    for one in found:
        click.echo(_line(one))
    if not found:
        say("no access is logged")


def _is_of(access: Access | None, session: str) -> bool:
    return access is not None and access.session == session


def _content(logged: Logged) -> dict[str, Any]:
    from msgspec import to_builtins

    said = to_builtins(logged.access) if logged.access is not None else {}
    return {"number": logged.number, **said, "fault": logged.fault or None}


def _line(logged: Logged) -> str:
    from devicelog.terminal.screen import clean

    one = logged.access
    if one is None:
        return f"{logged.number:>6}  DAMAGED: it {logged.fault}"
    several = some(one.count, "subject") if one.count else "nobody"
    of = one.session or (one.subjects[0] if len(one.subjects) == 1 else several)
    why = f": {one.why}" if one.why else ""
    fault = f"  (it {logged.fault})" if logged.fault else ""
    return clean(f"{logged.number:>6}  {one.at[:19]}Z  {one.what}  {of}  by {one.by}{why}{fault}")
