"""`devicelog salvage`: what still verifies of a damaged store, in a new one, and a list of the rest."""

from __future__ import annotations

from pathlib import Path

import click

from devicelog.cli.options import at_home, json_option, print_json, say
from devicelog.numbers import some


@click.command("salvage")
@click.argument("store", metavar="STORE", type=click.Path(path_type=Path))
@click.option(
    "--to", required=True, metavar="DIR", type=click.Path(path_type=Path), help="The new store; must not exist yet."
)
@json_option
def command(store: Path, to: Path, as_json: bool) -> None:
    """Save what still verifies of the damaged store in the folder STORE into a new one, DIR.

    Every page is read by itself; the damaged store is never written to. What was not saved is listed by session and
    entry, and in DIR/salvage.json. Exits with 0 if everything was saved, with 1 if something is lost.
    """
    from devicelog.salvage.report import listed
    from devicelog.salvage.saving import salvage
    from devicelog.terminal.progress import progress

    store, to = at_home(store).absolute(), at_home(to).absolute()
    with progress() as tell:
        done = salvage(store, to, tell)
    report, findings = done.report, done.findings
    whole = report.whole and findings.holds
    if as_json:
        print_json({"store": str(to), **report.content(), "whole": whole, "findings": findings.content()})
    else:
        for line in report.told():
            click.echo(line)
    if report.unreadable_pages or report.unreadable_frames:
        pages = f"{listed(report.unreadable_pages) or 'none'} of {report.pages} pages"
        say(f"damaged: {pages}, {some(report.unreadable_frames, 'frame')} of the WAL")
    for note in report.notes:
        say(f"note: {note}")
    saved = sum(session.saved for session in report.sessions)
    say(f"{saved} of {some(len(report.sessions), 'session')} saved whole in {to}, which {_verdict(findings.holds)}")
    if not whole:
        raise SystemExit(1)


def _verdict(holds: bool) -> str:
    return "verifies" if holds else "does NOT verify: see `devicelog verify`"
