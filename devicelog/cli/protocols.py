"""`devicelog protocols`: treatment protocols that come with devicelog, files of one's own, and who approved what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.options import json_option, print_json, say, store_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devicelog.treatment.protocol import Limit, TreatmentProtocol

    _Approvals = dict[str, dict[str, Any] | None]


class _Protocols(click.Group):
    """A group whose first word may also be the id of a treatment protocol."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            return "show", self.commands["show"], args
        return super().resolve_command(ctx, args)


@click.group(
    "protocols", cls=_Protocols, invoke_without_command=True, subcommand_metavar="[ID | check FILE | approve ID]"
)
@store_option
@json_option
@click.pass_context
def command(ctx: click.Context, store: Path, as_json: bool) -> None:
    """Treatment protocols: list them, or show ID; `check FILE` checks a file; `approve ID` approves a version by name.

    Every protocol that comes with devicelog is an example and approved by nobody; nothing here is clinical advice.
    """
    ctx.obj = {"store": store, "json": as_json}
    if ctx.invoked_subcommand is not None:
        return
    from devicelog.treatment.protocol_file import load, shipped

    protocols = [load(path) for path in shipped().values()]
    approvals = _approvals(store, protocols)
    if as_json:
        print_json([_content(protocol, approvals) for protocol in protocols])
        return
    for protocol in protocols:
        click.echo(f"{protocol.id}  version {protocol.version}  {protocol.modality}, {protocol.area}")
        click.echo(f"  {protocol.title}; {_standing(protocol, approvals)}")


@command.command("show", hidden=True)
@click.argument("name", metavar="ID")
@store_option
@json_option
@click.pass_context
def show(ctx: click.Context, name: str, store: Path, as_json: bool) -> None:
    """One treatment protocol with every limit and its source; ID may be a file."""
    from devicelog.treatment.protocol_file import find

    protocol = find(name)
    store, as_json = _given(ctx, store, as_json)
    approvals = _approvals(store, [protocol])
    if as_json:
        print_json(_content(protocol, approvals))
        return
    click.echo(f"{protocol.id}  version {protocol.version}  {protocol.modality}, {protocol.area}")
    click.echo(f"  {protocol.title}; {_standing(protocol, approvals)}")
    click.echo(f"  sha256 {protocol.sha256}")
    for limit in protocol.limits:
        click.echo(f"  {limit.number:2}  {_limit_line(limit)}")
    if protocol.excluded_zones:
        click.echo(f"  zones excluded: {', '.join(protocol.excluded_zones)}")
    for note in (protocol.notes, protocol.evidence_note):
        if note:
            click.echo(f"  {' '.join(note.split())}")
    for key, source in protocol.sources.items():
        click.echo(f"  [{key}] {source.title}, {source.where}")


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@click.pass_context
def check(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Check a treatment protocol file: every problem with its line. Exit code 1 if there is one."""
    from devicelog.treatment.protocol_file import check as problems_of

    if not file.is_file():
        raise click.UsageError(f"{file} is not a file; give the path of a treatment protocol (TOML).")
    problems = problems_of(file)
    if as_json or ctx.obj["json"]:
        print_json({"file": str(file), "holds": not problems, "problems": problems})
    else:
        for problem in problems:
            click.echo(problem)
    if problems:
        raise SystemExit(1)
    say(f"{file}: no problem found; it is not approved by that")


@command.command("approve")
@click.argument("name", metavar="ID")
@click.option("--by", required=True, metavar="NAME", help="Who approves, by name and role.")
@store_option
@click.pass_context
def approve(ctx: click.Context, name: str, by: str, store: Path) -> None:
    """Approve this version of a treatment protocol for this clinic, by name; signed and kept in the store."""
    from devicelog import clock
    from devicelog.naming import named
    from devicelog.store.writer import Writer
    from devicelog.treatment.protocol_file import find

    by = named(by, "person who approves")
    protocol = find(name)
    store, _ = _given(ctx, store, as_json=False)
    with Writer.open(store) as writer:
        at = clock.utc(clock.now().wall_ns)
        what = {"id": protocol.id, "version": protocol.version, "sha256": protocol.sha256}
        writer.approve({"approval": "treatment protocol", **what, "by": by, "at": at})
    say(f"{protocol.id} version {protocol.version} (sha256 {protocol.sha256[:16]}) approved by {by}")


def _given(ctx: click.Context, store: Path, as_json: bool) -> tuple[Path, bool]:
    """Options may stand before or behind the word."""
    source = ctx.get_parameter_source("store")
    behind = source is click.core.ParameterSource.COMMANDLINE
    return (store if behind else ctx.obj["store"]), as_json or ctx.obj["json"]


def _approvals(store: Path, protocols: Sequence[TreatmentProtocol]) -> _Approvals:
    """The approval of each by its sha256; none if there is no store yet."""
    from devicelog.store.reader import Reader

    if not (store / "store.json").exists():
        return {}
    with Reader.open(store) as reader:
        return {protocol.sha256: reader.approval(protocol.sha256) for protocol in protocols}


def _standing(protocol: TreatmentProtocol, approvals: _Approvals) -> str:
    approval = approvals.get(protocol.sha256)
    return f"approved by {approval['by']} at {approval['at']}" if approval else f"{protocol.status}, approved by nobody"


def _limit_line(limit: Limit) -> str:
    from devicelog.units import plain

    parts = [
        f"{name} {plain(value)} {limit.unit} [{f'{source.key} {source.grade}' if source else 'no source'}]"
        for name, value, source in (("soft", limit.soft, limit.soft_source), ("hard", limit.hard, limit.hard_source))
        if value is not None
    ]
    kept = "  (for the record only: no device reports it)" if limit.documented else ""
    return f"{limit.name:34} {limit.direction}  {', '.join(parts)}{kept}"


def _content(protocol: TreatmentProtocol, approvals: _Approvals) -> dict[str, Any]:
    return {
        "id": protocol.id,
        "family": protocol.family,
        "version": protocol.version,
        "title": protocol.title,
        "status": protocol.status.value,
        "approved": approvals.get(protocol.sha256),
        "modality": protocol.modality.value,
        "area": protocol.area,
        "sha256": protocol.sha256,
        "excluded_zones": list(protocol.excluded_zones),
        "limits": [_limit_content(limit) for limit in protocol.limits],
        "sources": {key: {"title": s.title, "where": s.where} for key, s in protocol.sources.items()},
    }


def _limit_content(limit: Limit) -> dict[str, Any]:
    return {
        "number": limit.number,
        "name": limit.name,
        "scope": limit.scope.value,
        "channel": limit.channel.value,
        "statistic": limit.statistic.value if limit.statistic else None,
        "direction": limit.direction.value,
        "unit": limit.unit,
        "soft": limit.soft,
        "hard": limit.hard,
        "documented": limit.documented,
    }
