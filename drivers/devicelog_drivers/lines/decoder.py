"""The decoder of a profile of lines: what each line says, paired with its query or said to be of nobody's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from devicelog.driver import BadFrame, Event
from devicelog.profile.binary import WrongValueError
from devicelog.profile.draft import DraftReport
from devicelog.profile.reader import Found, ReportReader
from devicelog_drivers.lines.forms import LineForm
from devicelog_drivers.lines.framing import Form, Framer, Line
from devicelog_drivers.outstanding import Outstanding

#: Reports that a line may be, with what it says of each of their metrics.
Parts = list[tuple[DraftReport, Sequence[Found]]]


@dataclass(frozen=True, slots=True)
class Talk:
    """What all decoders of a profile share: how lines look, and what may be said. `queries` are bytes by name."""

    model: str
    form: Form
    forms: tuple[LineForm, ...]
    queries: Mapping[str, bytes]
    naming: frozenset[str]
    echo: bool
    ignored: tuple[Any, ...] = ()

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
            found = form.found(line)
            if found is not None:
                (plain if form.query is None else answers.setdefault(form.query, [])).append((form.report, found))
        return plain, answers

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
        self._outstanding = Outstanding(shared.naming)
        self._naming = shared.naming
        self._name_of, self._parts = shared.name_of, shared.parts
        self._says_nothing, self._echoes = shared.says_nothing, shared.echoes

    def sent(self, request: bytes) -> None:
        """A query left the host."""
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
            plain, answers = self._parts(found.text)
        except WrongValueError as error:
            return [BadFrame(found.raw, str(error), found.at)]
        if plain:
            return [*self._reader.events(plain, found.raw, found.at)]
        return self._answered(found, answers)

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
