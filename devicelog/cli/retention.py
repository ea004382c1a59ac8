"""`devicelog retention`: how long records are to be kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.group import Group
from devicelog.cli.options import (
    by_option,
    is_behind,
    json_option,
    log_access,
    person,
    print_json,
    reader_options,
    say,
    store_option,
)
from devicelog.numbers import some

if TYPE_CHECKING:
    from devicelog.acts.retention import Rule


@click.group("retention", cls=Group, invoke_without_command=True)
@click.option("--due", is_flag=True, help="Only those that need not be kept any more.")
@reader_options
@store_option
@json_option
@click.pass_context
def command(ctx: click.Context, due: bool, store: Path, as_json: bool) -> None:
    """How long the records of each patient are to be kept, by the rule of this store. Nothing is ever deleted.

    The rule begins with 8 years from the last entry, and of a minor at least until the 25th birthday (the 26th if 17 at
    the last entry). These are usual figures and no advice; `retention set` sets the clinic's own.
    """
    ctx.obj = store
    if ctx.invoked_subcommand is not None:
        return
    from devicelog.store.people import today
    from devicelog.store.reader import Reader
    from devicelog.store.retaining import kept, rule
    from devicelog.terminal.subjects import kept_content, kept_line

    with Reader.open(store) as reader:
        now, day = rule(reader), today()
        found = [(one, one.until <= day) for one in kept(reader)]
        shown = [(one, is_due) for one, is_due in found if is_due or not due]
        log_access(reader, "retention", subjects=[one.subject.id for one, _ in shown])
    if as_json:
        print_json({"rule": _rule(now), "records": [kept_content(one, due=is_due) for one, is_due in shown]})
        return
    for one, is_due in shown:
        click.echo(kept_line(one, due=is_due))
    by = f"set by {now.by} on {now.wall[:10]}" if now.by else "not set by anyone here: the figures it came with"
    say(f"{len(shown)} shown; {some(now.years, 'year')} from the last entry, of minors until {now.minor_until} ({by})")


def _rule(rule: Rule) -> dict[str, Any]:
    return {"years": rule.years, "minor_until": rule.minor_until, "by": rule.by or None, "at": rule.wall or None}


@command.command("set")
@click.option("--years", required=True, type=int, metavar="N", help="Years from the last entry.")
@click.option("--minor-until", required=True, type=int, metavar="N", help="Of a minor, at least until that birthday.")
@by_option
@store_option
@json_option
@click.pass_context
def set_(ctx: click.Context, years: int, minor_until: int, by: str | None, store: Path, as_json: bool) -> None:
    """Set the rule, as an act in the chain of seals."""
    from devicelog import log
    from devicelog.search.upkeep import writing
    from devicelog.store.retaining import rule, set_rule
    from devicelog.witness.keeper import catch_up

    behind = is_behind(ctx)
    who = person(by)
    log.configure()
    with writing(store if behind else ctx.obj) as writer:
        set_rule(writer, years, minor_until, by=who)
        now = rule(writer)
        outcomes = catch_up(writer)
    for outcome in outcomes:
        if outcome.fault is not None:
            say(outcome.fault)
    if as_json or (ctx.parent is not None and ctx.parent.params["as_json"]):
        print_json({"rule": _rule(now)})
    say(f"records are to be kept {some(years, 'year')} from the last entry, of minors until {minor_until}")
