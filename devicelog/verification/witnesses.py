"""A store or an export held against its witnesses: what they contradict, and what they leave open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from devicelog.errors import BadInputError
from devicelog.verification.findings import Findings
from devicelog.verification.history import Explained
from devicelog.witness.claim import Claim
from devicelog.witness.file import read
from devicelog.witness.text import parse_seal_text


class Held(NamedTuple):
    """A seal that is here: number, session (None for an act), entries that it covers, digest."""

    number: int
    session: str | None
    entries: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Testimony:
    """What one witness says. `asked`: somebody named it for this verification, so it has to speak of this installation.

    `gone` is why it could not be read, `changed` and `unreadable` are the lines that do not count.
    """

    name: str
    claims: tuple[Claim, ...] = ()
    asked: bool = False
    gone: str | None = None
    changed: tuple[int, ...] = ()
    unreadable: tuple[int, ...] = ()


def typed_testimony(text: str) -> Testimony:
    """A seal that somebody typed; BadInputError if it was copied wrongly."""
    claim = parse_seal_text(text)
    return Testimony(f"the seal {claim.number} given as text", (claim,), asked=True)


def file_testimony(path: Path, *, asked: bool) -> Testimony:
    """A witness file; one that is registered may not be there, for one that is asked for that is a BadInputError."""
    name = f"the witness {path}"
    try:
        contents = read(path)
    except OSError as error:
        if asked:
            raise BadInputError(f"{path} cannot be read ({error.strerror}); expected a witness file.") from None
        return Testimony(name, gone=error.strerror or str(error))
    claims = sorted(contents.claims, key=lambda claim: claim.number)
    changed, unreadable = tuple(contents.changed), tuple(contents.unreadable)
    return Testimony(name, tuple(claims), asked, changed=changed, unreadable=unreadable)


def check_testimonies(
    testimonies: Sequence[Testimony],
    installation: str,
    held: Sequence[Held],
    explained: Explained,
    findings: Findings,
) -> None:
    """Hold all seals of a store against what witnesses say of them, and what its history explains."""
    seals = _Seals(held, explained)
    known = 0
    for testimony in testimonies:
        claims = _own_claims(testimony, installation, findings)
        known = max(known, seals.check(testimony.name, claims, findings))
    _say_what_is_open(known, held, findings)


def check_session_claims(
    testimonies: Iterable[Testimony], installation: str, session: str, held: Sequence[Held], findings: Findings
) -> None:
    """Hold the seals of one exported session against what witnesses say of that session."""
    seals = _Seals(held)
    for testimony in testimonies:
        if not testimony.asked and not any(claim.is_of(installation) for claim in testimony.claims):
            continue  # a witness of the store at hand, and the export may be anyone's
        claims = _own_claims(testimony, installation, findings)
        of_session = [claim for claim in claims if claim.is_of_session(session)]
        if not of_session:
            findings.note(f"{testimony.name} says nothing of this session")
        seals.check(testimony.name, of_session, findings)


def _own_claims(testimony: Testimony, installation: str, findings: Findings) -> list[Claim]:
    name = testimony.name
    if testimony.gone is not None:
        findings.note(f"{name} could not be read ({testimony.gone}): what it holds was not compared")
    if testimony.changed:
        findings.fault(f"{name} was changed: its line {testimony.changed[0]} is not what a key signed")
    if testimony.unreadable:
        findings.note(
            f"{name} has lines that cannot be read, from line {testimony.unreadable[0]} on: they do not count"
        )
    own = [claim for claim in testimony.claims if claim.is_of(installation)]
    if not own and testimony.gone is None:
        other = testimony.claims[0].installation if testimony.claims else None
        if testimony.asked:
            findings.fault(
                f"{name} is of the installation {other}, not of {installation}" if other else f"{name} is empty"
            )
        else:
            findings.note(f"{name} holds no seal of this installation yet")
    return own


class _Seals:
    """The seals that are here, found by number."""

    def __init__(self, held: Sequence[Held], explained: Explained | None = None) -> None:
        self._explained = explained or Explained()
        self._by_number = {seal.number: seal for seal in held}
        self._end = held[-1].number if held else 0
        # A text has the session in capitals.
        self._sessions = {seal.session.casefold(): seal.session for seal in held if seal.session is not None}

    def check(self, name: str, claims: Iterable[Claim], findings: Findings) -> int:
        """Say the first seal that does not agree, and where in the ledger the difference begins.

        Returns the number of the last seal up to which the witness agrees; 0 if there is none.
        """
        agreed, reached = dict[str, int](), 0
        gone: dict[str, list[int]] = {}
        for claim in claims:
            seal = self._by_number.get(claim.number)
            if seal is not None and claim.agrees(seal.digest):
                reached = claim.number
                if seal.session is not None:
                    agreed[seal.session] = seal.entries
                continue
            why = self._explained.why_gone(claim.number, claim.made, replaced=seal is not None)
            if why is not None:
                gone.setdefault(why, []).append(claim.number)
                continue
            session = self._sessions.get(claim.session.casefold(), claim.session) if claim.session else None
            first = agreed.get(session, 0) + 1 if session is not None else None
            findings.fault(f"{name} {self._difference(claim, seal)}", session=session, entry=first)
            break
        for why, numbers in gone.items():
            one = f"seal {numbers[0]}, which is not here"
            more = f"the seals {numbers[0]} to {numbers[-1]}, which are not here"
            findings.note(f"{name} holds {one if len(numbers) == 1 else more}: {why}")
        return reached

    def _difference(self, claim: Claim, seal: Held | None) -> str:
        if claim.number > self._end:
            found = f"holds seal {claim.number}, and here seal {self._end} is the last"
            return f"{found}: a roll-back to an older copy, or an end that was cut off"
        if seal is None:
            return f"holds seal {claim.number}, which is gone: a session or a part of one was removed"
        found = f"holds another seal {claim.number} than is here"
        return f"{found}: the history was written anew from here on, or goes on from an older copy"


def _say_what_is_open(known: int, held: Sequence[Held], findings: Findings) -> None:
    end = held[-1] if held else None
    if end is None:
        return
    if not known:
        findings.note(
            "that the whole store was set back to an older copy, its last sessions cut off, or its history signed anew "
            "cannot be seen without a witness; compare the last seal with one noted elsewhere: "
            f"number {end.number}, {end.digest.hex()[:16]}"
        )
    elif known < end.number:
        findings.note(
            f"seals {known + 1} to {end.number} are newer than any witness: that later ones were cut off, or these "
            "signed anew, is not seen"
        )
    else:
        findings.note(
            f"witnessed up to seal {end.number}, the last one here: what came after it and is gone is not seen"
        )
