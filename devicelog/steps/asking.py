"""Asking step by step: one question after the other, each of which can be gone back to.

What is asked depends on what was answered, so the questions come from a generator. Going back runs it again with the
answers that stay. Pure: whoever asks gives the moment of each answer.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from devicelog.clock import Stamp
from devicelog.errors import BadInputError
from devicelog.problems import Location
from devicelog.steps.question import Question

#: Yields questions, is sent what they were answered, and returns what comes of it.
Questions = Generator[Question, Any, Any]


class Asking:
    """An interview in progress: `question` is the one to be answered, None at the end, and then there is a `result`."""

    def __init__(self, begin: Callable[[], Questions]) -> None:
        self._begin = begin
        self._given: list[tuple[Location, Any, Stamp]] = []
        self._questions = begin()
        self.question: Question | None = None
        self.result: Any = None
        self._next(None)

    @property
    def stamps(self) -> dict[Location, Stamp]:
        """When each place of the draft was last answered."""
        return {loc: stamp for loc, _, stamp in self._given}

    def answer(self, text: str, stamp: Stamp) -> str | None:
        """Answer the question; in one sentence why the text is no answer, or None if it is one."""
        assert self.question is not None
        try:
            value = self.question.read(text)
        except BadInputError as error:
            return str(error)
        self._given.append((self.question.loc, value, stamp))
        self._next(value)
        return None

    def back(self) -> bool:
        """Go back to the question before; False if there is none."""
        if not self._given:
            return False
        kept, self._given = self._given[:-1], []
        self._questions = self._begin()
        self._next(None)
        for loc, value, stamp in kept:
            self._given.append((loc, value, stamp))
            self._next(value)
        return True

    def _next(self, value: Any) -> None:
        try:
            self.question = self._questions.send(value)
        except StopIteration as end:
            self.question, self.result = None, end.value
