"""A ledger in memory as a source of exports: no store, no seals, no sealed texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from devicelog.acts.keychain import KeyChain
from devicelog.chunk import Chunk
from devicelog.ledger import Line, Seal
from devicelog.ledger.sealed import Opening


@dataclass
class Kept:
    """The lines of a session, with what a store would know beside them."""

    kept: Sequence[Line]
    state: str = "ended"
    reference: str | None = "P-1"
    name: str | None = None
    birth_date: str | None = None
    id: str = "S1"
    installation: str = "store-test"
    keys: KeyChain = field(default_factory=lambda: KeyChain("store-test", bytes(32), ()))

    def lines(self) -> Iterator[Line]:
        return iter(self.kept)

    def chunks(self) -> Iterator[tuple[int, Chunk]]:
        return iter(())

    def seals(self) -> Iterator[tuple[int, Seal]]:
        return iter(())

    def opening(self, value: Mapping[str, str]) -> Opening | None:  # noqa: ARG002
        return None
