"""`devicelog profile`: check a device profile and its vectors, or begin a new one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from devicelog.cli.group import Group
from devicelog.cli.options import json_option, print_json, say

if TYPE_CHECKING:
    from devicelog.driver import Driver


_T = TypeVar("_T")
#: The baud rate of a port of which nothing is known.
_USUAL = 19_200


@click.group("profile", cls=Group)
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
@click.option("--engine", metavar="NAME", help="The engine that reads the wire format.  [default: the capture's guess]")
@click.option("--name", metavar="NAME", help="The name of the profile: a-z, 0-9 and -, as a driver has one.")
@click.option("--model", metavar="TEXT", help="Make and model of the device.")
@click.option(
    "--baudrate",
    type=click.IntRange(50, 4_000_000),
    metavar="N",
    help="The baud rate of its port.  [default: the capture's, or 19200]",
)
@click.option(
    "--from-capture",
    "capture",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Take port setting, framing and check from what was captured, as far as the guess tells them.",
)
@click.option(
    "--link", type=int, metavar="N", help="Which line of the capture.  [default: the first that an engine reads]"
)
@click.option("--to", "file", type=click.Path(path_type=Path), metavar="FILE", help="The file to write (.toml).")
def new(
    engine: str | None,
    name: str | None,
    model: str | None,
    baudrate: int | None,
    capture: Path | None,
    link: int | None,
    file: Path | None,
) -> None:
    """Write a commented start of a profile, which passes the check; asks for what is not given as an option.

    What values there are, where they stand and what they mean is yours to write: it stands in no bytes.
    """
    from devicelog import registry
    from devicelog.capture.seen import Seen, seen_in
    from devicelog.errors import BadInputError
    from devicelog.naming import named
    from devicelog.profile.beginning import beginning

    seen = seen_in(capture, link) if capture is not None else Seen({"baudrate": _USUAL}, None)
    known = ", ".join(registry.engines())
    reads = registry.engine(_asked(engine, "--engine", f"Engine ({known})", seen.engine))
    name = _asked(name, "--name", "Name of the profile (a-z, 0-9, -)").strip()
    model = named(_asked(model, "--model", "Make and model of the device"), "model of the device")
    baudrate = _asked(baudrate, "--baudrate", "Baud rate", seen.serial["baudrate"], click.IntRange(50, 4_000_000))
    file = Path(_asked(file, "--to", "File to write (.toml)"))
    tables = {"serial": {**seen.serial, "baudrate": baudrate}, **seen.tables(reads.name)}
    text = beginning(reads, name=name, model=model, tables=tables)
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
    if seen.note:
        say(f"note: {seen.note}")
    say(f"{file} written; change it line by line, and check it with `devicelog profile check {file}`")


def _asked(given: _T | None, option: str, words: str, default: Any = None, kind: click.IntRange | None = None) -> Any:
    """What was given as an option, else what is answered; at the end of the input the default, if there is one."""
    from devicelog.errors import BadInputError

    if given is not None:
        return given
    try:
        return click.prompt(words, default=default, type=kind, err=True)
    except click.Abort:
        if sys.stdin.isatty():
            raise
    if default is None:
        raise BadInputError(f"nobody answers {words!r}; give it as {option}.")
    return default
