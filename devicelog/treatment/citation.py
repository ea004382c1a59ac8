"""What an alarm about a limit says of its source: which treatment protocol, which limit, whose number.

In entries the citation is a key of the protocol's own table of sources, which stands in the session's first entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from devicelog.treatment.protocol import Severity
from devicelog.units import plain

if TYPE_CHECKING:
    from decimal import Decimal

    from devicelog.treatment.protocol import Citation, Limit, TreatmentProtocol


#: The fields by which an alarm says which limit was breached, by what value, and whose number that limit is.
OF_A_LIMIT = ("limit", "name", "severity", "value", "bound", "unit", "protocol", "citation")


def named(protocol: TreatmentProtocol) -> dict[str, Any]:
    """A treatment protocol as alarms name it: `id`, `version`, and `overlay` if one is applied."""
    overlay = {"overlay": protocol.overlay} if protocol.overlay is not None else {}
    return {"id": protocol.id, "version": protocol.version, **overlay}


def cited(protocol: TreatmentProtocol, limit: Limit, severity: Severity) -> dict[str, Any]:
    """The fields by which an alarm names the source of the value that was breached; no `citation` if it has none."""
    source = citation(limit, severity)
    cites = {"citation": {"key": source.key, "grade": source.grade.value}} if source is not None else {}
    return {"protocol": named(protocol), **cites}


def citation(limit: Limit, severity: Severity) -> Citation | None:
    """Where the soft or the hard value of a limit comes from."""
    return limit.soft_source if severity is Severity.SOFT else limit.hard_source


def bracketed(source: Citation | None) -> str:
    """A citation as people read and write it: "[MMFAQ L]"."""
    return f"[{source.key} {source.grade}]" if source is not None else "[no source]"


def in_words(value: object) -> str | None:
    """A protocol or a citation as alarms hold it, in words; None for anything else."""
    match value:
        case {"key": str(key), "grade": str(grade)}:
            return f"[{key} {grade}]"
        case {"id": str(name), "version": str(version), "overlay": str(overlay)}:
            return f"{name}+{overlay} {version}"
        case {"id": str(name), "version": str(version)}:
            return f"{name} {version}"
    return None


def amount_text(value: Decimal | str, unit: str) -> str:
    """A limit's value with its unit; a count has none."""
    number = value if isinstance(value, str) else plain(value)
    if unit == "count":
        return number
    return f"{number} {unit}{'s' if unit == 'day' and number != '1' else ''}"


def source_text(content: Mapping[str, Any]) -> str | None:
    """The source of a breached limit in one line, from what its alarm says; None if it says none.

    "hard limit 0.05 mL [MMFAQ L] of meso-face-gun-intradermal 1".
    """
    protocol, severity, bound = content.get("protocol"), content.get("severity"), content.get("bound")
    if not isinstance(protocol, Mapping) or severity is None or bound is None:
        return None
    limit = f"{severity} limit {amount_text(str(bound), str(content.get('unit', '')))}"
    return f"{limit} {in_words(content.get('citation')) or '[no source]'} of {in_words(protocol)}"
