"""`devicelog accounts`: who may log in at the station, which service tokens there are, and a new one-time code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.group import Group
from devicelog.cli.options import by_option, is_behind, json_option, person, print_json, say, store_option

if TYPE_CHECKING:
    from devicelog.accounts.people import OneTimeCode
    from devicelog.store.accounts.accounts import AccountsFile


@click.group("accounts", cls=Group, invoke_without_command=True)
@store_option
@json_option
@click.pass_context
def command(ctx: click.Context, store: Path, as_json: bool) -> None:
    """People and service tokens of the station. They are managed on its pages; here they are listed.

    Exits with 1 if the accounts give somebody what no act in the chain of seals gave.
    """
    ctx.obj = store
    if ctx.invoked_subcommand is not None:
        return
    from devicelog import clock
    from devicelog.store.accounts.accounts import accounts_folder
    from devicelog.store.accounts.acts import told_otherwise
    from devicelog.store.reader import Reader
    from devicelog.terminal.accounts import listed_content, listed_lines

    with Reader.open(store) as reader:
        if not accounts_folder(reader.folder).database.exists():
            people, tokens, faults = [], [], told_otherwise(reader, None)
        else:
            with _opened(reader.folder.path) as file:
                faults = told_otherwise(reader, file)
                with file.looking() as rows:
                    people, tokens = rows.people.all(), rows.tokens.all()
    now = clock.now().wall_ns
    if as_json:
        print_json(listed_content(people, tokens, faults, now))
    else:
        for line in listed_lines(people, tokens, now):
            click.echo(line)
        if not people:
            say("nobody has an account; the station gives a one-time code for the first admin when it starts")
    for fault in faults:
        say(f"DOES NOT HOLD: {fault}")
    if faults:
        ctx.exit(1)


@command.command("code")
@click.argument("who", metavar="PERSON")
@by_option
@store_option
@json_option
@click.pass_context
def code(ctx: click.Context, who: str, by: str | None, store: Path, as_json: bool) -> None:
    """A new one-time code for PERSON (log-in name, name or id), who then sets password and authenticator anew.

    The way back in for whoever lost both. It needs the keys of the store, so it works on this computer alone, also
    while the station runs. Whoever has the code can log in as PERSON: hand it over in person. It holds for a day, and
    that it was given is kept as an act.
    """
    from devicelog import clock, log
    from devicelog.accounts.people import People
    from devicelog.terminal.accounts import code_content

    log.configure()
    store, name = store if is_behind(ctx) else ctx.obj, person(by)
    with _opened(store) as file:
        people = People(file)
        given = people.give_code(people.named(who).id, clock.now().wall_ns, by=name)
        recorded = _record(store, file)
    if as_json or (ctx.parent is not None and ctx.parent.params["as_json"]):
        print_json(code_content(given) | {"recorded": recorded})
    else:
        _say_code(given)
    if not recorded:
        say("note: the store is in use; the act of this is written when the station comes to it")


@command.command("first")
@store_option
@json_option
@click.pass_context
def first(ctx: click.Context, store: Path, as_json: bool) -> None:
    """The one-time code for the first admin, while nobody has an account: for a station whose start nobody watches.

    The code that was printed before holds no more. It holds for a day, and needs the keys of the store. Where the file
    with the accounts is lost and no backup has it, this makes an empty one: who had an account is added anew.
    """
    from devicelog import clock, log
    from devicelog.accounts.people import People
    from devicelog.errors import BadInputError

    log.configure()
    store = store if is_behind(ctx) else ctx.obj
    with _opened(store, make=True) as file:
        given = People(file).first_code(clock.now().wall_ns)
    if given is None:
        raise BadInputError("somebody has an account already; an admin adds people, on the page.")
    if as_json or (ctx.parent is not None and ctx.parent.params["as_json"]):
        print_json({"code": given.code, "expires": clock.utc(given.expires)})
    else:
        click.echo(given.code)
        say(f"for the first admin, once, until {clock.utc(given.expires)[:16]}Z")


def _say_code(given: OneTimeCode) -> None:
    from devicelog import clock

    assert given.person is not None
    click.echo(given.code)
    say(f"for {given.person.name} (log-in name {given.person.login}), once, until {clock.utc(given.expires)[:16]}Z")


def _opened(store: Path, *, make: bool = False) -> AccountsFile:
    """The accounts of a store; BadInputError if it has none yet, unless they are to be made."""
    from devicelog.errors import BadInputError
    from devicelog.store.accounts.accounts import AccountsFile, accounts_folder
    from devicelog.store.folder import open_folder

    folder = open_folder(store)
    if not make and not accounts_folder(folder).database.exists():
        found = f"{store} has no accounts yet"
        raise BadInputError(f"{found}; start the station, which gives a one-time code for the first admin.")
    return AccountsFile.open(folder)


def _record(store: Path, file: AccountsFile) -> bool:
    """Write the acts that wait; False if another process has the store, which is then to write them."""
    from devicelog.errors import StoreBusyError
    from devicelog.search.upkeep import writing
    from devicelog.store.accounts.acts import record_acts
    from devicelog.witness.keeper import catch_up

    outcomes: list[Any] = []
    try:
        with writing(store, create=False) as writer:
            record_acts(writer, file)
            outcomes = catch_up(writer)
    except StoreBusyError:
        return False
    for outcome in outcomes:
        if outcome.fault is not None:
            say(outcome.fault)
    return True
