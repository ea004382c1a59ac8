"""Which sessions are meant: the options of every command that takes many, and the search that they make."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from devicelog.cli.moments import span_options
from devicelog.cli.options import say

if TYPE_CHECKING:
    from devicelog.search.finding import Search
    from devicelog.store.projection import Wanted
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
    """What the options said; None: they said nothing of it."""

    subject: str | None
    since: str | None
    until: str | None
    signed: bool | None
    terms: Mapping[str, str]

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Filter:
        """What these options say; click.BadParameter for one that looks for nothing."""
        terms = {name: options[name] for name in _TERMS if options[name] is not None}
        for name, text in terms.items():
            if not text.strip():
                raise click.BadParameter("found nothing to look for; give a word.", param_hint=f"'--{name}'")
        return cls(options["subject"], options["since"], options["until"], options["signed"], terms)

    @property
    def given(self) -> list[str]:
        """The options that were given, as they are written."""
        signed = {True: ["--signed"], False: ["--unsigned"], None: []}[self.signed]
        names = [name for name in ("subject", *_SPAN) if getattr(self, name) is not None]
        return [*(f"--{name}" for name in (*names, *self.terms)), *signed]

    def search(self, reader: Reader) -> Search | None:
        """The search in a store; None, and it is said, if no session of that patient is known."""
        from devicelog.search.finding import Search

        ids = reader.subject_ids(self.subject) if self.subject is not None else None
        if ids == []:
            say(f"no session of {self.subject!r} is known; it is matched exactly as it was given to `devicelog record`")
            return None
        return Search(list(self._wanted()), ids, self.since, self.until)

    def _wanted(self) -> Iterator[Wanted]:
        from devicelog.search import terms

        for name, text in self.terms.items():
            yield terms.BY[name](text)
        if self.signed is not None:
            yield terms.by_signature(signed=self.signed)
