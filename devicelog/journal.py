"""The entries of a session as they are made, one behind the other, each of the moment `t`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from devicelog.ledger import Chain, Kind, Line, encode


class Journal:
    """Chains entries and collects their lines. `t` is microseconds of the session, set by whoever knows the time."""

    def __init__(self) -> None:
        self.t = 0
        self.chain = Chain()
        self.lines: list[Line] = []
        self._held: list[tuple[str, dict[str, Any]]] | None = None

    def write(self, kind: Kind, content: dict[str, Any]) -> None:
        """One entry; while entries are held it waits for its turn."""
        if self._held is not None:
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
        if self._held is not None:
            self.release(entry=number)

    def hold(self) -> None:
        """Let entries wait for the observation that they come of."""
        self._held = []

    def release(self, **named: int) -> None:
        """Write what was held."""
        held, self._held = self._held, None
        for kind, content in held or ():
            self.write(Kind(kind), {**content, **named})
