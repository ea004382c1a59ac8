"""`devicelog protocols approve, withdraw, derive, difference`: what makes a treatment protocol the clinic's own."""

from __future__ import annotations

from pathlib import Path

import click

from devicelog.cli.options import is_behind, json_option, print_json, say, signer_option, store_option


def given(ctx: click.Context, store: Path, as_json: bool) -> tuple[Path, bool]:
    """Options may stand before or behind the word."""
    return (store if is_behind(ctx) else ctx.obj["store"]), as_json or ctx.obj["json"]


@click.command("approve")
@click.argument("name", metavar="ID|FILE")
@signer_option("Who approves.")
@click.option("--role", metavar="ROLE", help='What that person is ("medical director").')
@store_option
@json_option
@click.pass_context
def approve(ctx: click.Context, name: str, by: str, role: str | None, store: Path, as_json: bool) -> None:
    """Approve this version of a treatment protocol for this clinic, by name; signed and kept in the store.

    The full text is kept with it: from then on its id finds it, without the file.
    """
    from devicelog import log
    from devicelog.approving import approve as act
    from devicelog.approving import sound
    from devicelog.naming import named
    from devicelog.search.upkeep import writing

    by, role = named(by, "person who approves"), named(role, "role") if role is not None else None
    store, as_json = given(ctx, store, as_json)
    protocol = sound(name, store)
    log.configure()
    with writing(store) as writer:
        before = act(writer, protocol, by=by, role=role)
    who = f"{by}, {role}" if role is not None else by
    if as_json:
        said = {"id": protocol.id, "version": protocol.version, "sha256": protocol.sha256, "by": by, "role": role}
        print_json({"act": "approved", **said, "in_place_of": before.version if before else None})
    say(f"{protocol.id} version {protocol.version} (sha256 {protocol.sha256[:16]}) approved by {who}")
    if before is not None and before.sha256 != protocol.sha256:
        say(f"it takes the place of version {before.version}, {before.sentence}")


@click.command("withdraw")
@click.argument("name", metavar="ID")
@signer_option("Who takes the approval back.")
@click.option("--role", metavar="ROLE", help="What that person is.")
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@click.option("--version", metavar="VERSION", help="Which version.  [default: the one that counts]")
@store_option
@json_option
@click.pass_context
def withdraw(
    ctx: click.Context,
    name: str,
    by: str,
    role: str | None,
    reason: str,
    version: str | None,
    store: Path,
    as_json: bool,
) -> None:
    """Take the approval of a treatment protocol back; signed and chained like the approval, which stays readable."""
    from devicelog import log
    from devicelog.approving import withdraw as act
    from devicelog.naming import named
    from devicelog.search.upkeep import writing

    by, reason = named(by, "person who withdraws"), named(reason, "reason")
    role = named(role, "role") if role is not None else None
    store, as_json = given(ctx, store, as_json)
    log.configure()
    with writing(store) as writer:
        found, now = act(writer, name, by=by, role=role, reason=reason, version=version)
    if as_json:
        said = {"id": found.id, "version": found.version, "sha256": found.sha256, "by": by, "role": role}
        print_json({"act": "withdrawn", **said, "reason": reason, "counts_now": now.version if now else None})
    say(f"the approval of {found.id} version {found.version} by {found.person} was taken back by {by}: {reason}")
    if now is not None:
        say(f"version {now.version}, {now.sentence}, counts again")
    else:
        say(f"no version of {found.id} is approved here now")


@click.command("derive")
@click.argument("name", metavar="ID|FILE")
@click.option("--as", "new_id", required=True, metavar="NEW-ID", help="The id of the new one.")
@click.option("--version", required=True, metavar="VERSION", help="Its version.")
@signer_option("Who changes it: the source of a value without another one.")
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="CHANGE",
    help="'LIMIT: soft=AMOUNT, hard=AMOUNT [KEY GRADE]'; none as the amount removes one. May be repeated.",
)
@click.option("--source", "sources", multiple=True, metavar="'KEY=TITLE | WHERE'", help="A source that is new.")
@click.option("--title", metavar="TITLE", help="Its title.  [default: that of the base]")
@click.option(
    "--to", "target", required=True, metavar="FILE", type=click.Path(path_type=Path), help="The file to write (.toml)."
)
@store_option
@json_option
@click.pass_context
def derive_command(
    ctx: click.Context,
    name: str,
    new_id: str,
    version: str,
    by: str,
    changes: tuple[str, ...],
    sources: tuple[str, ...],
    title: str | None,
    target: Path,
    store: Path,
    as_json: bool,
) -> None:
    """Make a treatment protocol of one's own from another one, with limits changed; it is approved by nobody yet.

    devicelog protocols derive meso-face-gun-intradermal --as our-face --version 1 --by "Dr A. Example"
    --set "injection depth: soft=1.5 mm, hard=3 mm" --to our-face.toml
    """
    from devicelog.approving import write_new
    from devicelog.errors import BadInputError
    from devicelog.naming import find_protocol, named
    from devicelog.terminal.amounts import with_units
    from devicelog.treatment.derive import derive, parse_change, parse_source
    from devicelog.treatment.difference import differences
    from devicelog.treatment.sanity import examine

    store, as_json = given(ctx, store, as_json)
    base = find_protocol(name, store)
    if base is None:
        raise click.UsageError("none is no treatment protocol; give the id or the file of one.")
    new = derive(
        base,
        new_id=new_id,
        version=named(version, "version"),
        by=named(by, "person who derives"),
        changes=[parse_change(change, base) for change in changes],
        title=named(title, "title") if title is not None else None,
        sources=[parse_source(source) for source in sources],
    )
    faults = examine(new, new_id).faults
    if faults:
        raise BadInputError(faults[0])
    write_new(target, new.text)
    found = differences(base, new)
    if as_json:
        print_json({"file": str(target), "id": new.id, "version": new.version, "sha256": new.sha256, **found.content()})
    else:
        for line in found.lines():
            click.echo(with_units(line))
    for looser in found.looser:
        say(f"LOOSER than {base.id} version {base.version}: {with_units(looser)}")
    say(f"{target}: {new.id} version {new.version}; approved by nobody until `devicelog protocols approve {target}`")


@click.command("difference")
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@store_option
@json_option
@click.pass_context
def difference(ctx: click.Context, first: str, second: str, store: Path, as_json: bool) -> None:
    """What B says that A does not: limits, sources, excluded zones; A and B are ids or files."""
    from devicelog.naming import find_protocol
    from devicelog.terminal.amounts import with_units
    from devicelog.treatment.difference import differences

    store, as_json = given(ctx, store, as_json)
    one, other = (find_protocol(name, store) for name in (first, second))
    if one is None or other is None:
        raise click.UsageError("none is no treatment protocol; give ids or files of two.")
    found = differences(one, other)
    if as_json:
        heads = {"first": one, "second": other}
        told = {key: {"id": p.id, "version": p.version, "sha256": p.sha256} for key, p in heads.items()}
        print_json({**told, **found.content()})
        return
    for line in found.lines():
        click.echo(with_units(line))
    for looser in found.looser:
        click.echo(f"LOOSER: {with_units(looser)}")
    if not any(found.lines()):
        say(f"{first} and {second} do not differ")
