"""`devicelog sessions`: the sessions of the store."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.options import json_option, print_json, say, store_option
from devicelog.numbers import rfc3339

if TYPE_CHECKING:
    from pathlib import Path

    from devicelog.terminal.session_list import Listed

#: Of the list where there is no terminal: nothing is folded then.
_WIDTH = 200


@click.command("sessions")
@click.option("--subject", metavar="REF", help="Only those of the patient with this number of the clinic's.")
@click.option("--since", metavar="DATE", help="Only those begun then or later (2026-01-31, or RFC 3339).")
@store_option
@json_option
def command(subject: str | None, since: str | None, store: Path, as_json: bool) -> None:
    """List the sessions of the store, oldest first."""
    from devicelog.store.reader import Reader
    from devicelog.terminal.session_list import listed

    begun = _moment(since) if since is not None else None
    with Reader.open(store) as reader:
        ids = reader.subject_ids(subject) if subject is not None else []
        if subject is not None and not ids:
            say(f"no session of {subject!r} is known; it is matched exactly as it was given to `devicelog record`")
            found = []
        else:
            rows = reader.sessions(since=begun)
            found = [listed(reader, row) for row in rows if subject is None or row.subject in ids]
    if as_json:
        print_json([_content(session) for session in found])
    elif found:
        _print(found)
    else:
        say("no sessions")


def _moment(text: str) -> str:
    """A date (its midnight here) or a time as the store writes it, in UTC."""
    try:
        moment = datetime.fromisoformat(text)
        # A time without an offset is the local one.
        return rfc3339(moment.astimezone(UTC))
    except (ValueError, OverflowError):
        expected = "expected a date such as 2026-01-31 or a time such as 2026-01-31T09:00:00+01:00"
        raise click.BadParameter(f"found {text!r}, {expected}.", param_hint="'--since'") from None


def _content(session: Listed) -> dict[str, Any]:
    return {
        "session": session.row.id,
        "started": session.row.started,
        "state": session.row.state,
        "subject": session.row.subject,
        "practitioner": session.practitioner,
        "protocol": session.protocol,
        "protocol_approved": session.approved,
        "devices": list(session.devices),
        "simulated": session.simulated,
        "typed": session.typed,
    }


def _print(found: list[Listed]) -> None:
    from rich import box
    from rich.table import Table

    from devicelog.terminal.screen import clean, console

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for head in ("session", "started", "state", "subject", "protocol", "devices"):
        table.add_column(head, no_wrap=head in ("session", "started", "state"), overflow="fold")
    for session in found:
        row = session.row
        protocol = session.protocol or "none, NO LIMITS"
        devices = ", ".join(session.devices) + (" SIMULATED" if session.simulated else "")
        devices += " TYPED" if session.typed else ""
        table.add_row(row.id, session.local_start, row.state, *map(clean, (row.subject, protocol, devices)))
    console(width=_WIDTH).print(table)
