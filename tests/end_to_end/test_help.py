"""`--help` of every command, and what the command line may not load for it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest

from devicelog import cli
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.end_to_end.running import Devicelog

#: Libraries that cost a tenth of a second or more; `--help` is to be quick.
HEAVY = ("pint", "pydantic", "rich", "apsw", "serial", "cryptography", "structlog")


def _commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(cli.cli)
    for name in cli.cli.list_commands(context):
        command = cli.cli.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {below}", one) for below, one in command.commands.items())


COMMANDS = dict(_commands())


def test_whoever_states_signs_or_approves_is_named_and_elsewhere_the_user_of_the_computer_counts() -> None:
    stated = {"review", "sign", "protocols approve", "protocols withdraw", "protocols derive"}
    stated |= {name for name in COMMANDS if name.startswith("add ")}
    for name, command in COMMANDS.items():
        for by in command.params:
            if not isinstance(by, click.Option) or by.name != "by" or by.metavar != "NAME":
                continue
            said = str(by.help)
            assumed = "[default: the user of this computer]" in said
            assert by.required == (name in stated), name
            assert assumed != said.endswith("Never assumed."), name
            assert not (by.required and assumed), name


def test_help_lists_every_command(box: Devicelog) -> None:
    done = box("--help")
    assert set(cli.COMMANDS) <= set(done.out.split())
    assert all(f"{title}:" in done.out for title in cli.SECTIONS)
    assert max(map(len, cli.COMMANDS.values())) <= 63, "a line of a command is folded at 80 columns"
    assert all(line in done.out for line in cli.COMMANDS.values())
    assert "never starts, stops or sets a device" in done.out
    assert "Exit codes" in done.out
    assert done.err == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_what_each_option_does(box: Devicelog, name: str) -> None:
    done = box(*name.split(), "--help")
    assert done.err == ""
    assert COMMANDS[name].help
    for parameter in COMMANDS[name].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts[0]} has no help"
            assert parameter.opts[0] in done.out
            assert parameter.help.split()[0] in done.out


@pytest.mark.parametrize("name", [name for name, command in COMMANDS.items() if isinstance(command, click.Group)])
def test_help_of_a_group_cuts_no_sentence(box: Devicelog, name: str) -> None:
    assert "..." not in box(name, "--help").out.partition("Commands:")[2]


def test_no_arguments_give_help(box: Devicelog) -> None:
    done = box(code=None)
    assert "Usage" in done.out + done.err
    assert "Traceback" not in done.err


def test_the_version_is_said(box: Devicelog) -> None:
    assert box("--version").out.startswith("devicelog")


@pytest.mark.parametrize("words", [[], ["--help"], ["record", "--help"]], ids=["import", "--help", "record --help"])
def test_the_command_line_loads_no_heavy_library(words: list[str]) -> None:
    run = "devicelog.cli.cli.main(sys.argv[1:], standalone_mode=False)" if words else ""
    loaded = f"print(*(set({HEAVY!r}) & sys.modules.keys()), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, devicelog.cli; {run}\n{loaded}", *words],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert done.stderr.split() == []
