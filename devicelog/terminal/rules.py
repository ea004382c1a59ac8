"""Screening rules as they are listed: which there are, what each does to a session, and who says what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from devicelog.screening.rule import STRICTEST, Demand, Kind, Method, Reply
from devicelog.terminal.screen import clean
from devicelog.terminal.screening import INKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import RenderableType

    from devicelog.screening.rule import Claim, Rule, Rules, Source
    from devicelog.treatment.protocol import Modality

#: How a rule is answered that is no question.
_ELSEWHERE = {Kind.ZONE: "by the zone, on the body map", Kind.PROCEDURAL: "in another step, or by the program"}


def head_lines(rules: Rules) -> Iterator[Text]:
    """What list it is, and what a clinic made less strict."""
    yield Text(clean(f"{rules.id}  version {rules.version}, {rules.status}"), style="bold")
    yield Text(clean(f"sha256 {rules.sha256}"), style="dim")
    for what in rules.lowered:
        yield Text(clean(f"LESS STRICT: {what}"), style="bold yellow")


def rules_table(rules: Rules) -> Iterator[RenderableType]:
    """Every rule in a line."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for name in ("rule", *Method, "what"):
        table.add_column(name, no_wrap=name != "what")
    for rule in rules.rules:
        severities = (Text(rule.severity[method], style=INKS[rule.severity[method]]) for method in Method)
        table.add_row(rule.code, *severities, clean(rule.title))
    yield table
    yield Text("Where the sources disagree", style="bold")
    for one in rules.disagreements:
        yield Text(clean(f"{one.about}: {one.acts}"))
        for claim in one.claims:
            yield Padding(Text(clean(claim_text(claim))), (0, 0, 0, 4))


def rule_lines(rule: Rule, modality: Modality | None) -> Iterator[RenderableType]:
    """One rule in full; what it does to a session of that modality, or to each kind of session."""
    does = (
        ", ".join(f"{method}: {rule.severity[method]}" for method in Method)
        if modality is None
        else rule.severity_for(modality).value
    )
    yield Text.assemble((rule.code, "bold"), "  ", (does, INKS[rule.severity_for(modality)]))
    said = [rule.question or f"{rule.title} (answered {_ELSEWHERE[rule.kind]})"]
    said += ["The answer that raises nothing is yes."] if rule.expected is Reply.YES else []
    if rule.washout_months is not None:
        said.append(f"A yes holds for {rule.washout_months} calendar months from the day when it ended.")
    if rule.age_min is not None:
        said.append(f"Held against the birth date: {rule.age_min} years.")
    if rule.override_demands is Demand.SPECIALIST_OPINION:
        said.append("An override names the specialist whose opinion was obtained.")
    said += [rule.note] if rule.note else []
    said += ["The sources disagree."] if rule.sources_disagree else []
    said += [f"Chosen by {rule.chosen_by}."] if rule.chosen_by != STRICTEST else []
    yield Padding(Text(clean(" ".join(said))), (0, 0, 0, 4))
    for claim in rule.claims:
        yield Padding(Text(clean(claim_text(claim)), style="dim"), (0, 0, 0, 4))


def claim_text(claim: Claim) -> str:
    """What one source says, in its own words where they are kept."""
    severities = ", ".join(f"{method} {severity}" for method, severity in claim.severity.items())
    quoted = f', "{claim.quote_short}"' if claim.quote_short is not None else ""
    return f"[{claim.source}] {severities}{': ' if severities else ''}{claim.says}{quoted}"


def source_lines(sources: Mapping[str, Source], wanted: Sequence[str]) -> Iterator[Text]:
    """Where the claims were read, with grades."""
    for key in dict.fromkeys(wanted):
        source = sources[key]
        yield Text(clean(f"[{key}] {source.grade}  {source.title}, {source.where}"))
