"""`devicelog unbind`: take a binding back."""

from __future__ import annotations

from pathlib import Path

import click

from devicelog.cli.options import by_option, say, store_option


@click.command("unbind")
@click.argument("name", metavar="NAME")
@by_option
@store_option
def command(name: str, by: str | None, store: Path) -> None:
    """Take a binding back; what was recorded stays as it is.

    NAME is as `devicelog bindings` says it: DRIVER#SERIAL, or DRIVER@PORT of a device without a serial number.
    """
    from devicelog import log
    from devicelog.attach.choice import binding_named
    from devicelog.cli.options import person
    from devicelog.search.upkeep import writing
    from devicelog.store.bindings import bindings, known_in, unbind
    from devicelog.witness.keeper import catch_up

    who = person(by)
    binding_named(name, known_in(store))  # looked at before the store is opened for writing
    log.configure()
    with writing(store, create=False) as writer:
        binding = binding_named(name, bindings(writer))
        unbind(writer, binding, who)
        told = catch_up(writer)
    for witness in told:
        if witness.fault is not None:
            say(witness.fault)
    say(f"{binding.name} is no longer bound to {binding.place}")
