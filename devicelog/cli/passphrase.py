"""The passphrase of a file of keys: from DEVICELOG_PASSPHRASE or asked for; never an argument, which others see."""

from __future__ import annotations

import os
import sys

import click

VARIABLE = "DEVICELOG_PASSPHRASE"


def passphrase(*, new: bool) -> str:
    """The passphrase; a new one is asked for twice. Raises UsageError where nobody can be asked."""
    given = os.environ.get(VARIABLE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise click.UsageError(f"no terminal to ask for the passphrase; give it in {VARIABLE}.")
    asked: str = click.prompt("Passphrase of the keys", hide_input=True, confirmation_prompt=new, err=True)
    return asked
