"""What a device has refused to tell: reports that never came because their queries were refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from devicelog.observation.layout import Layout

#: A report that says what a device refuses: the query, and the reports that hang on it.
_REPORT, _ASKED, _LACKS = "refused", "asked", "lacks"


class Refusals:
    """The refusals of a session, each query once."""

    def __init__(self) -> None:
        self._refused: dict[tuple[int, str], str] = {}

    def take(self, layout: Layout, values: Sequence[Any]) -> None:
        """An observation, which may be a refusal."""
        if layout.report != _REPORT:
            return
        asked, lacks = layout.position(_ASKED), layout.position(_LACKS)
        if asked is not None and lacks is not None and values[asked] and values[lacks]:
            self._refused[layout.link, values[asked]] = values[lacks]

    def said(self, observations: Mapping[str, int]) -> Iterator[str]:
        """What is missing because of them, in words; a report that came all the same is not."""
        for (link, asked), lacks in self._refused.items():
            missing = [report for report in lacks.split(", ") if not observations.get(report)]
            if missing:
                yield f"link {link}: {' and '.join(missing)} never came: the device refuses the query {asked!r}"
