"""`devicelog points`: where in a zone was injected, marked on a drawing behind the end of a session."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.options import by_option, json_option, person, print_json, say, store_option

if TYPE_CHECKING:
    from devicelog.record.record import Record


@click.command("points")
@click.argument("session")
@click.option("--zone", metavar="CODE", help="The zone whose points are stated.")
@click.option("--drawing", metavar="NAME", help="The drawing on which they are marked.  [default: the zone's first]")
@click.option(
    "--at",
    "at",
    multiple=True,
    metavar="X,Y",
    help="A point, repeated: the part of the drawing's width from its left and of its height from its top (0 to 1).",
)
@click.option(
    "--svg", "file", type=click.Path(path_type=Path), metavar="FILE", help="Write the drawing with the points."
)
@by_option
@store_option
@json_option
def command(
    session: str,
    zone: str | None,
    drawing: str | None,
    at: tuple[str, ...],
    file: Path | None,
    by: str | None,
    store: Path,
    as_json: bool,
) -> None:
    """The points of SESSION that were marked on drawings; with --zone and --at, state those of a zone.

    The points stated last for a zone on a drawing count; those before them stay in the ledger. How many there are is
    held against the injections that the devices reported.
    """
    from devicelog import log, naming

    log.configure()
    if (zone is None) != (not at):
        raise click.UsageError("--zone and --at go together; give the zone and each of its points.")
    if zone is not None:
        _state(store, session, naming.named(zone, "zone"), drawing, at, person(by))
    record = _record(store, session)
    if file is not None:
        _draw(record, drawing, file)
    _show(record, as_json=as_json)


def _state(store: Path, session: str, zone: str, drawing: str | None, at: tuple[str, ...], by: str) -> None:
    """One statement behind the end, checked before the store is opened."""
    from devicelog.bodymap.drawing import drawings_of
    from devicelog.bodymap.points import points_statement
    from devicelog.bodymap.zones import load
    from devicelog.ledger import Kind
    from devicelog.numbers import some
    from devicelog.store.statements import state_late
    from devicelog.store.writer import Writer

    body_map = load()
    place = body_map.find(zone)
    on = drawings_of(body_map, place) if place is not None else []
    if drawing is None and not on:
        known = ", ".join(body_map.drawings)
        raise click.UsageError(f"{zone} is on no drawing by itself; say which with --drawing, one of {known}.")
    pairs = [[part.strip() for part in point.split(",")] for point in at]
    made = points_statement(body_map, zone, drawing if drawing is not None else on[0], pairs, by)
    with Writer.open(store, create=False) as writer:
        row = writer.session(session)
        number = state_late(writer, row, Kind.POINTS, made)
    say(f"session {row.id}: entry {number}, {some(len(pairs), 'point')} of {zone} on {made['drawing']}")


def _record(store: Path, session: str) -> Record:
    from devicelog.store.reader import Reader
    from devicelog.stored import record_of

    with Reader.open(store) as reader:
        return record_of(reader, reader.session(session))


def _draw(record: Record, drawing: str | None, file: Path) -> None:
    """Write a drawing with all points that were marked on it, and their zones."""
    from devicelog.bodymap.drawing import drawn
    from devicelog.bodymap.zones import load
    from devicelog.numbers import some
    from devicelog.record.points import points

    marked = points(record)
    names = list(dict.fromkeys(one.drawing for one in marked))
    if drawing is None and len(names) != 1:
        found = f"points are on {', '.join(names)}" if names else "no points are marked"
        raise click.UsageError(f"{found}; say which drawing to write with --drawing.")
    name = drawing if drawing is not None else names[0]
    body_map = load()
    here = [one for one in marked if one.drawing == name]
    zones = [zone for one in here if (zone := body_map.find(one.code or one.zone)) is not None]
    spots: list[tuple[Decimal, Decimal]] = [spot for one in here for spot in one.points]
    file.write_text(drawn(name, body_map, chosen=zones, points=spots), encoding="utf-8")
    say(f"{file}: {body_map.drawings[name]}, {some(len(spots), 'point')}")


def _show(record: Record, *, as_json: bool) -> None:
    from devicelog.record.points import points_content
    from devicelog.terminal.places import point_lines

    if as_json:
        document: dict[str, Any] = {"session": record.session, "points": [], **points_content(record)}
        print_json(document)
        return
    lines = [line.plain for line in point_lines(record)]
    for line in lines or ["no points are marked"]:
        click.echo(line)
