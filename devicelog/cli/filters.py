"""Which sessions are meant: the options of every command that takes many, and the search that they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from devicelog.cli.moments import span_options
from devicelog.cli.options import say
from devicelog.search.wish import Wish

if TYPE_CHECKING:
    from devicelog.search.finding import Search
    from devicelog.store.reader import Reader

Command = TypeVar("Command", bound=Callable[..., Any])

_SPAN = ("since", "until")
_TERMS = {
    "practitioner": ("NAME", "Only those that this person treated."),
    "protocol": ("ID", "Only those by this treatment protocol, or of this family."),
    "device": ("NAME", "Only those with this device: serial number, model or driver."),
    "zone": ("CODE", "Only those in which this zone, or one below it, was chosen."),
    "lot": ("LOT", "Only those for which this lot was taken; see also `lots trace`."),
    "alarm": ("TEXT", "Only those with an alarm of this limit or text, or low, medium, high."),
}


def filter_options(command: Command) -> Command:
    """`--subject`, `--since`, `--until`, what is looked for, and `--signed/--unsigned`."""
    help_ = "Only those that are signed, or are not."
    command = click.option("--signed/--unsigned", default=None, help=help_)(command)
    for name, (metavar, what) in reversed(_TERMS.items()):
        command = click.option(f"--{name}", metavar=metavar, help=what)(command)
    command = span_options(command)
    help_ = "Only those of the patient with this number of the clinic's."
    return click.option("--subject", metavar="REF", help=help_)(command)


@dataclass(frozen=True, slots=True)
class Filter:
    """What the options said."""

    wish: Wish

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Filter:
        """What these options say; click.BadParameter for one that looks for nothing."""
        terms = {name: options[name] for name in _TERMS if options[name] is not None}
        for name, text in terms.items():
            if not text.strip():
                raise click.BadParameter("found nothing to look for; give a word.", param_hint=f"'--{name}'")
        return cls(Wish(options["subject"], options["since"], options["until"], options["signed"], terms))

    @property
    def given(self) -> list[str]:
        """The options that were given, as they are written."""
        wish = self.wish
        signed = {True: ["--signed"], False: ["--unsigned"], None: []}[wish.signed]
        names = [name for name in ("subject", *_SPAN) if getattr(wish, name) is not None]
        return [*(f"--{name}" for name in (*names, *wish.terms)), *signed]

    def search(self, reader: Reader) -> Search | None:
        """The search in a store; None, and it is said, if no session of that patient is known."""
        search = self.wish.search(reader)
        if search is None:
            found = f"no session of {self.wish.subject!r} is known"
            say(f"{found}; it is matched exactly as it was given to `devicelog record`")
        return search
