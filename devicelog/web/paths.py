"""Paths of this station's own pages: what a form or an address names as the place to go on to."""

from __future__ import annotations

from urllib.parse import urlsplit

_LONGEST = 2000


def own_path(text: str, otherwise: str = "/") -> str:
    """The path if it leads to a page of this station, and to nowhere else however a browser reads it."""
    if not text.startswith("/") or text.startswith("//") or "\\" in text or len(text) > _LONGEST:
        return otherwise
    if not text.isascii() or not text.isprintable() or " " in text:
        return otherwise
    return text


def path_of(address: str, host: str) -> str | None:
    """The path of an address, with its query, if it is one of a page of `host` (a name with its port); None if not."""
    try:
        found = urlsplit(address)
    except ValueError:
        return None
    if found.scheme not in ("http", "https") or found.netloc.lower() != host.lower():
        return None
    return own_path(found.path + (f"?{found.query}" if found.query else ""))
