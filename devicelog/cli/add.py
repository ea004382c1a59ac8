"""`devicelog add`: what is said of a session behind its end, each in its own words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from devicelog.cli.options import json_option, print_json, say, store_option

if TYPE_CHECKING:
    from devicelog.store.reader import SessionRow
    from devicelog.store.writer import Writer

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group("add")
def command() -> None:
    """Add to a session that is over: reactions, adverse events, aftercare, photographs, notes ...

    Each is an entry behind the end of the session, with who, when it was written and, with --happened, when it was.
    """


def _added(given: Command) -> Command:
    """The options of everything that can be added."""
    by = click.option("--by", required=True, metavar="NAME", help="Who says so.")
    return by(store_option(json_option(given)))


_happened = click.option(
    "--happened", metavar="TIME", help="When it was, if not now: 2026-11-22, or '2026-11-22 14:30'."
)
_text = click.option("--text", metavar="TEXT", help="In words; kept sealed.")


@command.command("reaction", short_help="How the skin responded, or that it did not.")
@click.argument("session")
@click.argument("codes")
@click.option("--severity", metavar="WORD", help="mild, moderate or severe.")
@_happened
@_text
@_added
def reaction(
    session: str,
    codes: str,
    severity: str | None,
    happened: str | None,
    text: str | None,
    by: str,
    store: Path,
    as_json: bool,
) -> None:
    """How the skin responded: CODES with commas between, or `none`, which is said and not assumed.

    none, redness, swelling, bruising, itching, tenderness, blebs, stinging, other
    """
    from devicelog.amending.fields import REACTIONS, SEVERITY
    from devicelog.ledger import Kind

    content = {"codes": REACTIONS.read(codes), **_optional("severity", severity, SEVERITY.read), **_said(text)}
    _add(store, session, Kind.REACTION, content, by, happened, as_json=as_json)


@command.command("adverse-event", short_help="An adverse event, also one told days later.")
@click.argument("session")
@click.argument("code")
@click.option("--severity", required=True, metavar="WORD", help="mild, moderate or severe.")
@click.option("--action", metavar="TEXT", help="What was done.")
@click.option("--reported-to", metavar="WHOM", help="Where it was reported, with the number of the report.")
@_happened
@click.option("--text", required=True, metavar="TEXT", help="What happened, in words; kept sealed.")
@_added
def adverse_event(
    session: str,
    code: str,
    severity: str,
    action: str | None,
    reported_to: str | None,
    happened: str | None,
    text: str,
    by: str,
    store: Path,
    as_json: bool,
) -> None:
    """An adverse event, also one that is told days later; CODE is the clinic's own word for it."""
    from devicelog.amending.fields import SEVERITY
    from devicelog.ledger import Kind

    content = {
        "code": _words(code),
        "severity": SEVERITY.read(severity),
        **_optional("action", action),
        **_optional("reported_to", reported_to),
        **_said(text),
    }
    _add(store, session, Kind.ADVERSE_EVENT, content, by, happened, as_json=as_json)


@command.command("aftercare")
@click.argument("session")
@click.option("--leaflet", required=True, metavar="NAME", help="Which leaflet was given.")
@click.option("--version", required=True, metavar="VERSION", help="In which version.")
@click.option("--happened", metavar="TIME", help="When it was given, if not now.")
@_added
def aftercare(
    session: str, leaflet: str, version: str, happened: str | None, by: str, store: Path, as_json: bool
) -> None:
    """That a leaflet on aftercare was given."""
    from devicelog.amending.values import Moment
    from devicelog.ledger import Kind

    content = {"leaflet": _words(leaflet), "version": _words(version)}
    given = happened if happened is not None else Moment().read(_now())
    _add(store, session, Kind.AFTERCARE, content, by, given, as_json=as_json)


@command.command("follow-up", short_help="When somebody is to be seen again.")
@click.argument("session")
@click.argument("on", metavar="DATE")
@_text
@_added
def follow_up(session: str, on: str, text: str | None, by: str, store: Path, as_json: bool) -> None:
    """When somebody is to be seen again; `devicelog follow-ups --due` lists those that are due."""
    from devicelog.amending.values import Day
    from devicelog.ledger import Kind

    _add(store, session, Kind.FOLLOW_UP, {"on": Day().read(on), **_said(text)}, by, None, as_json=as_json)


@command.command("photograph", short_help="A photograph by file name and SHA-256.")
@click.argument("session")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--when", required=True, metavar="WORD", help="Taken before or after the treatment.")
@click.option("--happened", metavar="TIME", help="When it was taken.")
@_added
def photograph(session: str, file: Path, when: str, happened: str | None, by: str, store: Path, as_json: bool) -> None:
    """A photograph by its file name and SHA-256; the picture stays where it is."""
    from devicelog.amending.fields import WHEN
    from devicelog.amending.photographs import digest_of
    from devicelog.ledger import Kind

    content = {"file": file.name, "sha256": digest_of(file), "when": WHEN.read(when)}
    _add(store, session, Kind.PHOTOGRAPH, content, by, happened, as_json=as_json)


@command.command("note")
@click.argument("session")
@click.argument("text")
@_happened
@_added
def note(session: str, text: str, happened: str | None, by: str, store: Path, as_json: bool) -> None:
    """A note in words; kept sealed."""
    from devicelog.ledger import Kind

    _add(store, session, Kind.NOTE, {"text": _words(text)}, by, happened, as_json=as_json)


@command.command("leftover")
@click.argument("session")
@click.argument("syringe", type=int)
@click.option("--left", required=True, metavar="VOLUME", help="What was left in it: '0.3 mL'.")
@click.option("--wasted", metavar="VOLUME", help="What was thrown away or lost.", default="0 mL", show_default=True)
@_added
def leftover(session: str, syringe: int, left: str, wasted: str, by: str, store: Path, as_json: bool) -> None:
    """What was left in a syringe, and what was wasted."""
    from devicelog.amending.values import Amount
    from devicelog.ledger import Kind

    volume = Amount("mL")
    content = {"syringe": syringe, "left": volume.read(left), "wasted": volume.read(wasted), "unit": "mL"}
    _add(store, session, Kind.LEFTOVER, content, by, None, as_json=as_json)


@command.command("explanation", short_help="Why a figure of the record differs.")
@click.argument("session")
@click.argument("of")
@click.option("--reason", required=True, metavar="TEXT", help="Why it differs; kept sealed.")
@_added
def explanation(session: str, of: str, reason: str, by: str, store: Path, as_json: bool) -> None:
    """Why a figure differs: OF is syringe:N, or device:LINK:METRIC as `show` has it."""
    from devicelog.ledger import Kind

    _add(store, session, Kind.EXPLAINED, {"of": of.strip(), "reason": _words(reason)}, by, None, as_json=as_json)


@command.command("points")
@click.argument("session")
@click.argument("zone")
@click.option("--drawing", required=True, metavar="NAME", help="The drawing that the points are on.")
@click.option(
    "--point", "points", required=True, multiple=True, metavar="X,Y", help="From 0,0 to 1,1; may be repeated."
)
@_added
def add_points(
    session: str, zone: str, drawing: str, points: tuple[str, ...], by: str, store: Path, as_json: bool
) -> None:
    """Where on a drawing the points of a zone are."""
    from devicelog.ledger import Kind

    content = {"zone": _words(zone), "drawing": _words(drawing), "points": [_point(point) for point in points]}
    _add(store, session, Kind.POINTS, content, by, None, as_json=as_json)


def _point(text: str) -> list[str]:
    """Two numbers from 0 to 1, as text."""
    from devicelog.amending.values import Number
    from devicelog.errors import BadInputError

    numbers = text.split(",")
    if len(numbers) != 2:
        raise BadInputError(f"found {text!r}, expected a point such as 0.25,0.5.")
    read = [Number().read(number) for number in numbers]
    if any(Decimal(number) > 1 for number in read):
        raise BadInputError(f"found {text!r}, expected a point from 0,0 to 1,1.")
    return read


def _add(
    store: Path, session: str, kind: str, content: dict[str, Any], by: str, happened: str | None, *, as_json: bool
) -> None:
    from devicelog import log
    from devicelog.amending.adding import add
    from devicelog.ledger import Kind
    from devicelog.naming import named
    from devicelog.store.writer import Writer

    log.configure()
    made = {**content, "by": named(by, "person")}
    with Writer.open(store, create=False) as writer:
        row = writer.session(session)
        number = add(writer, row, Kind(kind), made, happened=happened)
        asked = list(_to_be_explained(writer, row, made["syringe"])) if kind == Kind.LEFTOVER else []
    if as_json:
        print_json({"session": row.id, "entry": number, "kind": kind})
    say(f"session {row.id}: {kind.replace('_', ' ')} at entry {number}, written behind the end of the session")
    for sentence in asked:
        say(sentence)


def _to_be_explained(store: Writer, row: SessionRow, syringe: int) -> Iterator[str]:
    """What does not add up of a syringe now that it is known what was left in it, and what to do."""
    from devicelog.record.unexplained import of_syringe, of_syringes
    from devicelog.stored import record_of

    for one in of_syringes(record_of(store, row)):
        if one.of == of_syringe(syringe):
            yield f"{one}; say why: devicelog add explanation {row.id} {one.of} --reason TEXT --by NAME"


def _words(text: str) -> str:
    from devicelog.naming import named

    return named(text, "text")


def _said(text: str | None) -> dict[str, str]:
    return {"text": _words(text)} if text is not None else {}


def _optional(name: str, text: str | None, read: Callable[[str], Any] | None = None) -> dict[str, Any]:
    if text is None:
        return {}
    return {name: read(text) if read is not None else _words(text)}


def _now() -> str:
    from devicelog import clock

    return clock.utc(clock.now().wall_ns)
