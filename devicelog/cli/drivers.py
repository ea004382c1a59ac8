"""`devicelog drivers`: what is installed and what each driver may do, and how one is begun."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.group import Group
from devicelog.cli.options import at_home, json_option, print_json, say

if TYPE_CHECKING:
    from devicelog.driver import Driver
    from devicelog.plugin import Plugin


class _Drivers(Group):
    """A group whose first word may also be the name of a driver."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] != "new" and not args[0].startswith("-"):
            return "show", self.commands["show"], args
        return super().resolve_command(ctx, args)


@click.group("drivers", cls=_Drivers, invoke_without_command=True, subcommand_metavar="[NAME | new NAME]")
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Installed drivers: package, devices, bytes they may send, verified on what.

    NAME shows one in full, with metrics and units; it may be the path of a device profile. `new NAME` writes a package
    with which a new driver begins; no driver can be called `new` for that.
    """
    ctx.obj = as_json
    if ctx.invoked_subcommand is not None:
        return
    from devicelog import registry

    plugins = registry.drivers().values()
    if as_json:
        print_json([_content(plugin) for plugin in plugins])
        return
    for plugin in plugins:
        _print(plugin, in_full=False)
    _print_engines()


@command.command("show", hidden=True)
@click.argument("name")
@json_option
@click.pass_context
def show(ctx: click.Context, name: str, as_json: bool) -> None:
    """One driver in full, with metrics and units."""
    from devicelog import registry
    from devicelog.plugin import Plugin

    driver = registry.driver(name)
    installed = registry.drivers().get(driver.name)
    plugin = installed or Plugin(driver.name, registry.package_of(driver), driver, None)
    file = name if name.endswith(registry.PROFILE) else ""
    if as_json or ctx.obj:
        print_json(_content(plugin) | _profile(driver, file))
    else:
        _print(plugin, in_full=True, file=file)


@command.command("new")
@click.argument("name")
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder to write, which must not exist yet.  [default: devicelog-NAME, here]",
)
@json_option
@click.pass_context
def new(ctx: click.Context, name: str, to: Path | None, as_json: bool) -> None:
    """Write a package with which a driver begins: driver, simulator, vectors, tests, CI file, README.

    It works as it is: its tests pass, and it reads an invented device. Its README says how to make it read yours, step
    by step. NAME is what people will type, in lower-case letters, digits and hyphens.
    """
    from devicelog.kit.name import free_name
    from devicelog.kit.package import write_package

    named = free_name(name)
    folder = at_home(to) if to is not None else Path(named.distribution)
    written = write_package(named, folder)
    if as_json or ctx.obj:
        names = {"name": named.driver, "package": named.distribution, "module": named.module}
        print_json({**names, "folder": str(folder), "files": [str(path.relative_to(folder)) for path in written]})
        return
    for path in written:
        click.echo(path)
    say(
        f"{folder} is a package that works and reads an invented device; "
        f'`cd {folder}`, `python -m pip install -e ".[dev]"`, `pytest`, and then follow its README.md'
    )


def _profile(driver: Driver, file: str) -> dict[str, Any]:
    """Of which profile a driver was made, for `--json`, and its file if it is not installed; nothing for any other."""
    from devicelog.terminal.driver import identities

    if driver.profile is None:
        return {}
    made_of = {"file": file or None, "sha256": driver.profile.sha256, "engine": driver.profile.engine}
    return {"profile": made_of, "identities": identities(driver)}


def _content(plugin: Plugin[Driver]) -> dict[str, Any]:
    from devicelog.terminal.driver import query_content

    driver = plugin.value
    if driver is None:
        return {**_known_as(plugin), "usable": False, "fault": plugin.fault}
    return {
        **_known_as(plugin),
        "usable": True,
        "version": driver.version,
        "model": driver.model,
        "wire_format": driver.wire_format,
        "provenance": driver.provenance.value,
        "verified_on": driver.verified_on,
        "caution": driver.caution or None,
        "expected_interval_s": driver.expected_interval,
        "serial": {
            "baudrate": driver.serial.baudrate,
            "bytesize": driver.serial.bytesize,
            "parity": driver.serial.parity,
            "stopbits": driver.serial.stopbits,
            "dtr": driver.serial.dtr,
            "rts": driver.serial.rts,
        },
        "directions": [{"name": direction.name, "without": direction.without} for direction in driver.directions],
        "queries": [query_content(query) for query in driver.queries],
        "reports": [
            {
                "name": report.name,
                "kind": report.kind.value,
                "metrics": [
                    {"name": metric.name, "category": metric.category.value, "unit": metric.unit}
                    | {"wire_units": dict(metric.wire_units), "basis": metric.basis or metric.basis_from}
                    for metric in report.metrics
                ],
            }
            for report in driver.reports
        ],
    }


def _known_as(plugin: Plugin[Driver]) -> dict[str, Any]:
    return {"name": plugin.name, "package": plugin.package, "rivals": list(plugin.rivals)}


def _print(plugin: Plugin[Driver], *, in_full: bool, file: str = "") -> None:
    from devicelog.terminal.driver import identity_lines, origin, query_lines

    driver = plugin.value
    if driver is None:
        click.echo(f"{plugin.name}  from {plugin.package}: cannot be used, because {plugin.fault}")
        return
    click.echo(f"{driver.name}  {origin(driver, plugin.package, file)}")
    if plugin.rivals:
        click.echo(f"  refused      the one of this name that {' and '.join(plugin.rivals)} registers")
    click.echo(f"  for          {driver.model}")
    click.echo(f"  wire format  {driver.wire_format} ({driver.provenance})")
    click.echo(f"  verified on  {driver.verified_on or 'no real device'}")
    if driver.caution:
        click.echo(f"  caution      {driver.caution}")
    for line in query_lines(driver):
        click.echo(f"  {line}")
    for direction in driver.directions:
        click.echo(f"  listens to   the {direction.name}'s line; without it nobody knows {direction.without}")
    if in_full:
        _print_reports(driver)
        for line in identity_lines(driver):
            click.echo(f"  {line}")


def _print_engines() -> None:
    """What reads device profiles, whose paths take the place of a name."""
    from devicelog import registry

    for plugin in registry.engines().values():
        said = plugin.value.summary if plugin.value is not None else f"cannot be used, because {plugin.fault}"
        click.echo(f"{plugin.name}  from {plugin.package}, engine of device profiles: {said}")


def _print_reports(driver: Driver) -> None:
    serial = driver.serial
    settings = f"{serial.baudrate} baud, {serial.bytesize}{serial.parity}{serial.stopbits:g}"
    click.echo(
        f"  port         {settings}, DTR {'high' if serial.dtr else 'low'}, RTS {'high' if serial.rts else 'low'}"
    )
    for report in driver.reports:
        click.echo(f"  {report.name} ({report.kind})")
        for metric in report.metrics:
            unit = metric.unit or "text or code"
            tokens = ", ".join(f"{token!r} is {name}" for token, name in metric.wire_units.items() if token)
            click.echo(f"    {metric.name:18} {metric.category:12} {unit}{f'  ({tokens})' if tokens else ''}")
