"""What several commands share: the store, JSON output, and how things are said."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

if TYPE_CHECKING:
    from devicelog.store.reader import Reader, SessionRow

Command = TypeVar("Command", bound=Callable[..., Any])

#: Names the person where no option does.
_USER = "DEVICELOG_USER"


def store_option(command: Command) -> Command:
    """`--store DIR`, the platform's data folder by default."""
    return click.option(
        "--store",
        "store",
        type=click.Path(file_okay=False, path_type=Path),
        envvar="DEVICELOG_STORE",
        default=None,
        callback=_store,
        help="The folder of the store (also DEVICELOG_STORE).  [default: the platform's data folder]",
    )(command)


def is_behind(ctx: click.Context) -> bool:
    """Whether `--store` was given behind the word of a group, where it counts more than before it."""
    return ctx.get_parameter_source("store") is click.core.ParameterSource.COMMANDLINE


def json_option(command: Command) -> Command:
    """`--json`, one document on stdout and nothing else there."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")(command)


def by_option(command: Command) -> Command:
    """`--by NAME`, the name of the system's user by default (`person`)."""
    help_ = "Who does it (also DEVICELOG_USER).  [default: the user of this computer]"
    return click.option("--by", metavar="NAME", envvar=_USER, help=help_)(command)


def signer_option(what: str) -> Callable[[Command], Command]:
    """`--by NAME` of a statement, a signature or an approval: nobody is assumed to have made one."""
    return click.option("--by", required=True, metavar="NAME", help=f"{what} Never assumed.")


#: Said wherever a person types what no form holds.
FREE_TEXT = "note: free text is sealed with the subject's key, and erased with the subject"

#: Where the context of a command keeps who reads, and why.
_BY, _WHY = "devicelog.by", "devicelog.why"


def reader_options(command: Command) -> Command:
    """`--by NAME` and `--why TEXT` of a command that shows a record, for the log of accesses (`log_access`)."""
    who = "Who reads it (also DEVICELOG_USER).  [default: the user of this computer]"
    by = click.option("--by", metavar="NAME", envvar=_USER, help=who, expose_value=False, callback=_keeper(_BY))
    return by(why_option(command))


def why_option(command: Command) -> Command:
    """`--why TEXT` alone, where `--by` says who does more than read."""
    why = "Why it is read; kept in the log of accesses. No patient's name here."
    return click.option(
        "--why", metavar="TEXT", envvar="DEVICELOG_WHY", help=why, expose_value=False, callback=_keeper(_WHY)
    )(command)


def why_given() -> str | None:
    """What `--why` said."""
    given: str | None = click.get_current_context().meta.get(_WHY)
    return given


def _keeper(key: str) -> Callable[[click.Context, click.Parameter, str | None], None]:
    def keep(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
        ctx.meta[key] = value

    return keep


def log_access(
    reader: Reader,
    what: str,
    *,
    session: SessionRow | None = None,
    subjects: Sequence[str] = (),
    by: str | None = None,
) -> None:
    """Log that a record is about to be shown; one that cannot be logged is said, and shown all the same.

    `by` is for a command whose own `--by` says who does more than read.
    """
    from devicelog.errors import BadInputError
    from devicelog.store.access import Access, log

    meta = click.get_current_context().meta
    try:
        by = person(by or meta.get(_BY) or os.environ.get(_USER))
    except BadInputError:
        by = "not named by the system"
    of = (session.subject,) if session is not None else tuple(subjects)
    id_ = session.id if session is not None else None
    fault = log(reader.folder, Access(what, by, why=meta.get(_WHY), session=id_, subjects=of))
    if fault is not None:
        say(f"note: {fault}")


def person(by: str | None) -> str:
    """Who does something, as given or as the system knows the user; BadInputError if nobody can be named."""
    from getpass import getuser

    from devicelog.errors import BadInputError
    from devicelog.naming import named

    if by is not None:
        return named(by, "person")
    try:
        return named(getuser(), "person")
    except (KeyError, OSError, ImportError):  # a user without an entry in the system's list
        raise BadInputError("the system does not name the user; say who does it with --by NAME.") from None


def _store(_ctx: click.Context, _param: click.Parameter, value: Path | None) -> Path:
    from devicelog.store.folder import default_store

    return at_home(value if value is not None else default_store()).absolute()


def at_home(path: Path) -> Path:
    """The path with `~` written out."""
    try:
        return path.expanduser()
    except RuntimeError:
        raise click.UsageError(f"found {str(path)!r}, and that home cannot be found; give the path in full.") from None


def print_json(document: Any) -> None:
    """One JSON document on stdout, indented, decimals as text."""
    click.echo(msgspec.json.format(msgspec.json.encode(document, enc_hook=str), indent=2).decode())


def say(text: str) -> None:
    """A message for people, on stderr."""
    click.echo(text, err=True)
