"""Screening rules as plain JSON, for `--json` and whoever asks over a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from devicelog.screening.rule import Claim, Method, Rule, Rules, Severity, Source
    from devicelog.treatment.protocol import Modality


def rules_content(rules: Rules, shown: Sequence[Rule], modality: Modality | None) -> dict[str, Any]:
    """The rules as plain JSON."""
    return {
        **rules.named,
        "title": rules.title,
        "status": rules.status.value,
        "notes": rules.notes,
        "modality": modality.value if modality is not None else None,
        "lowered": list(rules.lowered),
        "rules": [_rule(rule, modality) for rule in shown],
        "disagreements": [
            {"about": one.about, "acts": one.acts, "rules": list(one.rules), "claims": list(map(_claim, one.claims))}
            for one in rules.disagreements
        ],
        "sources": sources_content(rules.sources),
    }


def sources_content(sources: Mapping[str, Source]) -> dict[str, Any]:
    """The sources by key."""
    return {key: {"grade": s.grade.value, "title": s.title, "where": s.where} for key, s in sources.items()}


def _rule(rule: Rule, modality: Modality | None) -> dict[str, Any]:
    return {
        "code": rule.code,
        "kind": rule.kind.value,
        "title": rule.title,
        "question": rule.question or None,
        "severity": rule.severity_for(modality).value,
        "severities": _severities(rule.severity),
        "expected": rule.expected.value,
        "washout_months": rule.washout_months,
        "age_min": rule.age_min,
        "override_demands": rule.override_demands.value if rule.override_demands is not None else None,
        "sources_disagree": rule.sources_disagree,
        "chosen_by": rule.chosen_by,
        "note": rule.note or None,
        "claims": list(map(_claim, rule.claims)),
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "source": claim.source,
        "says": claim.says,
        "quote_short": claim.quote_short,
        "severities": _severities(claim.severity),
        "months": claim.months,
    }


def _severities(severities: Mapping[Method, Severity]) -> dict[str, str]:
    return {method.value: severity.value for method, severity in severities.items()}
