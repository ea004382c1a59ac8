"""`devicelog drivers`: what is installed and what each driver may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.options import json_option, print_json

if TYPE_CHECKING:
    from devicelog.driver import Driver, Query
    from devicelog.registry import Plugin


@click.command("drivers")
@click.argument("name", required=False)
@json_option
def command(name: str | None, as_json: bool) -> None:
    """Installed drivers: package, devices, bytes they may send, verified on what.

    NAME shows one in full, with metrics and units; it may be the path of a device profile.
    """
    from devicelog import registry

    plugins = registry.drivers()
    if name is not None:
        driver = registry.driver(name)
        plugins = {name: registry.Plugin(driver.name, registry.package_of(driver), driver, None)}
    if as_json:
        listed = [_content(plugin) for plugin in plugins.values()]
        print_json(listed[0] if name is not None else listed)
        return
    for plugin in plugins.values():
        _print(plugin, in_full=name is not None)
    if name is None:
        _print_engines()


def _content(plugin: Plugin[Driver]) -> dict[str, Any]:
    driver = plugin.value
    if driver is None:
        return {"name": plugin.name, "package": plugin.package, "usable": False, "fault": plugin.fault}
    return {
        "name": plugin.name,
        "package": plugin.package,
        "usable": True,
        "version": driver.version,
        "model": driver.model,
        "wire_format": driver.wire_format,
        "provenance": driver.provenance.value,
        "verified_on": driver.verified_on,
        "expected_interval_s": driver.expected_interval,
        "serial": {
            "baudrate": driver.serial.baudrate,
            "bytesize": driver.serial.bytesize,
            "parity": driver.serial.parity,
            "stopbits": driver.serial.stopbits,
            "dtr": driver.serial.dtr,
            "rts": driver.serial.rts,
        },
        "queries": [
            {"request": query.request.decode("ascii", "backslashreplace"), "effect": query.effect.value}
            | {"purpose": query.purpose, "on_open": query.on_open, "every_s": query.every}
            for query in driver.queries
        ],
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


def _print(plugin: Plugin[Driver], *, in_full: bool) -> None:
    driver = plugin.value
    if driver is None:
        click.echo(f"{plugin.name}  from {plugin.package}: cannot be used, because {plugin.fault}")
        return
    click.echo(f"{driver.name}  from {plugin.package}")
    click.echo(f"  for          {driver.model}")
    click.echo(f"  wire format  {driver.wire_format} ({driver.provenance})")
    click.echo(f"  verified on  {driver.verified_on or 'no real device'}")
    if driver.queries:
        sends = "; ".join(
            f"{query.request!r} ({query.purpose}; {_when(query)}{query.effect})" for query in driver.queries
        )
    else:
        sends = "nothing (listens only)"
    click.echo(f"  may send     {sends}")
    if in_full:
        _print_reports(driver)


def _print_engines() -> None:
    """What reads device profiles, whose paths take the place of a name."""
    from devicelog import registry

    for plugin in registry.engines().values():
        said = plugin.value.summary if plugin.value is not None else f"cannot be used, because {plugin.fault}"
        click.echo(f"{plugin.name}  from {plugin.package}, engine of device profiles: {said}")


def _when(query: Query) -> str:
    return f"every {query.every:g} s; effect " if query.every is not None else "effect "


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
