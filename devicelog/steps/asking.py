"""Asking step by step: one question after the other, each of which can be gone back to.

What is asked depends on what was answered, so the questions come from a generator. Going back runs it again with the
answers that stay; the others are kept aside and offered again. Pure: whoever asks gives the moment of each answer.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from devicelog.clock import Stamp
from devicelog.errors import BadInputError
from devicelog.problems import Location
from devicelog.steps.question import REST, Question

#: Yields questions, is sent what they were answered, and returns what comes of it.
Questions = Generator[Question, Any, Any]


#: Which question it is: its place in the draft, its text, and how often it was asked before.
_Key = tuple[Location, str, int]
#: Typed where something was answered before: leave it unanswered.
_UNANSWERED = "-"


@dataclass(frozen=True, slots=True)
class _Given:
    """An answer: what was typed, what it means, and when it was given."""

    key: _Key
    text: str
    value: Any
    stamp: Stamp


class Asking:
    """An interview in progress: `question` is the one to be answered, None at the end, and then there is a `result`.

    What was gone back from is not forgotten: it is the answer of its question again, until another one is given.
    """

    def __init__(self, begin: Callable[[], Questions]) -> None:
        self._begin = begin
        self._given: list[_Given] = []
        self._before: dict[_Key, _Given] = {}
        self._questions = begin()
        self.question: Question | None = None
        self.result: Any = None
        self._next(None)

    @property
    def stamps(self) -> dict[Location, Stamp]:
        """When each place of the draft was last answered."""
        return {given.key[0]: given.stamp for given in self._given}

    @property
    def before(self) -> str | None:
        """What was answered to this question before it was gone back from; None: nothing was."""
        known = self._before.get(self._key) if self.question is not None else None
        return known.text if known is not None else None

    def answer(self, text: str, stamp: Stamp) -> str | None:
        """Answer the question; in one sentence why the text is no answer, or None if it is one.

        Enter alone keeps what was answered before.
        """
        assert self.question is not None
        said = text.strip().lower()
        if said in REST:
            return self._rest(stamp)
        known = self._before.get(self._key)
        if known is not None and not said:
            text, stamp = known.text, known.stamp
        elif known is not None and said == _UNANSWERED:
            text = ""
        return self._take(text, stamp)

    def _take(self, text: str, stamp: Stamp) -> str | None:
        assert self.question is not None
        key = self._key
        try:
            value = self.question.read(text)
        except BadInputError as error:
            self._before.pop(key, None)
            return str(error)
        self._before.pop(key, None)
        self._given.append(_Given(key, text.strip(), value, stamp))
        self._next(value)
        return None

    def _rest(self, stamp: Stamp) -> str | None:
        """Answer this question and those behind it alike, each for itself, up to one that has another answer."""
        if self.question is None or not self.question.rest:
            return "found an answer to the rest; this question needs its own."
        self._take(self.question.rest, stamp)
        while (
            self.question is not None and self.question.rest and self.before in (None, "", *_same(self.question.rest))
        ):
            self._take(self.question.rest, stamp)
        return None

    def keep(self) -> None:
        """Answer as before, up to the first question that was not answered yet or cannot be answered so any more."""
        while self.question is not None and (known := self._before.get(self._key)) is not None:
            if self._take(known.text, known.stamp) is not None:
                return

    def back(self) -> bool:
        """Go back to the question before; False if there is none."""
        if not self._given:
            return False
        last, kept = self._given[-1], self._given[:-1]
        self._before[last.key] = last
        self._given = []
        self._questions = self._begin()
        self._next(None)
        for given in kept:
            self._given.append(given)
            self._next(given.value)
        return True

    @property
    def _key(self) -> _Key:
        assert self.question is not None
        loc, text = self.question.loc, self.question.text
        return loc, text, sum(given.key[:2] == (loc, text) for given in self._given)

    def _next(self, value: Any) -> None:
        try:
            self.question = self._questions.send(value)
        except StopIteration as end:
            self.question, self.result = None, end.value


def _same(answer: str) -> tuple[str, str]:
    """An answer and its short form."""
    return answer, answer[:1]
