"""`devicelog zones`: the body map as a tree, one zone of it, and the drawing that shows it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.options import json_option, log_access, print_json, reader_options, say, store_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devicelog.bodymap.zones import BodyMap, Zone


@click.command("zones")
@click.argument("code", metavar="[CODE]", required=False)
@click.option("--svg", "file", type=click.Path(path_type=Path), metavar="FILE", help="Write the drawing of the zone.")
@click.option("--drawing", metavar="NAME", help="Which drawing, where the zone is on several.")
@click.option("--points", "session", metavar="SESSION", help="Draw the points that were marked in a session.")
@store_option
@reader_options
@json_option
def command(
    code: str | None, file: Path | None, drawing: str | None, session: str | None, store: Path, as_json: bool
) -> None:
    """The zones of the body map, or one of them, by its code or another name: what excludes it, and who says so.

    `devicelog record --zone` takes a code and any other name of a zone. Left and right are the patient's. A zone that
    is not on the map is recorded as it is typed.
    """
    from devicelog.bodymap.zones import load

    if session is not None:
        _points(store, session, drawing, file, is_alone=code is None and not as_json)
        return
    body_map = load()
    zone = _found(body_map, code) if code is not None else None
    if file is not None or drawing is not None:
        _draw(body_map, zone, file, drawing)
    if as_json:
        print_json(_content(body_map, zone))
    elif zone is not None:
        for line in _one(body_map, zone):
            click.echo(line)
    elif file is None:
        for line in _tree(body_map):
            click.echo(line)


def _points(store: Path, session: str, drawing: str | None, file: Path | None, *, is_alone: bool) -> None:
    """Draw what was marked in a session."""
    from devicelog.cli.marked import points_drawn
    from devicelog.store.reader import Reader
    from devicelog.stored import record_of

    if file is None or not is_alone:
        raise click.UsageError("--points SESSION goes with --svg FILE, and with no CODE; `devicelog show` lists them.")
    with Reader.open(store) as reader:
        row = reader.session(session)
        record = record_of(reader, row)
        svg, shown = points_drawn(record, drawing)
        log_access(reader, "zones --points", session=row)
    file.write_text(svg, encoding="utf-8")
    say(f"{file}: {shown}")


def _found(body_map: BodyMap, text: str) -> Zone:
    from devicelog.errors import BadInputError

    zone = body_map.find(text)
    if zone is None:
        close = body_map.close_to(text)
        guess = f"; did you mean {' or '.join(close)}?" if close else "; `devicelog zones` lists what is on it."
        raise BadInputError(f"{text!r} is not on the body map{guess}")
    return zone


def _draw(body_map: BodyMap, zone: Zone | None, file: Path | None, drawing: str | None) -> None:
    """Write the drawing, with the zone marked as chosen, and as excluded where anything excludes it."""
    from devicelog.bodymap import drawing as art

    if file is None:
        raise click.UsageError("--drawing says which drawing --svg FILE writes; give --svg, too.")
    if zone is None and drawing is None:
        known = ", ".join(body_map.drawings)
        raise click.UsageError(f"--svg writes one drawing; give a CODE, or --drawing with one of {known}.")
    on = art.drawings_of(body_map, zone) if zone is not None else list(body_map.drawings)
    if not on:
        raise click.UsageError(f"{zone.code if zone else ''} is a way between two places, and on no drawing.")
    name = drawing if drawing is not None else on[0]
    if name not in on:
        what = zone.code if zone is not None else "the body map"
        raise click.UsageError(f"{what} is not on a drawing {name!r}; expected one of {', '.join(on)}.")
    chosen = [zone] if zone is not None else []
    inside = list(body_map.inside(zone)) if zone is not None else []
    excluded = [one for one in inside if any(around.excluded for around in body_map.around(one))]
    file.write_text(art.drawn(name, body_map, chosen=chosen, excluded=excluded), encoding="utf-8")
    more = f" ({zone.code} is also on {', '.join(other for other in on if other != name)})" if on[1:] and zone else ""
    say(f"{file}: {body_map.drawings[name]}{more}")


# -- for people ------------------------------------------------------------------------------------------------


def _tree(body_map: BodyMap) -> Iterator[str]:
    """Every zone, indented under the one around it; left and right on the line of both."""
    for zone in body_map.zones.values():
        if zone.side is not None:
            continue
        depth = sum(1 for _ in body_map.around(zone)) - 1
        sides = " (.left .right)" if f"{zone.code}.left" in body_map.zones else ""
        name = f"{'  ' * depth}{zone.code}{sides}"
        excluded = "".join(f"  ✗ {body_map.cited(found)}" for found in zone.excluded)
        yield f"{name:34}{zone.name}{excluded}".rstrip()
    yield ""
    yield from _legend(body_map)


def _legend(body_map: BodyMap) -> Iterator[str]:
    modalities = sorted(
        {name for zone in body_map.zones.values() for found in zone.excluded for name in found.modalities}
    )
    yield f"✗ excluded for {' and '.join(modalities)}: an alarm of high priority while it is the zone in use"
    yield "[H] standard or law seen, [M] manual seen:"
    for source in body_map.sources.values():
        yield f"  {source.title}: {source.where}"


def _one(body_map: BodyMap, zone: Zone) -> Iterator[str]:
    """One zone with all that is known of it."""
    yield f"{zone.code}: {zone.name}"
    around = [one.code for one in body_map.around(zone)][1:]
    inside = [one.code for one in body_map.inside(zone)][1:]
    facts = {
        "in": ", ".join(around),
        "holds": ", ".join(inside),
        "other names": ", ".join(zone.aliases),
        "SNOMED CT": zone.snomed or "",
        "drawings": ", ".join(zone.drawings),
    }
    yield from (f"  {name}: {said}" for name, said in facts.items() if said)
    for place in body_map.around(zone):
        for found in place.excluded:
            where = f" (as {place.code})" if place is not zone else ""
            yield f"  ✗ excluded for {' and '.join(sorted(found.modalities))}{where}: {body_map.cited(found)}"


# -- for programs ----------------------------------------------------------------------------------------------


def _content(body_map: BodyMap, zone: Zone | None) -> dict[str, Any]:
    zones = body_map.inside(zone) if zone is not None else body_map.zones.values()
    return {
        "body_map": body_map.content(),
        "zones": [_zone(body_map, one) for one in zones],
        "drawings": dict(body_map.drawings),
        "sources": {name: {"title": one.title, "where": one.where} for name, one in body_map.sources.items()},
    }


def _zone(body_map: BodyMap, zone: Zone) -> dict[str, Any]:
    return {
        "code": zone.code,
        "name": zone.name,
        "parent": zone.parent,
        "side": zone.side.value if zone.side is not None else None,
        "aliases": list(zone.aliases),
        "snomed": zone.snomed,
        "drawings": list(zone.drawings),
        "excluded": [
            {
                "by": place.code,
                "modalities": sorted(found.modalities),
                "because": found.because,
                "sources": [{"key": source.key, "grade": source.grade} for source in found.sources],
            }
            for place in body_map.around(zone)
            for found in place.excluded
        ],
    }
