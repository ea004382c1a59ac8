"""What a witness says of one seal: its number, whose it is, how far it reaches, and its digest."""

from __future__ import annotations

from dataclasses import dataclass

from devicelog.ledger import Seal

_PREFIX = "store-"


@dataclass(frozen=True, slots=True)
class Claim:
    """One seal as a witness holds it; `digest` may be only the beginning of it, `session` None for an act.

    `made` is when (RFC 3339, UTC); of a text, when its session was begun, and None for an act.
    """

    installation: str
    number: int
    session: str | None
    entries: int
    final: bool
    digest: bytes
    made: str | None = None

    def agrees(self, digest: bytes) -> bool:
        """Whether a seal with this digest is the one that was witnessed."""
        return digest[: len(self.digest)] == self.digest

    def is_of(self, installation: str) -> bool:
        """Whether it speaks of that installation."""
        return self.installation == short(installation)

    def is_of_session(self, session: str) -> bool:
        """Whether it speaks of that session; a text is in capitals."""
        return self.session is not None and self.session.casefold() == session.casefold()


def claim_of(seal: Seal) -> Claim:
    """The claim that a whole seal makes; ValueError if it is none."""
    said = seal.content
    try:
        number, entries = int(said["seal"]), int(said.get("entries", 0))
        session = str(said["session"]) if "session" in said else None
        installation, final = short(str(said["installation"])), bool(said.get("final", False))
        return Claim(installation, number, session, entries, final, seal.digest, said.get("wall"))
    except (KeyError, TypeError, ValueError):
        raise ValueError("it lacks what a seal says") from None


def short(installation: str) -> str:
    """An installation's id as a text has it: without its prefix, in capitals."""
    return installation.removeprefix(_PREFIX).upper()
