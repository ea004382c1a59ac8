"""What people are shown of a driver: where it comes from, the bytes that it may send, and who its device says it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from devicelog.driver import Driver, Query


def origin(driver: Driver, package: str, file: str) -> str:
    """Where a driver comes from: a package, or a profile and what reads it; `file` is "" for one that is installed."""
    profile = driver.profile
    if profile is None:
        return f"from {package}"
    said = f"from the file {file}" if file else "from an installed profile"
    return f"{said}, sha256 {profile.sha256}, read by the engine {profile.engine} of {package}"


def query_lines(driver: Driver) -> Iterator[str]:
    """Every byte that a driver may send, in hex, and as text where it is text; one query a line."""
    if not driver.queries:
        yield "may send     nothing (listens only)"
    for query in driver.queries:
        text = query.text
        beside = f"  {json.dumps(text)}" if text is not None else ""
        period = f"every {query.every:g} s; " if query.every is not None else ""
        yield f"may send     {query.hex}{beside}  ({query.purpose}; {period}effect {query.effect})"
    if any(query.has_numbers for query in driver.queries):
        yield "             each # (23) stands for a decimal number of up to ten digits"


def query_content(query: Query) -> dict[str, Any]:
    """A query for `--json`; `text` is None where its bytes are none."""
    return {
        "request": query.hex,
        "text": query.text,
        "has_numbers": query.has_numbers,
        "effect": query.effect.value,
        "purpose": query.purpose,
        "on_open": query.on_open,
        "every_s": query.every,
    }


def identity_lines(driver: Driver) -> Iterator[str]:
    """The reports in which the device says who it is, as its profile has them."""
    for name, metrics in identities(driver).items():
        yield f"{name} (identity): {', '.join(metrics)}"


def identities(driver: Driver) -> dict[str, tuple[str, ...]]:
    """What a profile reads of who the device is, by report."""
    return dict(driver.profile.identities) if driver.profile is not None else {}
