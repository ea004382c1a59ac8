"""`devicelog doctor`: what could spoil a recording."""

from __future__ import annotations

from pathlib import Path

import click

from devicelog.cli.options import json_option, print_json, store_option


@click.command("doctor")
@store_option
@json_option
def command(store: Path, as_json: bool) -> None:
    """What on this computer could spoil a recording, and the mend for each. Looks only, opens no port, changes nothing.

    "look" stands before what nobody can see from here. Exit code 1 if anything is BAD: a recording would not work, lose
    something, or be open to others.
    """
    from devicelog.doctor import Grade, System, examine

    findings = examine(System.here(), store)
    bad = any(finding.grade is Grade.BAD for finding in findings)
    if as_json:
        listed = [{"about": f.about, "grade": f.grade.value, "found": f.found, "mend": f.mend} for f in findings]
        print_json({"holds": not bad, "findings": listed})
    else:
        marks = {Grade.GOOD: "ok  ", Grade.UNCHECKED: "look", Grade.CARE: "care", Grade.BAD: "BAD "}
        for finding in findings:
            click.echo(f"{marks[finding.grade]}  {finding.about}: {finding.found}")
            if finding.mend:
                click.echo(f"      mend: {finding.mend}")
    if bad:
        raise SystemExit(1)
