"""`devicelog sessions`: the sessions of the store, all or those that are looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.moments import span_options
from devicelog.cli.options import json_option, log_access, print_json, reader_options, say, store_option

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from devicelog.search.digest import Listed
    from devicelog.store.projection import Wanted
    from devicelog.store.reader import SessionRow

_HEADS = ("session", "started", "state", "subject", "protocol", "devices")


@click.command("sessions")
@click.option("--subject", metavar="REF", help="Only those of the patient with this number of the clinic's.")
@span_options
@click.option("--practitioner", metavar="NAME", help="Only those that this person treated.")
@click.option("--protocol", metavar="ID", help="Only those by this treatment protocol, or of this family.")
@click.option("--device", metavar="NAME", help="Only those with this device: serial number, model or driver.")
@click.option("--zone", metavar="CODE", help="Only those in which this zone, or one below it, was chosen.")
@click.option("--lot", metavar="LOT", help="Only those for which this lot was taken; see also `lots trace`.")
@click.option("--alarm", metavar="TEXT", help="Only those with an alarm of this limit or text, or low, medium, high.")
@click.option("--signed/--unsigned", default=None, help="Only those that are signed, or are not.")
@click.option("--rebuild", is_flag=True, help="First make anew, of the ledgers, what lists and searches look at.")
@reader_options
@store_option
@json_option
def command(
    subject: str | None,
    since: str | None,
    until: str | None,
    signed: bool | None,
    rebuild: bool,
    store: Path,
    as_json: bool,
    **looked_for: str | None,
) -> None:
    """List the sessions of the store, oldest first; with options, those to which all of them apply.

    Upper and lower case are the same in what is looked for.
    """
    from devicelog.search.finding import Found, Search, listed
    from devicelog.store.reader import Reader

    conditions = list(wanted(looked_for, signed))
    if rebuild:
        _rebuild(store)
    with Reader.open(store) as reader:
        ids = reader.subject_ids(subject) if subject is not None else None
        if ids == []:
            say(f"no session of {subject!r} is known; it is matched exactly as it was given to `devicelog record`")
            found: Found[Listed] = Found([], [])
        else:
            found = listed(reader, Search(conditions, ids, since, until))
        if ids:
            log_access(reader, "sessions", subjects=ids)
    unread = ", ".join(row.id for row in found.unread)
    if unread:
        say(f"not known of sessions that cannot be read: {unread}; run `devicelog verify`")
    if as_json:
        print_json([_content(row, line) for row, line in found.sessions])
    elif found.sessions:
        _print(found.sessions)
    else:
        say("no sessions")


def _rebuild(store: Path) -> None:
    from devicelog.search.upkeep import rebuild, writing

    with writing(store, create=False) as writer:
        rebuild(writer)


def wanted(looked_for: dict[str, str | None], signed: bool | None = None) -> Iterator[Wanted]:
    """What these options look for; click.BadParameter for one without a word."""
    from devicelog.search import terms

    for name, text in looked_for.items():
        if text is None:
            continue
        if not text.strip():
            raise click.BadParameter("found nothing to look for; give a word.", param_hint=f"'--{name}'")
        yield terms.BY[name](text)
    if signed is not None:
        yield terms.by_signature(signed=signed)


def _content(row: SessionRow, line: Listed) -> dict[str, Any]:
    return {
        "session": row.id,
        "started": row.started,
        "state": row.state,
        "subject": row.subject,
        "practitioner": line.practitioner,
        "protocol": line.protocol,
        "protocol_approved": line.approved,
        "devices": line.devices,
        "simulated": line.simulated,
        "typed": line.typed,
        "refused": line.refused,
        "not_asked": line.not_asked,
    }


def _print(found: list[tuple[SessionRow, Listed]]) -> None:
    from devicelog.terminal.plain import local_minute, print_columns, state_text

    rows = []
    for row, line in found:
        protocol = line.protocol or "none, NO LIMITS"
        marks = (" SIMULATED" if line.simulated else "") + (" TYPED" if line.typed else "")
        marks += " NOT ASKED" if line.not_asked and not line.refused else ""
        begun = local_minute(row.started, line.zone)
        state = state_text(row.state, refused=line.refused)
        rows.append((row.id, begun, state, row.subject, protocol, f"{', '.join(line.devices)}{marks}".strip()))
    print_columns(_HEADS, rows, fold=(3, 4, 5))
