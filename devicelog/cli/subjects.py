"""`devicelog subjects`: who the patients of a store are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.group import Group
from devicelog.cli.options import (
    FREE_TEXT,
    Command,
    at_home,
    by_option,
    json_option,
    log_access,
    person,
    print_json,
    reader_options,
    say,
    store_option,
)
from devicelog.numbers import some
from devicelog.subject import FIELDS, Ground

if TYPE_CHECKING:
    from devicelog.store.writer import Writer


@click.group("subjects", cls=Group)
def command() -> None:
    """The patients of this store: names and numbers sealed with a key each, and only a random id in the ledger.

    REF is the clinic's own number for a patient, or a subject's id.
    """


def _field_options(command: Command) -> Command:
    """What is known of a person."""
    for option, help_ in (
        ("--note", "Anything else that is needed to know."),
        ("--contact", "How to reach the person."),
        ("--birth-date", "Year, month and day (1984-05-17)."),
        ("--name", "The name, as it is found again."),
    ):
        command = click.option(option, metavar="TEXT", help=help_)(command)
    ask = "Ask for each of these that is not given: what is typed then stands in no shell history or list of processes."
    return click.option("--ask", is_flag=True, help=ask)(command)


def _given(reference: str | None, ask: bool, **fields: str | None) -> dict[str, str]:
    """What was given of a person, or is typed now; BadInputError for a number that is no text."""
    from devicelog.naming import named

    values = {field: text for field in FIELDS if (text := fields.get(field)) is not None}
    for field in FIELDS if ask else ():
        if field not in values and (text := _typed(field)):
            values[field] = text
    if values.get("note"):
        say(FREE_TEXT)
    return values if reference is None else {"reference": named(reference, "subject"), **values}


def _typed(field: str) -> str:
    text: str = click.prompt(field.replace("_", " "), default="", show_default=False, err=True)
    return text


def _in_store(store: Path, act: Callable[[Writer], Any]) -> Any:
    """What an act on the open store gives; its seals go to the witnesses."""
    from devicelog import log
    from devicelog.search.upkeep import writing
    from devicelog.witness.keeper import catch_up

    log.configure()
    with writing(store, create=False) as writer:
        result = act(writer)
        outcomes = catch_up(writer)
    for outcome in outcomes:
        if outcome.fault is not None:
            say(outcome.fault)
    return result


@command.command("add")
@click.option("--reference", required=True, metavar="REF", help="The clinic's own number for the patient.")
@_field_options
@by_option
@store_option
@json_option
def add(
    reference: str,
    name: str | None,
    birth_date: str | None,
    contact: str | None,
    note: str | None,
    ask: bool,
    by: str | None,
    store: Path,
    as_json: bool,
) -> None:
    """Keep a new patient; prints the random id under which the ledger knows them. Who added it is sealed with it."""
    from devicelog import log
    from devicelog.search.upkeep import writing
    from devicelog.store import people

    values = _given(reference, ask, name=name, birth_date=birth_date, contact=contact, note=note)
    who = person(by)
    log.configure()
    with writing(store) as writer:
        added = people.add(writer, values, by=who)
    if as_json:
        print_json({"subject": added})
    else:
        click.echo(added)


@command.command("find")
@click.argument("text", default="")
@reader_options
@store_option
@json_option
def find(text: str, store: Path, as_json: bool) -> None:
    """List the patients whose number or birth date TEXT is, or in whose name it stands; all of them without TEXT.

    Nothing but the number can be looked up in the store: every subject is opened in memory to find one.
    """
    from devicelog.store import people
    from devicelog.store.reader import Reader
    from devicelog.terminal.subjects import listed_content, print_list

    with Reader.open(store) as reader:
        found = people.find(reader, text)
        log_access(reader, "subjects find", subjects=[subject.id for subject in found])
    if as_json:
        print_json([listed_content(subject) for subject in found])
    elif found:
        print_list(found)
    else:
        say("no subject; a number and a birth date are given whole, of a name any part")


@command.command("show")
@click.argument("ref")
@reader_options
@store_option
@json_option
def show(ref: str, store: Path, as_json: bool) -> None:
    """What is known of the patient REF, what it was before, and the sessions."""
    from devicelog.search.finding import Search, listed
    from devicelog.store import people
    from devicelog.store.erasure import tombstones
    from devicelog.store.reader import Reader
    from devicelog.store.retaining import kept_of
    from devicelog.terminal import subjects as told

    with Reader.open(store) as reader:
        stone = tombstones(reader).get(ref)
        subject = None if stone is not None else people.known(reader, ref)
        log_access(reader, "subjects show", subjects=[ref] if subject is None else subject.merged)
        if stone is not None or subject is None:
            _show_tombstone(stone, as_json=as_json)
            return
        sessions, kept = people.sessions_of(reader, subject), kept_of(reader, subject)
        refused = [row.id for row, line in listed(reader, Search(subjects=subject.merged)).sessions if line.refused]
    if as_json:
        print_json(told.shown_content(subject, sessions, kept, refused))
    else:
        click.echo("\n".join(told.shown_lines(subject, sessions, kept, refused)))


def _show_tombstone(stone: Any, *, as_json: bool) -> None:
    from devicelog.terminal.subjects import tombstone_content, tombstone_lines

    if as_json:
        print_json(tombstone_content(stone))
    else:
        click.echo("\n".join(tombstone_lines(stone)))


@command.command("change")
@click.argument("ref")
@click.option("--reference", metavar="REF", help="Another number of the clinic's.")
@_field_options
@by_option
@store_option
@json_option
def change(
    ref: str,
    reference: str | None,
    name: str | None,
    birth_date: str | None,
    contact: str | None,
    note: str | None,
    ask: bool,
    by: str | None,
    store: Path,
    as_json: bool,
) -> None:
    """Change what is known of the patient REF; an empty text takes a value away.

    What stood before is kept, sealed with the rest, and shown by `subjects show`.
    """
    from devicelog.store import people

    who = person(by)
    values = _given(reference, ask, name=name, birth_date=birth_date, contact=contact, note=note)
    if not values:
        raise click.UsageError("nothing was given to change; see `devicelog subjects change --help`.")

    def act(writer: Writer) -> tuple[str, bool]:
        subject = people.known(writer, ref)
        return subject.id, people.change(writer, subject, values, by=who)

    id_, changed = _in_store(store, act)
    if as_json:
        print_json({"subject": id_, "changed": changed})
    say("changed" if changed else "nothing differs from what is known already; nothing was changed")


@command.command("merge")
@click.argument("ref", metavar="FROM")
@click.argument("into")
@by_option
@store_option
@json_option
def merge(ref: str, into: str, by: str | None, store: Path, as_json: bool) -> None:
    """Say that the patients FROM and INTO are one person.

    Lists and searches treat both as one from then on, and both are erased together. Sessions stay as they were
    recorded; `subjects unmerge FROM` takes it back.
    """
    from devicelog.store import people

    who = person(by)

    def act(writer: Writer) -> tuple[str, str]:
        one, other = people.known(writer, ref), people.known(writer, into)
        people.merge(writer, one, other, by=who)
        return one.id, other.id

    merged, kept = _in_store(store, act)
    if as_json:
        print_json({"subject": merged, "into": kept, "by": who})
    say("merged; both numbers find the person from now on")


@command.command("unmerge")
@click.argument("ref", metavar="FROM")
@by_option
@store_option
def unmerge(ref: str, by: str | None, store: Path) -> None:
    """Take it back that the patient FROM was merged into another one."""
    from devicelog.store import people

    who = person(by)
    _in_store(store, lambda writer: people.part(writer, people.known(writer, ref), by=who))
    say("taken back; they are two persons again")


@command.command("export")
@click.argument("ref")
@click.option(
    "--to", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Where the subject's folder is made."
)
@click.option("--replace", is_flag=True, help="Replace what was written there before.")
@reader_options
@store_option
@click.pass_context
def export(ctx: click.Context, ref: str, to: Path, replace: bool, store: Path) -> None:
    """Write all that is kept of the patient REF as DIR/<id>/: subject.json, and an export of each session.

    For a patient who asks what is kept, or takes it elsewhere. The accesses to the record are part of it, and sessions
    of all numbers that are the same person. The same command again goes on where it broke off. Exits with 1 if a
    session could not be exported or has changed since.
    """
    from devicelog.cli.exporting import run, say_outcomes
    from devicelog.export import chosen
    from devicelog.export.many.bulk import Manner
    from devicelog.export.many.subject import refuse_another, subject_files
    from devicelog.store import people
    from devicelog.store.reader import Reader

    with Reader.open(store) as reader:
        subject = people.known(reader, ref)
        folder = at_home(to) / subject.id
        refuse_another(folder, replace=replace)
        rows, files = people.sessions_of(reader, subject), subject_files(reader, subject)
        log_access(reader, "subjects export", subjects=subject.merged)
        outcomes = run(reader, rows, folder, Manner(chosen(()), replace=replace), "subjects export", files)
    say_outcomes(outcomes, folder)
    say(f"{folder}: subject.json and {some(len(rows), 'session')}; whoever has this folder can read it: keep it safe")
    if not outcomes.holds:
        ctx.exit(1)


@command.command("erase")
@click.argument("ref")
@click.option("--yes", is_flag=True, help="Do it; nothing brings the person back.")
@click.option("--reason", metavar="TEXT", help="Why, where the records are still to be kept. It stays readable.")
@click.option(
    "--ground",
    type=click.Choice([ground.value for ground in Ground]),
    default=Ground.OTHER.value,
    show_default=True,
    help="On what ground.",
)
@click.option("--requested", metavar="DATE", help="The day on which it was asked for (2026-01-31).")
@by_option
@store_option
@json_option
def erase(
    ref: str,
    yes: bool,
    reason: str | None,
    ground: str,
    requested: str | None,
    by: str | None,
    store: Path,
    as_json: bool,
) -> None:
    """Erase who the patient REF is, and the free texts of the sessions, for good: the keys are destroyed.

    The sessions stay, under their random id, and verify as before; an act says who decided it and why. Merged subjects
    go together, and so does a session of theirs that somebody is about to open on a page. Refused without --reason
    while the records are to be kept (`devicelog retention`). Exports that were taken away, and backups of the keys,
    are not reached from here: remove them, too.
    """
    if not yes:
        raise click.UsageError("this cannot be undone, and a duty to keep records may forbid it; add --yes to do it.")
    from devicelog.naming import named
    from devicelog.store.erasure import Request, day, erase

    why = named(reason, "reason") if reason is not None else None
    request = Request(person(by), Ground(ground), why, day(requested) if requested is not None else None)
    gone: list[str] = _in_store(
        store, lambda writer: erase(writer, ref, request, lambda numbers: _forget_drafts(writer, numbers))
    )
    if why is not None:
        say("note: the reason stays readable in the store for good, as it was given")
    if as_json:
        print_json({"erased": gone})
    say(
        f"{', '.join(gone)}: erased; exports of the sessions and backups of the keys still name the person: remove them"
    )


def _forget_drafts(writer: Writer, numbers: frozenset[str]) -> None:
    """Forget the sessions that somebody is about to open on the station's pages of the person with these numbers."""
    from devicelog.accounts.drafts import Drafts
    from devicelog.opening.underway import concerns
    from devicelog.store.accounts.accounts import AccountsFile, accounts_folder

    if accounts_folder(writer.folder).database.exists():
        with AccountsFile.open(writer.folder) as file:
            Drafts(file).forget(lambda body: concerns(body, numbers))
