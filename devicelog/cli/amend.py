"""`devicelog amend`: what was stated of a session corrected, or the zone of a stretch of it; both stay."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.options import json_option, log_access, print_json, say, store_option

if TYPE_CHECKING:
    from devicelog.amending.addresses import Field
    from devicelog.amending.zones import Moved


@click.command("amend")
@click.argument("session")
@click.argument("field", required=False)
@click.argument("new", required=False)
@click.option(
    "--fields",
    "lists",
    is_flag=True,
    help="List what can be corrected; with FIELD, what begins so.",
)
@click.option("--zone", metavar="CODE", help="Count what was given from --from to --to in this zone.")
@click.option("--from", "first", type=int, metavar="N", help="The first entry, as `devicelog entries` numbers them.")
@click.option("--to", "last", type=int, metavar="N", help="The last entry.")
@click.option("--reason", metavar="TEXT", help="Why; kept sealed.")
@click.option("--by", metavar="NAME", help="Who amends. Never assumed.")
@click.option("--role", metavar="ROLE", help="In which role.")
@store_option
@json_option
def command(
    session: str,
    field: str | None,
    new: str | None,
    lists: bool,
    zone: str | None,
    first: int | None,
    last: int | None,
    reason: str | None,
    by: str | None,
    role: str | None,
    store: Path,
    as_json: bool,
) -> None:
    """Correct FIELD of SESSION to NEW, or with --zone the zone of a stretch; what was there stays beside it.

    FIELD is named as --fields lists it: practitioner, product.1.lot, consent.version. What a device reported is
    corrected by nobody's hand.
    """
    if lists:
        _check(new is None and zone is None, "--fields goes with SESSION and the beginning of a FIELD alone")
        _list(store, session, field, by, as_json=as_json)
        return
    _check(by is not None and reason is not None, "an amendment needs --by and --reason; give both")
    assert by is not None
    assert reason is not None
    if zone is not None:
        _check(field is None and first is not None and last is not None, "--zone goes with --from and --to")
        assert first is not None
        assert last is not None
        _zone(store, session, zone, (first, last), (by, role, reason), as_json=as_json)
        return
    _check(first is None and last is None, "--from and --to go with --zone")
    _check(
        field is not None and new is not None, "found no FIELD and NEW; `devicelog amend SESSION --fields` lists them"
    )
    assert field is not None
    assert new is not None
    _correct(store, session, (field, new), (by, role, reason), as_json=as_json)


def _check(holds: bool, what: str) -> None:
    if not holds:
        raise click.UsageError(f"{what}.")


def _who(given: tuple[str, str | None, str]) -> dict[str, Any]:
    from devicelog.naming import named

    by, role, reason = given
    return {
        "by": named(by, "person"),
        "role": named(role, "role") if role is not None else None,
        "reason": named(reason, "reason"),
    }


def _correct(
    store: Path, session: str, change: tuple[str, str], given: tuple[str, str | None, str], *, as_json: bool
) -> None:
    from devicelog import log
    from devicelog.amending.correcting import correct
    from devicelog.amending.values import Zone
    from devicelog.search.upkeep import writing
    from devicelog.terminal.statements import shown

    log.configure()
    who = _who(given)
    with writing(store, create=False) as writer:
        row = writer.session(session)
        made = correct(writer, row, *change, **who)
    field = made.field
    if isinstance(field.value, Zone):
        _say_unknown(made.new)
    if as_json:
        said = {"field": field.address, "of_entry": field.entry, "old": field.now, "new": made.new}
        print_json({"session": row.id, "amendment": made.amendment, "entry": made.entry, **said})
    say(
        f"session {row.id}: amendment {made.amendment}, {field.address} {shown(made.new, field.path)} "
        f"in the place of {shown(field.now, field.path)}; both stay in the record"
    )


def _zone(
    store: Path,
    session: str,
    zone: str,
    span: tuple[int, int],
    given: tuple[str, str | None, str],
    *,
    as_json: bool,
) -> None:
    from devicelog import log
    from devicelog.amending.zones import correct_zone
    from devicelog.naming import named
    from devicelog.numbers import some
    from devicelog.search.upkeep import writing
    from devicelog.terminal.places import zone_name

    log.configure()
    who, code = _who(given), named(zone, "zone")
    _say_unknown(code)
    with writing(store, create=False) as writer:
        row = writer.session(session)
        moved = correct_zone(writer, row, code, first=span[0], last=span[1], **who)
    if as_json:
        print_json({"session": row.id, "amendment": moved.amendment, "reports": moved.reports, **_totals(moved)})
    else:
        from devicelog.terminal.amendments import print_zones

        print_zones(moved.before, moved.after)
    name = zone_name(moved.after, code)
    say(f"session {row.id}: amendment {moved.amendment}, {some(moved.reports, 'report')} now in {name}; both stay")


def _say_unknown(zone: str) -> None:
    """What is not on the body map is taken as it was typed, and said."""
    from devicelog.bodymap.unknown import unknown_zones

    for note in unknown_zones([zone]):
        say(f"note: {note}")


def _totals(moved: Moved) -> dict[str, Any]:
    from devicelog.record.as_json import zones

    return {"before": zones(moved.before), "zones": zones(moved.after)}


def _list(store: Path, session: str, beginning: str | None, by: str | None, *, as_json: bool) -> None:
    from devicelog.amending.addresses import fields
    from devicelog.store.reader import Reader
    from devicelog.stored import readable, record_of

    with Reader.open(store) as reader:
        row = reader.session(session)
        record = record_of(reader, row)
        with readable("a statement", row):
            found = [one for one in fields(record) if one.address.startswith(beginning or "")]
        log_access(reader, "amend --fields", session=row, by=by)
    if as_json:
        print_json([_content(field) for field in found])
        return
    if not found:
        say(f"nothing that begins with {beginning!r} was stated; `devicelog amend {row.id} --fields` lists all")
        return
    from devicelog.terminal.statements import print_fields

    print_fields(found)


def _content(field: Field) -> dict[str, Any]:
    return {
        "field": field.address,
        "entry": field.entry,
        "kind": field.kind.value,
        "value": field.now,
        "before": [one.old for one in field.corrections],
    }
