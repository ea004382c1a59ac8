"""Resources as JSON: exact decimals, nothing that is empty, and only characters that FHIR strings may hold."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import msgspec

#: Control characters that a FHIR string must not hold, and what no XML can.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def pruned(value: Any) -> Any:
    """A value without what is empty, None for nothing; decimals as text that is spliced in as it is."""
    match value:
        case dict():
            kept = {name: found for name, each in value.items() if (found := pruned(each)) is not None}
            return kept or None
        case list() | tuple():
            return [found for each in value if (found := pruned(each)) is not None] or None
        case str():
            if value.isprintable():  # as most are, megabytes of base64 among them
                return value if value.strip() else None
            return _FORBIDDEN.sub("\ufffd", value) if value.strip() else None
        case Decimal():
            return msgspec.Raw(f"{value:f}".encode())
    return value


def encoded(resource: dict[str, Any]) -> bytes:
    """A resource that went through `pruned`, as a file holds it: indented, in the order in which it was made."""
    return msgspec.json.format(msgspec.json.encode(resource), indent=1) + b"\n"
