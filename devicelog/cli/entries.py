"""`devicelog entries`: the ledger of a session."""

from __future__ import annotations

import sys
from itertools import islice
from typing import TYPE_CHECKING

import click

from devicelog.cli.options import json_option, reader_options, store_option

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from devicelog.store.reader import SessionRow
    from devicelog.store.reading import SessionReader

#: Lines are written in blocks of so many.
_BLOCK = 2000


@click.command("entries")
@click.argument("session", metavar="SESSION | PATH")
@click.option("--kind", metavar="K", help="Only the entries of this kind.")
@click.option("--ids", is_flag=True, help="Only <session>/<entry>, one a line.")
@store_option
@json_option
@reader_options
def command(session: str, kind: str | None, ids: bool, store: Path, as_json: bool) -> None:
    """The ledger of SESSION, entry by entry: what was recorded, in the order in which it became durable.

    PATH is the folder of an export, or a session.json: it is verified first, and needs no store.
    """
    from devicelog.cli.exported import log_shown, reading

    if kind is not None:
        _check_kind(kind)
    with reading(store, session) as reader:
        row = reader.session(session)
        log_shown(reader, "entries", row)
        found = _ids(reader, row, kind) if ids else _told(reader, row, kind, as_json=as_json)
        if as_json:
            _write(_document(f'"{text}"' if ids else text for text in found))
        else:
            _write(f"{text}\n" for text in found)


def _check_kind(kind: str) -> None:
    from devicelog.errors import UnknownNameError
    from devicelog.ledger import Kind

    if kind not in set(Kind):
        raise UnknownNameError("kind of entry", kind, [known.value for known in Kind])


def _ids(reader: SessionReader, row: SessionRow, kind: str | None) -> Iterator[str]:
    beginning = f"{row.id}/"
    for line in reader.lines(row.number):
        if kind is None or line.kind == kind:
            yield f"{beginning}{line.number}"


def _told(reader: SessionReader, row: SessionRow, kind: str | None, *, as_json: bool) -> Iterator[str]:
    from devicelog.terminal.entry import EntryTeller

    teller = EntryTeller(row)
    return teller.tell(reader.lines(row.number), kind, as_json=as_json, reader=reader)


def _document(items: Iterable[str]) -> Iterator[str]:
    """One JSON list, written as its items come."""
    before = "[\n"
    for item in items:
        yield f"{before}{item}"
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _write(texts: Iterator[str]) -> None:
    from devicelog.terminal.screen import console

    console()
    while block := list(islice(texts, _BLOCK)):
        sys.stdout.write("".join(block))
    sys.stdout.flush()
