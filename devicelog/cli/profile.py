"""`devicelog profile`: check a device profile and its vectors, or begin a new one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.options import json_option, print_json, say

if TYPE_CHECKING:
    from devicelog.driver import Driver


@click.group("profile")
def command() -> None:
    """Device profiles: a device that no driver reads, described in a file (docs/profiles.md).

    The path of a profile takes the place of a driver's name in every command.
    """


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--vectors", type=click.Path(path_type=Path), metavar="FILE", help="Frames with their meaning (TOML).")
@json_option
def check(file: Path, vectors: Path | None, as_json: bool) -> None:
    """Check a profile: every problem with its line; with --vectors also that each frame decodes to its meaning.

    Exit code 0: all holds. 1: a vector does not decode to its meaning. 2: the profile or the vectors are no good.
    """
    from devicelog import registry
    from devicelog.errors import ProfileFileError
    from devicelog.toml_file import text_of

    text = text_of(file, "device profile", ProfileFileError)
    driver, problems = registry.check_profile(text, str(file))
    if driver is None:
        _tell(as_json, {"file": str(file), "holds": False, "problems": problems}, problems)
        raise SystemExit(2)
    count, wrong = _held(driver, vectors) if vectors is not None else (0, [])
    _tell(as_json, _content(file, driver) | {"vectors": count, "holds": not wrong, "problems": wrong}, wrong)
    if wrong:
        raise SystemExit(1)
    if not as_json:
        _print(driver)
    checked = f"{count} vectors decode to their meaning" if vectors is not None else "no vectors were given"
    say(f"{file}: no problem found; {checked}")


def _held(driver: Driver, path: Path) -> tuple[int, list[str]]:
    """How many vectors there are, and which do not hold."""
    from devicelog.profile.vectors import failures, vectors_in

    vectors = vectors_in(path)
    return len(vectors), failures(driver, vectors)


def _tell(as_json: bool, document: dict[str, Any], problems: list[str]) -> None:
    if as_json:
        print_json(document)
        return
    for problem in problems:
        click.echo(problem)


def _content(file: Path, driver: Driver) -> dict[str, Any]:
    from devicelog.terminal.driver import identities, query_content

    assert driver.profile is not None
    return {
        "file": str(file),
        "name": driver.name,
        "version": driver.version,
        "engine": driver.profile.engine,
        "sha256": driver.profile.sha256,
        "provenance": driver.provenance.value,
        "queries": [query_content(query) for query in driver.queries],
        "identities": identities(driver),
        "reports": [report.name for report in driver.reports],
    }


def _print(driver: Driver) -> None:
    """What the profile says, in the words of `devicelog drivers`."""
    from devicelog.terminal.driver import identity_lines, query_lines

    assert driver.profile is not None
    click.echo(f"{driver.name}  version {driver.version}, engine {driver.profile.engine}, {driver.provenance}")
    click.echo(f"  sha256       {driver.profile.sha256}")
    for line in (*query_lines(driver), *identity_lines(driver)):
        click.echo(f"  {line}")
    for report in driver.reports:
        metrics = ", ".join(metric.name + (f" [{metric.unit}]" if metric.unit else "") for metric in report.metrics)
        click.echo(f"  {report.name} ({report.kind}): {metrics}")


@command.command("new")
@click.option("--engine", prompt="Engine (modbus, lines, ...)", help="The engine that reads the wire format.")
@click.option("--name", prompt="Name of the profile (a-z, 0-9, -)", help="The name, as a driver has one.")
@click.option("--model", prompt="Make and model of the device", help="The device.")
@click.option(
    "--baudrate",
    prompt="Baud rate",
    type=click.IntRange(50, 4_000_000),
    default=19_200,
    show_default=True,
    help="The baud rate of its port.",
)
@click.option("--to", "file", prompt="File to write (.toml)", type=click.Path(path_type=Path), help="The file.")
def new(engine: str, name: str, model: str, baudrate: int, file: Path) -> None:
    """Write a commented start of a profile, which passes the check; asks for what is not given as an option."""
    from devicelog import registry
    from devicelog.errors import BadInputError
    from devicelog.naming import named
    from devicelog.profile.beginning import beginning

    text = beginning(
        registry.engine(engine), name=name.strip(), model=named(model, "model of the device"), baudrate=baudrate
    )
    registry.profile_of(text, str(file))
    if file.suffix != registry.PROFILE:
        raise BadInputError(f"found {str(file)!r}, expected a file whose name ends in .toml, such as board.toml.")
    try:
        with file.open("x", encoding="utf-8", newline="\n") as written:
            written.write(text)
    except FileExistsError:
        raise BadInputError(f"{file} is there already; give another name, nothing is overwritten.") from None
    except OSError as error:
        raise BadInputError(f"{file} cannot be written ({error.strerror}); give another place.") from None
    say(f"{file} written; change it line by line, and check it with `devicelog profile check {file}`")
