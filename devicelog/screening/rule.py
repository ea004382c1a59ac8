"""The rules of screening: what is asked of whom, what a yes means for each way of treating, and on whose word.

    Rules ── rules ──▶ Rule ── claims ──▶ Claim ── source ──▶ Source
          └─ disagreements (where the sources contradict each other, both kept)

Files are read in `devicelog.screening.rules`. Recording and documentation only: a rule says what a record has to
show before a session, and is no clinical advice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from devicelog.errors import UnknownNameError
from devicelog.treatment.protocol import Grade, Modality, Status


class Method(StrEnum):
    """How a treatment reaches the skin, as far as it matters for whom it is: with a needle, or with a current."""

    INJECTION = "injection"
    NO_NEEDLE = "no-needle"


METHODS: Mapping[Modality, Method] = {
    Modality.INJECTION: Method.INJECTION,
    Modality.IONTOPHORESIS_DC: Method.NO_NEEDLE,
    Modality.ELECTROPORATION: Method.NO_NEEDLE,
}


class Severity(StrEnum):
    """What a rule does to a session, from nothing to "not opened without a recorded override"."""

    NONE = "none"
    ASK = "ask"
    CAUTION = "caution"
    STOP = "stop"

    @property
    def rank(self) -> int:
        """How strict it is; a stricter one is higher."""
        return list(Severity).index(self)


class Kind(StrEnum):
    """Who answers a rule: the person, the body map for a zone, or another step of the session."""

    QUESTION = "question"
    ZONE = "zone"
    PROCEDURAL = "procedural"


class Reply(StrEnum):
    """What may be answered."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    NOT_ASKED = "not asked"


class Demand(StrEnum):
    """What an override of a rule has to name besides its reason."""

    SPECIALIST_OPINION = "specialist-opinion"


#: The `chosen_by` of a severity that is at least that of every source.
STRICTEST = "strictest"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a claim was read, and how good that is."""

    title: str
    where: str
    grade: Grade


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source says, in our words and, short, in its own; severities only for what it speaks of."""

    source: str
    says: str
    quote_short: str | None = None
    severity: Mapping[Method, Severity] = field(default_factory=dict, hash=False)
    months: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `expected` is the answer that raises nothing.

    `washout_months`: calendar months after the date given with a yes, from which on nothing is raised. `age_min`: in
    years; the rule is raised for whoever is younger.
    """

    code: str
    kind: Kind
    title: str
    question: str
    severity: Mapping[Method, Severity] = field(hash=False)
    claims: tuple[Claim, ...]
    sources_disagree: bool
    chosen_by: str
    expected: Reply
    washout_months: int | None
    age_min: int | None
    override_demands: Demand | None
    note: str

    def severity_for(self, modality: Modality | None) -> Severity:
        """What it does to a session of that modality; None is not known, and then the strictest of all holds."""
        found = self.severity.values() if modality is None else [self.severity[METHODS[modality]]]
        return strictest(found)

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of its claims, each once."""
        return tuple(dict.fromkeys(claim.source for claim in self.claims))


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where sources contradict each other: what each says, and what is done with it."""

    about: str
    acts: str
    rules: tuple[str, ...]
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules as one file states them, with its exact text and the sha256 of its bytes (hex).

    `lowered`: what the file makes less strict than the list that comes with devicelog or than its own sources.
    """

    id: str
    version: str
    title: str
    status: Status
    notes: str
    rules: tuple[Rule, ...]
    disagreements: tuple[Disagreement, ...]
    sources: Mapping[str, Source] = field(hash=False)
    text: str = field(repr=False)
    sha256: str
    lowered: tuple[str, ...] = ()

    def asked(self, modality: Modality | None) -> tuple[Rule, ...]:
        """The questions for a session of that modality, in the order of the file; None: whatever it may be."""
        return tuple(rule for rule in self.of(Kind.QUESTION) if rule.severity_for(modality) is not Severity.NONE)

    def of(self, kind: Kind) -> tuple[Rule, ...]:
        """The rules of a kind, in the order of the file."""
        return tuple(rule for rule in self.rules if rule.kind is kind)

    def rule(self, code: str) -> Rule:
        """The rule of that code; raises UnknownNameError."""
        for rule in self.rules:
            if rule.code == code:
                return rule
        raise UnknownNameError("screening rule", code, [rule.code for rule in self.rules])

    @property
    def named(self) -> dict[str, str]:
        """What names these rules in an entry: `id`, `version`, `sha256`."""
        return {"id": self.id, "version": self.version, "sha256": self.sha256}


def strictest(severities: Iterable[Severity]) -> Severity:
    """The strictest of them; none of none."""
    return max(severities, key=lambda severity: severity.rank, default=Severity.NONE)
