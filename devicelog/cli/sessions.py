"""`devicelog sessions`: the sessions of the store, all or those that are looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.filters import Filter, filter_options
from devicelog.cli.options import json_option, log_access, print_json, reader_options, say, store_option

if TYPE_CHECKING:
    from pathlib import Path

    from devicelog.search.digest import Listed
    from devicelog.store.reader import SessionRow

_HEADS = ("session", "started", "state", "subject", "protocol", "devices")


@click.command("sessions")
@filter_options
@click.option("--rebuild", is_flag=True, help="First make anew, of the ledgers, what lists and searches look at.")
@reader_options
@store_option
@json_option
def command(
    rebuild: bool,
    store: Path,
    as_json: bool,
    **looked_for: Any,
) -> None:
    """List the sessions of the store, oldest first; with options, those to which all of them apply.

    Upper and lower case are the same in what is looked for.
    """
    from devicelog.search.finding import Found, listed
    from devicelog.search.list_json import line_content
    from devicelog.store.reader import Reader

    wanted = Filter.of(looked_for)
    if rebuild:
        _rebuild(store)
    with Reader.open(store) as reader:
        search = wanted.search(reader)
        found: Found[Listed] = listed(reader, search) if search is not None else Found([], [])
        if search is not None and search.subjects:
            log_access(reader, "sessions", subjects=list(search.subjects))
    unread = ", ".join(row.id for row in found.unread)
    if unread:
        say(f"not known of sessions that cannot be read: {unread}; run `devicelog verify`")
    if as_json:
        print_json([line_content(row, line) for row, line in found.sessions])
    elif found.sessions:
        _print(found.sessions)
    else:
        say("no sessions")


def _rebuild(store: Path) -> None:
    from devicelog import log
    from devicelog.search.upkeep import rebuild, writing

    log.configure()
    with writing(store, create=False) as writer:
        rebuild(writer)


def _print(found: list[tuple[SessionRow, Listed]]) -> None:
    from devicelog.record.in_lists import local_minute, state_text
    from devicelog.terminal.plain import print_columns

    rows = []
    for row, line in found:
        protocol = line.protocol or "none, NO LIMITS"
        marks = (" SIMULATED" if line.simulated else "") + (" TYPED" if line.typed else "")
        marks += " NOT ASKED" if line.not_asked and not line.refused else ""
        begun = local_minute(row.started, line.zone)
        state = state_text(row.state, refused=line.refused)
        rows.append((row.id, begun, state, row.subject, protocol, f"{', '.join(line.devices)}{marks}".strip()))
    print_columns(_HEADS, rows, fold=(3, 4, 5))
