"""`devicelog screening`: what is asked before a session, by modality and on whose word; checks a clinic's own list."""

from __future__ import annotations

from pathlib import Path

import click

from devicelog.cli.first_word import FirstWord, tell_check
from devicelog.cli.options import json_option, print_json

_FILE = "A clinic's own list (TOML) in the place of the one that comes with devicelog."


@click.group(
    "screening", cls=FirstWord, invoke_without_command=True, subcommand_metavar="[MODALITY | CODE | check FILE]"
)
@click.option("--screening", "file", type=click.Path(path_type=Path), metavar="FILE", help=_FILE)
@json_option
@click.pass_context
def command(ctx: click.Context, file: Path | None, as_json: bool) -> None:
    """Screening rules: list them, show what is asked for MODALITY, or the rule CODE; `check FILE` checks a list.

    The list that comes with devicelog is an example and approved by nobody; nothing here is clinical advice.
    """
    ctx.obj = {"file": file, "json": as_json}
    if ctx.invoked_subcommand is not None:
        return
    from devicelog.screening.rules import load
    from devicelog.screening.rules_json import rules_content
    from devicelog.terminal.lines import print_lines
    from devicelog.terminal.rules import head_lines, rules_table

    rules = load(file)
    if as_json:
        print_json(rules_content(rules, rules.rules, None))
        return
    print_lines([*head_lines(rules), *rules_table(rules)])


@command.command("show", hidden=True)
@click.argument("word", metavar="MODALITY | CODE")
@click.option("--screening", "file", type=click.Path(path_type=Path), metavar="FILE", help=_FILE)
@json_option
@click.pass_context
def show(ctx: click.Context, word: str, file: Path | None, as_json: bool) -> None:
    """What is asked for one modality, in order, or one rule; with every claim and its source."""
    from devicelog.errors import UnknownNameError
    from devicelog.screening.rules import load
    from devicelog.screening.rules_json import rules_content
    from devicelog.terminal.lines import print_lines
    from devicelog.terminal.rules import head_lines, rule_lines, source_lines
    from devicelog.treatment.protocol import Modality

    rules = load(file or ctx.obj["file"])
    modality = next((each for each in Modality if each.value == word), None)
    codes = [rule.code for rule in rules.rules]
    if modality is None and word not in codes:
        raise UnknownNameError("modality or screening rule", word, [*(each.value for each in Modality), *codes])
    shown = rules.asked(modality) if modality is not None else (rules.rule(word),)
    if as_json or ctx.obj["json"]:
        print_json(rules_content(rules, shown, modality))
        return
    print_lines(
        [
            *head_lines(rules),
            *(line for rule in shown for line in rule_lines(rule, modality)),
            *source_lines(rules.sources, [source for rule in shown for source in rule.sources]),
        ]
    )


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@click.pass_context
def check(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Check a clinic's own list: every problem with its line, and what it makes less strict. Exit code 1 if bad."""
    from devicelog.screening.rules import check as problems_of
    from devicelog.screening.rules import load

    tell_check(file, problems_of, lambda path: load(path).lowered, as_json=as_json or ctx.obj["json"])
