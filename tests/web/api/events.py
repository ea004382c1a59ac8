"""Server-sent events as a program reads them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx


def events(answer: httpx.Response) -> Iterator[tuple[str, str, Any]]:
    """Kind, id and data of each event of a stream, as they come."""
    fields: dict[str, str] = {}
    for line in answer.iter_lines():
        if line:
            name, _, value = line.partition(":")
            fields[name] = value.strip()
            continue
        if "event" in fields:
            yield fields["event"], fields.get("id", ""), json.loads(fields["data"])
        fields = {}
