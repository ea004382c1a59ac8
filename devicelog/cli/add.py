"""`devicelog add`: what is said of a session behind its end, each in its own words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from devicelog.cli.group import Group
from devicelog.cli.options import json_option, print_json, say, signer_option, store_option

if TYPE_CHECKING:
    from devicelog.record.record import Record

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group("add", cls=Group)
def command() -> None:
    """Add to a session that is over: reactions, adverse events, aftercare, photographs, notes ...

    Each is an entry behind the end of the session, with who, when it was written and, with --happened, when it was.
    """


def _added(given: Command) -> Command:
    """The options of everything that can be added."""
    return signer_option("Who says so.")(store_option(json_option(given)))


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
@click.option("--care", "file", type=click.Path(path_type=Path), metavar="FILE", help="The clinic's own care times.")
@click.option("--no-care", is_flag=True, help="No care times were told with it.")
@_added
def aftercare(
    session: str,
    leaflet: str,
    version: str,
    happened: str | None,
    file: Path | None,
    no_care: bool,
    by: str,
    store: Path,
    as_json: bool,
) -> None:
    """That a leaflet on aftercare was given, and the care times that were told with it.

    The list of care times is kept by name, version and SHA-256, with until when each holds (`devicelog care SESSION`).
    """
    from devicelog.amending.values import Moment
    from devicelog.ledger import Kind
    from devicelog.screening.care_file import load
    from devicelog.screening.told import due_lines, told_content
    from devicelog.terminal import amounts

    if no_care and file is not None:
        raise click.UsageError("--care FILE says which care times were told and --no-care that none were; give one.")
    content: dict[str, Any] = {"leaflet": _words(leaflet), "version": _words(version)}
    if not no_care:
        care, record = load(file), _record(store, session)
        content |= told_content(care, amounts.local(record, record.last_us))
    given = happened if happened is not None else Moment().read(_now())
    _add(store, session, Kind.AFTERCARE, content, by, given, as_json=as_json)
    for line in due_lines(content):
        say(line)


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


@command.command("screening", short_help="A contraindication that was learned after the session.")
@click.argument("session")
@click.argument("code")
@click.argument("answer", metavar="yes|no|unknown")
@click.option("--ended", metavar="DATE", help="When what is asked about was over, if months count from it.")
@click.option("--screening", "file", type=click.Path(path_type=Path), metavar="FILE", help="The clinic's own list.")
@click.option("--text", metavar="TEXT", help="In words; kept sealed.")
@_added
def screening(
    session: str,
    code: str,
    answer: str,
    ended: str | None,
    file: Path | None,
    text: str | None,
    by: str,
    store: Path,
    as_json: bool,
) -> None:
    """What was learned behind the end of a question that is asked before: CODE is that of `devicelog screening`.

    It is held against the session's way of treating and the day on which it began; the answer stated last holds.
    """
    from devicelog.amending.learning import learned_of
    from devicelog.ledger import Kind
    from devicelog.screening.rules import load

    rules = load(file)
    detail = _words(text) if text is not None else None
    record = _record(store, session)
    content, why = learned_of(record, rules, code, answer, ended=ended, detail=detail, by=_named(by))
    _add(store, record.session, Kind.SCREENING, content, by, None, as_json=as_json)
    if why is not None:
        say(why)


@command.command("points", short_help="Where in a zone was injected, marked on a drawing.")
@click.argument("session")
@click.argument("zone")
@click.option("--drawing", metavar="NAME", help="The drawing that the points are on.  [default: the zone's first]")
@click.option(
    "--point",
    "points",
    required=True,
    multiple=True,
    metavar="X,Y",
    help="A point, repeated: the part of the drawing's width from its left and of its height from its top (0 to 1).",
)
@_added
def add_points(
    session: str, zone: str, drawing: str | None, points: tuple[str, ...], by: str, store: Path, as_json: bool
) -> None:
    """Where in ZONE was injected, marked on a drawing; says how many injections the devices reported there.

    What is stated last for a zone on a drawing counts; what was stated before stays in the ledger. `devicelog zones
    --points SESSION --svg FILE` draws them.
    """
    from devicelog.cli.marked import points_content
    from devicelog.ledger import Kind
    from devicelog.naming import named
    from devicelog.terminal.places import point_lines

    content = points_content(named(zone, "zone"), drawing, points, named(by, "person"))
    _say_unknown(content["zone"])
    record = _add(store, session, Kind.POINTS, content, by, None, as_json=as_json)
    for line in point_lines(record):
        say(line.plain)


def _say_unknown(zone: str) -> None:
    from devicelog.bodymap.unknown import unknown_zones

    for note in unknown_zones([zone]):
        say(f"note: {note}")


def _add(
    store: Path, session: str, kind: str, content: dict[str, Any], by: str, happened: str | None, *, as_json: bool
) -> Record:
    """State it behind the end of the session; what its record says since."""
    from devicelog import log
    from devicelog.amending.adding import add
    from devicelog.ledger import Kind
    from devicelog.naming import named
    from devicelog.search.upkeep import writing
    from devicelog.stored import record_of

    log.configure()
    made = {**content, "by": named(by, "person")}
    with writing(store, create=False) as writer:
        row = writer.session(session)
        number = add(writer, row, Kind(kind), made, happened=happened)
        record = record_of(writer, row)
    if as_json:
        print_json({"session": row.id, "entry": number, "kind": kind})
    what = click.get_current_context().info_name or kind  # the word by which it was added
    say(f"session {row.id}: {what} kept as entry {number}, written behind the end of the session")
    if kind == Kind.LEFTOVER:
        _say_unexplained(record, made["syringe"])
    return record


def _say_unexplained(record: Record, syringe: int) -> None:
    """What does not add up of a syringe now that it is known what was left in it, and what to do."""
    from devicelog.record.unexplained import of_syringe, of_syringes

    for one in of_syringes(record):
        if one.of == of_syringe(syringe):
            say(f"{one}; say why: devicelog add explanation {record.session} {one.of} --reason TEXT --by NAME")


def _record(store: Path, session: str) -> Record:
    from devicelog.store.reader import Reader
    from devicelog.stored import record_of

    with Reader.open(store) as reader:
        return record_of(reader, reader.session(session))


def _named(by: str) -> str:
    from devicelog.naming import named

    return named(by, "person")


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
