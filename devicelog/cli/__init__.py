"""The command line: one module a command, imported when it is used, so that `--help` is quick."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import click

from devicelog import __version__
from devicelog.errors import DevicelogError

#: What `--help` shows: sections of commands, each command with its line. Its module has the same name, where Python
#: allows it.
SECTIONS: dict[str, dict[str, str]] = {
    "Record": {
        "demo": "The whole job on simulated devices, checked and exported.",
        "record": "Record one session; on a terminal its steps are asked first.",
        "serve": "The station: its pages, its API, and the recording behind them.",
        "plan": "Prepared sessions for `record --plan`: begin one, check one.",
        "simulate": "A simulated device on a pseudo-terminal or a socket.",
    },
    "Look at sessions": {
        "sessions": "List the sessions of the store.",
        "show": "One session as people see it.",
        "entries": "The ledger of a session.",
        "stats": "Counts over time: sessions, alarms, drift, gaps; also as SVG.",
        "follow-ups": "Who is to be seen again, and when.",
        "export": "Write a session's record as files.",
        "table": "One table over many sessions, for analysis: CSV or Parquet.",
        "deliver": "Send a record to a folder, FHIR server or HL7 listener.",
        "outbox": "What is still to be delivered; try it, or take it back.",
    },
    "After a session": {
        "add": "Add what is known later: reactions, aftercare, pictures, notes.",
        "amend": "Correct what was stated, or a zone; what was there stays.",
        "review": "State that the record was reviewed; shows what it lacks.",
        "sign": "Sign the record, with a meaning; what is missing is named.",
        "photographs": "Whether the pictures that a session names are unchanged.",
        "import": "Bring logs that a device keeps into a session that is over.",
        "replay": "Decode the kept bytes again, show what differs, accept it.",
    },
    "Patients and who read what": {
        "subjects": "The patients: add, find, show, change, merge, export, erase.",
        "retention": "How long records are to be kept; deletes nothing.",
        "accesses": "Who read or exported what.",
    },
    "What is asked, given and allowed": {
        "screening": "What is asked before a session, with sources; check a list.",
        "care": "What is told for before and after, and until when it holds.",
        "protocols": "Treatment protocols: show, check, approve, derive, compare.",
        "zones": "The body map: zones, what excludes them, drawings of them.",
        "lots": "Lots of products: recall one, or trace where each went.",
    },
    "Devices": {
        "ports": "Serial ports, and why one cannot be used; opens none.",
        "bind": "Bind the device on a port: a recording finds it by itself.",
        "bindings": "Bound devices, where they belong, and where they are now.",
        "unbind": "Take a binding back.",
        "drivers": "Installed drivers and what they may send; begin a new one.",
        "profile": "Device profiles: check one, or begin a new one.",
        "capture": "Listen to an unknown device, and look at what it sends.",
    },
    "The station": {
        "accounts": "Who may log in, service tokens, and a way back in.",
    },
    "The store, and proof of it": {
        "doctor": "What on this computer could spoil a recording, with mends.",
        "verify": "Check the store, a session, or an export made elsewhere.",
        "witness": "Copies of seals elsewhere, which show that a store was altered.",
        "keys": "The keys that sign seals and exports: show or change them.",
        "backup": "A verified, signed copy of the store, also while it records.",
        "restore": "Make a store of a backup again; checks it first.",
        "salvage": "Save from a damaged store what still verifies.",
    },
}
COMMANDS = {name: line for section in SECTIONS.values() for name, line in section.items()}

_MODULES = {"import": "import_logs", "follow-ups": "follow_ups"}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"devicelog.cli.{_MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        widest = max(map(len, COMMANDS))
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(widest), line) for name, line in commands.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from difflib import get_close_matches

        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            close = get_close_matches(args[0], COMMANDS, n=1)
            guess = f" Did you mean {close[0]!r}?" if close else ""
            raise click.UsageError(f"no command is called {args[0]!r}.{guess} See `devicelog --help`.", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="devicelog")
def cli() -> None:
    """Read treatment devices over serial and keep a record that can be proved.

    devicelog reads and records; it never starts, stops or sets a device. Recording and documentation only: it does
    not guide treatment.

    Exit codes: 0 done, and what was asked holds; 1 done, and it does not hold; 2 bad input; 3 not possible now.
    """


def main() -> None:
    """Run the command line; errors are one sentence on stderr and an exit code of the contract."""
    import gc
    import sys

    gc.set_threshold(50_000)  # what a command makes is not cyclic; looking for cycles takes a tenth of a short one
    _open_closed_streams()
    try:
        code = cli.main(standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        code = _complain("interrupted before it was done; try again.", 3)
    except click.exceptions.Exit as leave:
        code = leave.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx is not None else error.message, err=True)
        code = 2
    except click.ClickException as error:
        code = _complain(_sentence(error.format_message()), 2)
    except DevicelogError as error:
        code = _complain(str(error), error.exit_code)
    except UnicodeEncodeError as error:
        code = _complain(f"found {error.object[:60]!a}, which holds bytes that are no text; expected UTF-8.", 2)
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    except OSError as error:
        what = f"{error.filename or 'what is printed'} cannot be read or written ({error.strerror or error})"
        code = _complain(f"{what}; check path, permissions and room, and try again.", 3)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what could not be printed is not tried again at exit
    except Exception as error:  # a fault of ours; its words, and so a traceback, may quote what is recorded
        from devicelog.log import unforeseen

        code = _complain(f"a fault of devicelog itself; please report this: {unforeseen(error)}.", 3)
    sys.exit(code if isinstance(code, int) else 0)


def _open_closed_streams() -> None:
    """Print to nowhere if this process was started without stdout or stderr."""
    import sys

    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115


def _complain(sentence: str, code: int) -> int:
    click.echo(f"devicelog: {sentence}", err=True)
    return code


def _sentence(message: str) -> str:
    """One of click's messages as one line that ends as a sentence does."""
    line = " ".join(message.split())
    return line if line.endswith((".", "?")) else f"{line}."
