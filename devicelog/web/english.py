"""Sentences of the core on a page: they are English whatever the language of the page, and are marked so."""

from __future__ import annotations


class English(str):
    """One of them; it is shown by the filter `said`."""

    __slots__ = ()
