"""`devicelog replay`: the kept bytes decoded again, and what they now say accepted."""

from __future__ import annotations

from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.options import json_option, print_json, say, store_option, why_option
from devicelog.numbers import entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from devicelog.export.exported import ExportedReader
    from devicelog.record.record import Record
    from devicelog.replay.comparison import Amount, Difference, Told
    from devicelog.store.reader import Reader, SessionRow
    from devicelog.store.reading import SessionReader

#: Differences listed one by one for people; JSON has all.
_SHOWN = 20


@click.command("replay")
@click.argument("session", metavar="[SESSION | PATH]", required=False)
@click.option("--all", "every", is_flag=True, help="Replay every session of the store in the place of one.")
@click.option(
    "--driver",
    "drivers",
    multiple=True,
    metavar="[LINK=]NAME",
    help="Decode with this driver in the place of the one that was used; with LINK= if there are several devices.",
)
@click.option("--accept", is_flag=True, help="Let what is read now count from here on; what was recorded is kept.")
@click.option("--by", metavar="NAME", help="Who accepts; with --accept. Never assumed.")
@click.option("--reason", metavar="TEXT", help="Why; kept sealed. With --accept.")
@why_option
@store_option
@json_option
def command(
    session: str | None,
    every: bool,
    drivers: tuple[str, ...],
    accept: bool,
    by: str | None,
    reason: str | None,
    store: Path,
    as_json: bool,
) -> None:
    """Decode the kept bytes of SESSION again and show what differs; changes nothing without --accept.

    PATH is the folder of an export, or a session.json: it is verified first, and needs no store.

    Exit code 0: the same entries, bit for bit, or accepted. 1: they differ.
    """
    _check_options(session, drivers, every=every, accept=accept, by=by, reason=reason)
    if accept:
        assert session is not None
        assert by is not None
        assert reason is not None
        _accept(store, session, drivers, by, reason, as_json=as_json)
        return
    documents = _replayed(store, session, drivers, as_json=as_json)
    if as_json:
        print_json(
            {"same": all(document["same"] for document in documents), "sessions": documents} if every else documents[0]
        )
    if not all(document["same"] for document in documents):
        raise SystemExit(1)


def _replayed(store: Path, session: str | None, drivers: Sequence[str], *, as_json: bool) -> list[dict[str, Any]]:
    """What JSON says of the session that is named, or of all of the store."""
    from devicelog.cli.exported import reading
    from devicelog.store.reader import Reader

    if session is None:
        with Reader.open(store) as reader:
            return [_replay(reader, row, drivers, as_json=as_json) for row in reader.sessions()]
    with reading(store, session) as source:
        return [_replay(source, source.session(session), drivers, as_json=as_json)]


def _check_options(
    session: str | None, drivers: Sequence[str], *, every: bool, accept: bool, by: str | None, reason: str | None
) -> None:
    from devicelog.cli.exported import is_path

    if every == (session is not None):
        raise click.UsageError("found both or neither of SESSION and --all; give one of them.")
    if every and (drivers or accept):
        raise click.UsageError("--all goes with neither --driver nor --accept; name one SESSION for those.")
    if accept and session is not None and is_path(session):
        raise click.UsageError("--accept goes with a session of a store: an export is never changed.")
    if accept != (by is not None) or accept != (reason is not None):
        raise click.UsageError("--accept, --by and --reason go together; give all three or none.")


def _replay(
    reader: Reader | ExportedReader, row: SessionRow, drivers: Sequence[str], *, as_json: bool
) -> dict[str, Any]:
    """Replay one session; what JSON says of it."""
    from devicelog.cli.exported import log_shown
    from devicelog.replay.replay import differences

    found = iter(differences(reader, row, drivers=drivers))
    first = list(islice(found, 1))
    was = _zones_before(reader, row)
    if first or was is not None:
        log_shown(reader, "replay", row)
    found = chain(first, found)
    listed: list[dict[str, Any]] = []
    if as_json:
        listed = [_content(difference) for difference in found]
        count = len(listed)
    else:
        count = _print(found)
    zones = _zones(*was, as_json=as_json) if was is not None else {}
    if count:
        differ = f"{entries(count)} {'differs' if count == 1 else 'differ'}"
        say(f"session {row.id}: {differ} from what was recorded; nothing was changed")
    else:
        say(f"session {row.id}: the same entries, bit for bit")
    return {"session": row.id, "same": not count, "differences": listed, **zones}


def _zones_before(reader: SessionReader, row: SessionRow) -> tuple[Record, Record] | None:
    """The record as recorded and as it counts now, where a zone was corrected; None if none was."""
    from devicelog.ledger.amendment import What
    from devicelog.stored import record_of

    amended = [line.entry().content for line in reader.lines(row.number) if line.kind == "amendment"]
    if not any(content["what"] == What.ZONE_CORRECTED for content in amended):
        return None
    now = record_of(reader, row)
    return next(amendment.before for amendment in now.amendments if amendment.before is not None), now


def _zones(recorded: Record, now: Record, *, as_json: bool) -> dict[str, Any]:
    """What was given in each zone as recorded and as it counts now."""
    if as_json:
        from devicelog.record.as_json import zones

        return {"zones": {"recorded": zones(recorded), "now": zones(now)}}
    from devicelog.terminal.amendments import print_zones

    print_zones(recorded, now)
    return {}


def _accept(store: Path, session: str, drivers: Sequence[str], by: str, reason: str, *, as_json: bool) -> None:
    from devicelog import log, naming
    from devicelog.replay.acceptance import accept
    from devicelog.search.upkeep import writing

    log.configure()
    by, reason = naming.named(by, "person who accepts"), naming.named(reason, "reason")
    with writing(store, create=False) as writer:
        row = writer.session(session)
        number = accept(writer, row, drivers=drivers, by=by, reason=reason)
    if as_json:
        print_json({"session": row.id, "amendment": number})
    say(f"session {row.id}: amendment {number}; what it says now counts, and what was recorded is kept beside it")


def _print(found: Iterable[Difference]) -> int:
    from devicelog.terminal.difference import tell
    from devicelog.terminal.screen import console

    console()
    count = 0
    found = iter(found)
    for difference in islice(found, _SHOWN):
        for line in tell(difference):
            click.echo(line)
        count += 1
    rest = sum(1 for _ in found)
    if rest:
        click.echo(f"... and {rest} more; --json has all")
    return count + rest


def _content(difference: Difference) -> dict[str, Any]:
    from devicelog.replay.comparison import changes

    return {
        "entry": difference.number,
        "recorded": _entry(difference.stored),
        "now": _entry(difference.replayed),
        "changes": [
            {"what": change.what, "recorded": _amount(change.stored), "now": _amount(change.replayed)}
            for change in changes(difference)
        ],
    }


def _entry(told: Told | None) -> dict[str, Any] | None:
    if told is None:
        return None
    entry = told.entry
    return {"entry": entry.number, "t_us": entry.t_us, "kind": entry.kind, "content": entry.content}


def _amount(value: Amount | None) -> dict[str, Any] | None:
    return {"value": value.value, "unit": value.unit} if value is not None else None
