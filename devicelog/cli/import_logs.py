"""`devicelog import`: logs that were copied from a device's card, brought into the session to which they belong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from devicelog.cli.options import by_option, json_option, person, print_json, say, store_option

if TYPE_CHECKING:
    from devicelog.replay.importing import Imported


@click.command("import")
@click.argument("session")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--driver", metavar="NAME", help="The driver that reads them, if several devices keep logs.")
@by_option
@click.option("--reason", metavar="TEXT", required=True, help="Why; kept sealed.")
@store_option
@json_option
def command(
    session: str, files: tuple[Path, ...], driver: str | None, by: str | None, reason: str, store: Path, as_json: bool
) -> None:
    """Bring log files of a device into SESSION, which is over, as an amendment.

    A file is taken only if the device's serial number and clock say that it is of this session; the files are kept in
    the ledger. A file that is there already changes nothing.

    Exit code 0: all of it counts, or was there. 1: a file contradicts one that was there; it is kept and not counted.
    """
    from devicelog import log, naming
    from devicelog.replay.importing import import_logs
    from devicelog.search.upkeep import writing

    log.configure()
    who, reason = person(by), naming.named(reason, "reason")
    with writing(store, create=False) as writer:
        row = writer.session(session)
        imported = import_logs(writer, row, files, driver=driver, by=who, reason=reason)
    if as_json:
        logs = [dict(one) for one in imported.logs]
        print_json({"session": row.id, "amendment": imported.amendment, "known": imported.known, "logs": logs})
    _say(row.id, imported)
    if not all(one["counted"] for one in imported.logs):
        raise SystemExit(1)


def _say(session: str, imported: Imported) -> None:
    if imported.amendment is None:
        say(f"session {session}: all of it is there already; nothing was changed")
        return
    counted = sum(one["counted"] for one in imported.logs)
    say(f"session {session}: amendment {imported.amendment}; {counted} of {len(imported.logs)} new logs count")
    for one in imported.logs:
        if "doubt" in one:
            say(f"{one['path']}: {one['doubt']}")
