"""`devicelog follow-ups`: who is to be seen again, and when."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.options import json_option, log_access, print_json, reader_options, say, store_option

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from devicelog.amending.follow_ups import FollowUp


@click.command("follow-ups")
@click.option("--due", is_flag=True, help="Only those that should have been by now, and of which nothing is known.")
@reader_options
@store_option
@json_option
def command(due: bool, store: Path, as_json: bool) -> None:
    """List the follow-ups of all sessions by their day; one is settled by what was recorded since."""
    from devicelog import clock
    from devicelog.amending.follow_ups import follow_ups
    from devicelog.store.reader import Reader

    today = datetime.fromisoformat(clock.utc(clock.now().wall_ns)).astimezone().date()
    with Reader.open(store) as reader:
        every = follow_ups(reader)
        found = [one for one in every.found if not due or one.is_due(today)]
        if found:
            log_access(reader, "follow-ups", subjects=list(dict.fromkeys(one.subject for one in found)))
    if every.unread:
        names = ", ".join(row.id for row in every.unread)
        say(f"not known of sessions that cannot be read: {names}; run `devicelog verify`")
    if as_json:
        print_json([_content(one, today) for one in found])
        return
    for one in found:
        state = f"settled by {one.settled}" if one.settled else "DUE" if one.is_due(today) else "to come"
        click.echo(f"{one.on}  {one.session}  {one.subject}  agreed by {one.by}  {state}")
    if not found:
        say("no follow-up is due" if due else "no follow-ups")


def _content(one: FollowUp, today: date) -> dict[str, Any]:
    return {
        "session": one.session,
        "subject": one.subject,
        "entry": one.entry,
        "on": one.on.isoformat(),
        "by": one.by,
        "due": one.is_due(today),
        "settled_by": one.settled,
    }
