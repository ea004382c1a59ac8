"""`devicelog lots`: lots that must not be used any more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from devicelog.cli import lots_trace
from devicelog.cli.group import Group
from devicelog.cli.options import by_option, json_option, print_json, say, store_option

if TYPE_CHECKING:
    from devicelog.products.recall import Recall, Recalls, Released
    from devicelog.witness.keeper import Outcome

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group("lots", cls=Group)
def command() -> None:
    """Lots of products: recall one, so that no session is opened with it unnoticed, list and trace them."""


command.add_command(lots_trace.command)


def _product_option(what: str) -> Callable[[Command], Command]:
    return click.option("--product", metavar="NAME", help=what)


def _reason_option(what: str) -> Callable[[Command], Command]:
    return click.option("--reason", metavar="TEXT", required=True, help=what)


@command.command("recall")
@click.argument("lot", metavar="LOT")
@_product_option("Only of this product, where two makers have lots of the same name.")
@_reason_option("Why, and whose notice it is.")
@by_option
@store_option
@json_option
def recall(lot: str, product: str | None, reason: str, by: str | None, store: Path, as_json: bool) -> None:
    """Recall a lot from now on: a session with it needs an override, and a syringe that holds it alarms.

    It is an act of the installation, signed and chained like a seal. What was given of it before is not touched.
    """
    from devicelog import log
    from devicelog.cli.options import person
    from devicelog.naming import named
    from devicelog.products.recall import Recall
    from devicelog.search.upkeep import writing
    from devicelog.store import recalls as kept
    from devicelog.witness.keeper import catch_up

    who = person(by)
    of = named(product, "product") if product is not None else None
    wanted = Recall(named(lot, "lot"), of, named(reason, "reason"), who)
    log.configure()
    with writing(store) as writer:
        before = [one for one in kept.recalls(writer).named(wanted.lot) if one.covers(wanted)]
        found = before[0] if before else kept.recall(writer, wanted)
        told = [] if before else catch_up(writer)
    _say_faults(told)
    if before:
        say(f"{found.name} is recalled already, since {_since(found)}; nothing was changed")
    else:
        say(f"{found.name} is recalled; `devicelog lots release` takes it back, `lots trace` says where it went")
    if as_json:
        print_json(_content(found))


@command.command("release")
@click.argument("lot", metavar="LOT")
@_product_option("Of this product, where two recalls name the lot.")
@_reason_option("Why it may be used again.")
@by_option
@store_option
@json_option
def release(lot: str, product: str | None, reason: str, by: str | None, store: Path, as_json: bool) -> None:
    """Take the recall of a lot back; that it was recalled stays in the chain."""
    from devicelog import log
    from devicelog.cli.options import person
    from devicelog.naming import named
    from devicelog.search.upkeep import writing
    from devicelog.store import recalls as kept
    from devicelog.witness.keeper import catch_up

    who, why = person(by), named(reason, "reason")
    _the_one(kept.known_in(store), lot, product)  # looked at before the store is opened for writing
    log.configure()
    with writing(store, create=False) as writer:
        found = _the_one(kept.recalls(writer), lot, product)
        kept.release(writer, found, who, why)
        ended = next(by for one, by in kept.recalls(writer).past if one.number == found.number)
        told = catch_up(writer)
    _say_faults(told)
    if as_json:
        print_json(_content(found, ended))
    say(f"{found.name} is no longer recalled")


@command.command("recalled")
@click.option("--all", "with_past", is_flag=True, help="Also those that were taken back, when, by whom and why.")
@store_option
@json_option
def recalled(with_past: bool, store: Path, as_json: bool) -> None:
    """The recalled lots, since when, by whom and why."""
    from devicelog.store.recalls import known_in
    from devicelog.terminal.screen import clean

    known = known_in(store)
    past = known.past if with_past else []
    if as_json:
        print_json([*(_content(one, by) for one, by in past), *(_content(one) for one in known)])
        return
    for one, by in past:
        click.echo(clean(f"{_line(one)}; taken back {_since(by)}"))
    for one in known:
        click.echo(clean(_line(one)))
    if not len(known) and not past:
        say("no lot is recalled; `devicelog lots recall LOT --reason TEXT` recalls one")


def _the_one(known: Recalls, lot: str, product: str | None) -> Recall:
    """The recall that a person means; raises UnknownNameError, or BadInputError if it may be one of several."""
    from devicelog.errors import BadInputError, UnknownNameError

    found = known.named(lot, product)
    if not found:
        named = f"{lot} of {product}" if product is not None else lot
        raise UnknownNameError("recalled lot", named, {one.name.removeprefix("lot ") for one in known})
    if len(found) > 1:
        products = ", ".join("every product" if one.product is None else repr(one.product) for one in found)
        raise BadInputError(f"several recalls name lot {lot!r}, of {products}; say which with --product NAME.")
    return found[0]


def _line(one: Recall) -> str:
    return f"{one.name}  recalled {_since(one)}"


def _since(one: Recall | Released) -> str:
    """When, by whom and why."""
    from devicelog.clock import told

    return f"{told(one.wall)} by {one.by}: {one.reason}"


def _content(one: Recall, released: Released | None = None) -> dict[str, Any]:
    ended = {"by": released.by, "at": released.wall, "reason": released.reason} if released is not None else None
    return {"recall": one.number, **one.content(), "at": one.wall, "ended": ended}


def _say_faults(told: Sequence[Outcome]) -> None:
    for witness in told:
        if witness.fault is not None:
            say(witness.fault)
