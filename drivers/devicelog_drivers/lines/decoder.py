"""The decoder of a profile of lines: what each line says, paired with its query or said to be of nobody's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from devicelog.driver import BadFrame, Event, Reading
from devicelog.profile.binary import WrongValueError
from devicelog.profile.draft import DraftReport
from devicelog.profile.reader import Found, ReportReader
from devicelog_drivers.lines.forms import LineForm
from devicelog_drivers.lines.framing import Form, Framer, Line
from devicelog_drivers.lines.memory import AnswerEnd
from devicelog_drivers.outstanding import Outstanding

#: Reports that a line may be, with what it says of each of their metrics.
Parts = list[tuple[DraftReport, Sequence[Found]]]


@dataclass(frozen=True, slots=True)
class Talk:
    """What all decoders of a profile share: how lines look, and what may be said. `queries` are bytes by name.

    `end` is the line behind an answer from the memory. `cuts`: what is unfinished when a query goes out stays that.
    """

    model: str
    form: Form
    forms: tuple[LineForm, ...]
    queries: Mapping[str, bytes]
    naming: frozenset[str]
    echo: bool
    ignored: tuple[Any, ...] = ()
    end: AnswerEnd | None = None
    cuts: bool = False

    def decoder(self) -> LineDecoder:
        """A decoder of one link."""
        return LineDecoder(self)

    def name_of(self, request: bytes) -> str | None:
        """The query with these bytes."""
        return next((name for name, known in self.queries.items() if known == request), None)

    def parts(self, line: str) -> tuple[Parts, dict[str, Parts]]:
        """What a line may be: reports that need no query, and others by the query that they answer."""
        plain: Parts = []
        answers: dict[str, Parts] = {}
        for form in self.forms:
            found = form.found(line) if not form.from_memory else None
            if found is not None:
                (plain if form.query is None else answers.setdefault(form.query, [])).append((form.report, found))
        return plain, answers

    def remembered(self, line: str) -> Parts:
        """What a line from the device's memory says; nothing if it is none."""
        found = [(form.report, form.found(line)) for form in self.forms if form.from_memory]
        return [(report, values) for report, values in found if values is not None]

    def says_nothing(self, line: str) -> bool:
        """Whether a line is one of those that the profile passes over."""
        return bool(self.ignored) and any(p.fullmatch(line.encode("ascii")) is not None for p in self.ignored)

    def echoes(self, line: Line) -> bool:
        """Whether a line is a query that came back."""
        return self.echo and any(request.strip() == line.raw.strip() for request in self.queries.values())

    def is_whole(self, _request: bytes, came: bytes) -> bool:
        """Whether a line came behind a query, its echo aside."""
        lines = [line for line in Framer(self.form).feed(came) if isinstance(line, Line)]
        return any(not self.echoes(line) for line in lines)


class LineDecoder:
    """One link. A late reply is never paired with a later query that it cannot be told from: see `Outstanding`."""

    def __init__(self, shared: Talk) -> None:
        self._framer = Framer(shared.form)
        self._reader = ReportReader([form.report for form in shared.forms], shared.model)
        self._from_memory = ReportReader([form.report for form in shared.forms if form.from_memory], shared.model)
        self._remembers = shared.remembered if any(form.from_memory for form in shared.forms) else None
        self._end, self._cuts = shared.end, shared.cuts
        self._outstanding = Outstanding(shared.naming)
        self._naming = shared.naming
        self._name_of, self._parts = shared.name_of, shared.parts
        self._says_nothing, self._echoes = shared.says_nothing, shared.echoes

    def sent(self, request: bytes) -> None:
        """A query left the host."""
        if self._cuts:
            self._framer.cut()
        name = self._name_of(request)
        if name is not None:
            self._outstanding.sent(name)

    def feed(self, data: bytes) -> list[Event]:
        """The events that these bytes complete."""
        return [event for found in self._framer.feed(data) for event in self._events(found)]

    def end(self) -> list[Event]:
        """The unfinished rest; what was asked is answered no more."""
        self._outstanding.clear()
        return [*self._framer.end()]

    def _events(self, found: Line | BadFrame) -> list[Event]:
        if isinstance(found, BadFrame):
            return [found]
        if self._echoes(found) or self._says_nothing(found.text):
            return []
        try:
            if self._remembers is not None and (events := self._remembered(found, self._remembers(found.text))):
                return events
            plain, answers = self._parts(found.text)
        except WrongValueError as error:
            return [BadFrame(found.raw, str(error), found.at)]
        if plain:
            return [*self._reader.events(plain, found.raw, found.at)]
        return self._answered(found, answers)

    def _remembered(self, line: Line, parts: Parts) -> list[Event]:
        """What a line says that comes from the device's memory; raises WrongValueError."""
        end = self._end.found(line.text, line.at) if self._end is not None else None
        if end is not None:
            return [end]
        return [
            msgspec.structs.replace(event, from_memory=True) if isinstance(event, Reading) else event
            for event in self._from_memory.events(parts, line.raw, line.at)
        ]

    def _answered(self, line: Line, answers: dict[str, Parts]) -> list[Event]:
        """What a line says that answers one of these queries."""
        if not answers:
            return [BadFrame(line.raw, "no line of the profile looks like this", line.at)]
        names = frozenset(answers)
        name = self._outstanding.among(names & self._naming or names)
        if name is None:
            reason = f"a reply to one of {', '.join(sorted(names))}, and nobody can tell to which"
            return [BadFrame(line.raw, reason, line.at)]
        return [*self._reader.events(answers[name], line.raw, line.at)]
