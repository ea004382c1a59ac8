"""`devicelog witness`: copies of seals outside this computer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.group import Group
from devicelog.cli.options import at_home, json_option, print_json, say, store_option
from devicelog.numbers import some

if TYPE_CHECKING:
    from devicelog.witness.keeper import Outcome, Standing


@click.group("witness", cls=Group)
def command() -> None:
    """Copies of seals outside this computer, by which `verify` sees a roll-back or a history signed anew.

    A witness is a file on another medium or computer, to which every seal is appended, or a seal on paper: `show`
    prints one as a line of text and a QR code.
    """


@command.command("add")
@click.argument("path")
@store_option
def add(path: str, store: Path) -> None:
    """Register PATH, a file or a folder on another medium, and write all seals so far to it.

    From then on each recording appends its seals. A medium that is not there is passed over and caught up with later.
    """
    from devicelog.store.reader import Reader
    from devicelog.witness import places
    from devicelog.witness.keeper import bring

    if not path:
        raise click.UsageError("the path is empty; give a file or a folder on another medium.")
    with Reader.open(store) as reader:
        file = places.add(reader.folder, at_home(Path(path)))
        outcome = bring(reader, file)
        same = places.on_same_disk(reader.folder, file)
    _say(outcome)
    if same:
        say(f"note: {file} is on the disk of the store: what sets that back or destroys it takes the witness with it")
    if outcome.fault is not None:
        raise SystemExit(3)


@command.command("list")
@store_option
@json_option
def list_(store: Path, as_json: bool) -> None:
    """The registered witness files, and how far each of them reaches."""
    from devicelog.store.reader import Reader
    from devicelog.witness.keeper import standing

    with Reader.open(store) as reader:
        found = standing(reader)
    if as_json:
        print_json([_content(one) for one in found])
        return
    for one in found:
        click.echo(f"{one.path}: {one.fault or one.says}")
    if not found:
        say("no witness is registered: a store that is set back or signed anew cannot be told; see `witness add`")


@command.command("remove")
@click.argument("path", type=click.Path(path_type=Path))
@store_option
def remove(path: Path, store: Path) -> None:
    """Forget a witness; its file stays as it is, and `verify --witness FILE` can still use it."""
    from devicelog.store.folder import open_folder
    from devicelog.witness import places

    file = places.remove(open_folder(store), at_home(path))
    say(f"{file} is no witness of this store any more; the file stays")


@command.command("update")
@store_option
def update(store: Path) -> None:
    """Write the seals that the registered witnesses lack, now. Exit code 3 if one is not there."""
    from devicelog.store.reader import Reader
    from devicelog.witness.keeper import catch_up

    with Reader.open(store) as reader:
        outcomes = catch_up(reader)
    for outcome in outcomes:
        _say(outcome)
    if any(outcome.fault is not None for outcome in outcomes):
        raise SystemExit(3)


@command.command("show")
@click.argument("session")
@click.option(
    "--svg", "svg_file", metavar="FILE", type=click.Path(path_type=Path), help="Write the QR code to this SVG file."
)
@store_option
@json_option
def show(session: str, svg_file: Path | None, store: Path, as_json: bool) -> None:
    """The last seal of SESSION as a line of text and a QR code, to be kept where this computer cannot reach it."""
    from devicelog.errors import NotNowError
    from devicelog.store.reader import Reader
    from devicelog.stored import readable
    from devicelog.witness import qr
    from devicelog.witness.statement import text_of_session

    with Reader.open(store) as reader:
        row = reader.session(session)
        with readable("the seal", row):
            text = text_of_session(reader, row.number)
    if text is None:
        raise NotNowError(f"session {row.id} was not sealed yet; it is after its first minute, or when it ends.")
    if svg_file is not None:
        _write(at_home(svg_file), qr.svg(text))
    if as_json:
        print_json({"session": row.id, "state": row.state, "seal_text": text})
        return
    click.echo(text)
    click.echo(qr.terminal(text))


def _write(file: Path, data: bytes) -> None:
    from devicelog.errors import BadInputError

    try:
        file.write_bytes(data)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError) as error:
        what = f"{file} cannot be written ({error.strerror})"
        raise BadInputError(f"{what}; give a file in a folder that exists.") from None


def _say(outcome: Outcome) -> None:
    say(outcome.fault or f"{outcome.path}: {some(outcome.written, 'seal')} written")


def _content(one: Standing) -> dict[str, Any]:
    return {"path": str(one.path), "seals": one.reaches, "of": one.of, "fault": one.fault}
