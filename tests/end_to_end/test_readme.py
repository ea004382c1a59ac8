"""What README.md tells a newcomer to type works as it stands there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from devicelog import cli

if TYPE_CHECKING:
    from tests.end_to_end.running import Devicelog

REPOSITORY = Path(__file__).parents[2]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
PROMPT = "$ devicelog "
#: Commands that stand between words, or in blocks that need hardware.
MENTIONED = sorted(
    {
        line.removeprefix("devicelog ")
        for _, text in BLOCKS
        for line in text.splitlines()
        if line.startswith("devicelog ")
    }
    | set(re.findall(r"`devicelog ([^`]+)`", README))
)


def _typed() -> list[list[str]]:
    """The commands of all blocks that can be typed, in their order."""
    lines = [line for kind, text in BLOCKS if kind in ("console", "sh") for line in text.splitlines()]
    return [shlex.split(line.removeprefix(PROMPT)) for line in lines if line.startswith(PROMPT)]


def test_the_commands_of_the_readme_work_in_their_order(box: Devicelog) -> None:
    typed = _typed()
    assert {"record", "show", "export", "verify"} <= {words[0] for words in typed}
    for words in typed:
        done = box(*words)
        assert "Traceback" not in done.err
    assert list(box.states().values()) == ["ended"]


def test_every_line_of_a_block_that_can_be_typed_is_tried() -> None:
    for kind, text in BLOCKS:
        if kind in ("console", "sh"):
            assert [line for line in text.splitlines() if not line.startswith(PROMPT)] == []


@pytest.mark.parametrize("mentioned", MENTIONED)
def test_a_command_that_the_readme_mentions_exists(mentioned: str) -> None:
    words = shlex.split(mentioned)
    context = click.Context(cli.cli)
    command = cli.cli.get_command(context, words[0])
    assert command is not None, f"README.md mentions devicelog {words[0]}"
    if isinstance(command, click.Group) and words[1:2] and words[1] in command.commands:
        command = command.commands[words[1]]
    options = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options | {"--help"}


def test_what_the_readme_links_to_is_there() -> None:
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (REPOSITORY / link).exists()] == []


def test_make_has_the_targets_that_the_readme_names() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^make (\w+)|`make (\w+)`", README, re.MULTILINE))
    assert {"demo", "test"} <= {name for pair in targets for name in pair}
    for pair in targets:
        assert re.search(rf"^{''.join(pair)}:", makefile, re.MULTILINE), pair
