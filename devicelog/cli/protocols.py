"""`devicelog protocols`: treatment protocols that come with devicelog, those of the clinic, and who approved what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from devicelog.cli.first_word import FirstWord
from devicelog.cli.options import json_option, print_json, say, store_option
from devicelog.cli.protocol_changes import approve, derive_command, difference, given, withdraw

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from devicelog.store.approvals import Approval
    from devicelog.treatment.protocol import Limit, TreatmentProtocol


@click.group(
    "protocols",
    cls=FirstWord,
    invoke_without_command=True,
    subcommand_metavar="[ID | check FILE | approve ID | withdraw ID | derive ID | difference A B]",
)
@store_option
@json_option
@click.pass_context
def command(ctx: click.Context, store: Path, as_json: bool) -> None:
    """Treatment protocols: list them, or show ID (or a file, or ID+OVERLAY); approve, derive and compare them.

    Every protocol that comes with devicelog is an example and approved by nobody; nothing here is clinical advice.
    """
    ctx.obj = {"store": store, "json": as_json}
    if ctx.invoked_subcommand is not None:
        return
    from devicelog.naming import approvals_in
    from devicelog.store.approvals import in_force
    from devicelog.treatment.listing import content
    from devicelog.treatment.protocol_file import find, shipped

    approvals = approvals_in(store)
    own = {name: one.text for name, one in in_force(approvals).items() if one.text is not None}
    protocols = [find(name, own) for name in sorted({*shipped(), *own})]
    if as_json:
        print_json([content(protocol, approvals) for protocol in protocols])
        return
    for protocol in protocols:
        for line in _head(protocol, approvals):
            click.echo(line)


@command.command("show", hidden=True)
@click.argument("name", metavar="ID")
@store_option
@json_option
@click.pass_context
def show(ctx: click.Context, name: str, store: Path, as_json: bool) -> None:
    """One treatment protocol with every limit and its source; ID may be a file, and have +OVERLAY behind it."""
    from devicelog.naming import approvals_in, find_protocol
    from devicelog.treatment.listing import content

    store, as_json = given(ctx, store, as_json)
    protocol = find_protocol(name, store)
    if protocol is None:
        raise click.UsageError("none is no treatment protocol: it records without limits.")
    approvals = approvals_in(store)
    if as_json:
        print_json(content(protocol, approvals))
        return
    for line in (*_head(protocol, approvals), *_body(protocol)):
        click.echo(line)


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@click.pass_context
def check(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Check a treatment protocol file: every problem with its line. Exit code 1 if there is one.

    What is no fault and still worth a look (a value without a source, no limits of a course) is a note.
    """
    from devicelog.treatment.protocol_file import examined

    if not file.is_file():
        raise click.UsageError(f"{file} is not a file; give the path of a treatment protocol (TOML).")
    found = examined(file)
    if as_json or ctx.obj["json"]:
        print_json({"file": str(file), "holds": not found.faults, "problems": found.faults, "notes": found.notes})
    else:
        for problem in found.faults:
            click.echo(problem)
        for note in found.notes:
            say(f"note: {note}")
    if found.faults:
        raise SystemExit(1)
    say(f"{file}: no problem found; it is not approved by that")


for _each in (approve, withdraw, derive_command, difference):
    command.add_command(_each)


def _head(protocol: TreatmentProtocol, approvals: Sequence[Approval]) -> Iterator[str]:
    """What a protocol is, and whether it was approved here."""
    from devicelog.store.approvals import standing
    from devicelog.treatment.protocol_file import shipped

    yield f"{protocol.name}  version {protocol.version}  {protocol.modality}, {protocol.area}"
    approval = standing(approvals, protocol.sha256)
    said = f"{protocol.status}, approved by nobody"
    if approval is not None:
        said = approval.sentence
    yield f"  {protocol.title}; {said}"
    example = shipped().get(protocol.id)
    if example is not None and example.read_text(encoding="utf-8") != protocol.text:
        yield "  the clinic's own: it takes the place of the example of that name that comes with devicelog"
    if protocol.overlay is None and protocol.overlays:
        yield f"  overlays: {', '.join(f'{protocol.id}+{overlay.name}' for overlay in protocol.overlays)}"


def _body(protocol: TreatmentProtocol) -> Iterator[str]:
    from devicelog.treatment.citation import amount_text, bracketed

    yield f"  sha256 {protocol.sha256}"
    if protocol.derived_from is not None:
        base = protocol.derived_from
        yield f"  derived from {base.id} version {base.version} (sha256 {base.sha256[:16]})"
    replaced = {limit.number for one in protocol.overlays if one.name == protocol.overlay for limit in one.limits}
    for limit in protocol.limits:
        yield f"  {limit.number:2}  {_limit_line(limit)}{'  (overlay)' if limit.number in replaced else ''}"
    if protocol.top_up is not None:
        due = f"{amount_text(protocol.top_up.after, 'day')} to {amount_text(protocol.top_up.until, 'day')}"
        yield f"      top-up {due} after the last session {bracketed(protocol.top_up.source)}, which ends a course"
    if protocol.excluded_zones:
        yield f"  zones excluded: {', '.join(protocol.excluded_zones)}"
    overlay_notes = [one.note for one in protocol.overlays if one.name == protocol.overlay]
    for note in (protocol.notes, protocol.evidence_note, *overlay_notes):
        if note:
            yield f"  {' '.join(note.split())}"
    for key, source in protocol.sources.items():
        yield f"  [{key}] {source.title}, {source.where}"


def _limit_line(limit: Limit) -> str:
    from devicelog.terminal.amounts import with_units
    from devicelog.treatment.difference import limit_text

    kept = "  (for the record only: no device reports it)" if limit.documented else ""
    return f"{limit.name:34} {limit.direction}  {with_units(limit_text(limit))}{kept}"
