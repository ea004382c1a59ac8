"""`devicelog outbox`: what is still to be delivered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.group import Group
from devicelog.cli.options import json_option, print_json, say, store_option, why_option
from devicelog.cli.tried import content, exit_code, print_tried, row_content, tried_now

if TYPE_CHECKING:
    from devicelog.store.outbox import Delivery
    from devicelog.store.reader import Reader, SessionRow


@click.group("outbox", cls=Group, invoke_without_command=True)
@click.option("--all", "every", is_flag=True, help="Also what was delivered, refused or cancelled.")
@store_option
@json_option
@click.pass_context
def command(ctx: click.Context, every: bool, store: Path, as_json: bool) -> None:
    """List what is still to be delivered, and what was refused and not ordered again since."""
    if ctx.invoked_subcommand is not None:
        return
    from devicelog.store import outbox
    from devicelog.store.reader import Reader

    with Reader.open(store) as reader:
        sessions = {one.number: one for one in reader.sessions()}
        known = outbox.deliveries(reader)
        rows = known if every else outbox.unfinished(known)
        listed = [_listed(reader, row, sessions[row.session]) for row in rows]
    if as_json:
        print_json(listed)
        return
    for one in listed:
        click.echo(_line(one))
    if not listed:
        say("the outbox is empty")


@command.command("run")
@click.option("--all", "at_once", is_flag=True, help="Also what is not due yet.")
@why_option
@store_option
@json_option
def run(at_once: bool, store: Path, as_json: bool) -> None:
    """Try what is due, once each; for a timer such as cron. Webhooks are told by the station alone.

    Exit codes: 0 all of it is delivered, or nothing was due; 1 something was refused; 3 something was not possible now.
    """
    from devicelog import log

    log.configure()
    tried = tried_now(store, at_once=at_once)
    if as_json:
        print_json([content(one) for one in tried])
    else:
        print_tried(tried)
    raise SystemExit(exit_code(tried))


@command.command("cancel")
@click.argument("number", type=int)
@store_option
def cancel(number: int, store: Path) -> None:
    """Take delivery NUMBER back, if it is not done."""
    from devicelog.delivery.running import cancel as take_back

    row = take_back(store, number)
    if row.state == "sending" or row.content.unanswered:
        say("note: an earlier try was never answered, so that the receiver may have it")
    click.echo(f"delivery {number} is cancelled")


def _listed(reader: Reader, row: Delivery, session: SessionRow) -> dict[str, Any]:
    said = row.content.said
    words = reader.open_text(session.subject, said) if said is not None else None
    return {**row_content(row, session.id), "why": row.content.why, "said": words}


def _line(one: dict[str, Any]) -> str:
    from devicelog.terminal.screen import clean

    why = f": {one['why']}" if one["why"] else ""
    said = f' ("{one["said"]}")' if one["said"] else ""
    due = f", due {one['due'][:19]}Z" if one["due"] else ""
    tries = f", {one['tries']} tries" if one["tries"] != 1 else ", 1 try"
    head = f"{one['number']:>5}  {one['state']:<9}  {one['session']}  {one['what']} to {one['target']}"
    return clean(f"{head}{tries}{due}{why}{said}")
