"""The entries of a session as they are made, one behind the other, each of the moment `t`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from devicelog.driver import Reading
from devicelog.ledger import Chain, Kind, Line, encode


class Journal:
    """Chains entries and collects their lines. `t` is microseconds of the session, set by whoever knows the time."""

    def __init__(self) -> None:
        self.t = 0
        self.chain = Chain()
        self.lines: list[Line] = []
        self._holding = False
        self._held: list[tuple[Kind, dict[str, Any]]] = []

    def write(self, kind: Kind, content: dict[str, Any]) -> None:
        """One entry; while entries are held it waits for its turn."""
        if self._holding:
            self._held.append((kind, content))
        else:
            self.lines.append(self.chain.append(encode((self.chain.count + 1, self.t, kind, content))))

    def observe(
        self, layout: int, at: int, values: Sequence[Any], verdict: int | None, breached: Sequence[int]
    ) -> None:
        """One observation, and behind it what was held: that came of this observation, and names it."""
        number = self.chain.count + 1
        body = encode((number, self.t, "observation", layout, at, values, verdict, breached))
        self.lines.append(self.chain.append(body))
        self._holding = False
        if self._held:
            self.release(entry=number)

    def write_first(self, kind: Kind, content: dict[str, Any]) -> None:
        """One entry, and behind it what was held: that came of it, and names it."""
        self._holding = False
        number = self.chain.count + 1
        self.write(kind, content)
        self.release(entry=number)

    def observe_run(
        self, layout: int, readings: Sequence[Reading], verdict: int | None, breached: Sequence[int]
    ) -> None:
        """Observations of one layout that share a verdict, at one go."""
        t, number = self.t, self.chain.count
        self.lines += self.chain.extend(
            [
                encode((number + i, t, "observation", layout, reading.at, reading.values, verdict, breached))
                for i, reading in enumerate(readings, start=1)
            ]
        )

    def hold(self) -> None:
        """Let entries wait for the observation that they come of."""
        self._holding = True

    def release(self, **named: int) -> None:
        """Write what was held."""
        self._holding = False
        held, self._held = self._held, []
        for kind, content in held:
            self.write(kind, {**content, **named})
