"""The terminal's live view of a session that is being recorded."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from devicelog.ledger import Line
from devicelog.record import Record


class LiveView:
    """Shows the record as it grows; give it what was acknowledged, and call `refresh` between batches."""

    def __init__(self) -> None:
        self._record = Record()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        pass

    def take(self, lines: Sequence[Line]) -> None:
        for line in lines:
            self._record.apply(line.entry())

    def refresh(self) -> None:
        pass
