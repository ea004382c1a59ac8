"""`devicelog replay`: the kept bytes decoded again."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.options import json_option, print_json, say, store_option

if TYPE_CHECKING:
    from devicelog.ledger import Entry
    from devicelog.replay import Difference

#: Differences listed one by one for people; JSON has all.
_SHOWN = 20


@click.command("replay")
@click.argument("session")
@click.option("--driver", metavar="NAME", help="Decode with this driver in the place of the one that was used.")
@store_option
@json_option
def command(session: str, driver: str | None, store: Path, as_json: bool) -> None:
    """Decode the kept bytes of SESSION again and show what differs; changes nothing.

    Exit code 0: the same entries bit for bit. 1: they differ.
    """
    from devicelog.replay import differences
    from devicelog.store.reader import Reader

    with Reader.open(store) as reader:
        row = reader.session(session)
        found = differences(reader, row, driver=driver)
        if as_json:
            listed = [_content(difference) for difference in found]
            print_json({"session": row.id, "same": not listed, "differences": listed})
            count = len(listed)
        else:
            count = _print(found)
        if count:
            say(f"session {row.id}: {count} entries differ from what was recorded; nothing was changed")
        else:
            say(f"session {row.id}: the same entries, bit for bit")
    raise SystemExit(1 if count else 0)


def _print(found: Any) -> int:
    count = 0
    for difference in islice(found, _SHOWN):
        click.echo(f"entry {difference.number}")
        click.echo(f"  recorded: {_text(difference.stored)}")
        click.echo(f"  now:      {_text(difference.replayed)}")
        count += 1
    rest = sum(1 for _ in found)
    if rest:
        click.echo(f"... and {rest} more; --json has all")
    return count + rest


def _text(entry: Entry | None) -> str:
    return "nothing" if entry is None else f"{entry.kind} {entry.content}"[:160]


def _content(difference: Difference) -> dict[str, Any]:
    sides = {"recorded": difference.stored, "now": difference.replayed}
    return {
        "entry": difference.number,
        **{
            name: None if entry is None else {"t_us": entry.t_us, "kind": entry.kind, "content": entry.content}
            for name, entry in sides.items()
        },
    }
