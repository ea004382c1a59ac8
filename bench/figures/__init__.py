"""The figures by name, in the order in which they are measured; each takes `quick` and gives a Section."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bench.figures import export, flood, lines, logins, memory, paced, page, replay, search, soak, stages, startup
from bench.table import Section

FIGURES: Mapping[str, Callable[[bool], Section]] = {
    "flood": flood.measure,
    "stages": stages.measure,
    "paced": paced.measure,
    "lines": lines.measure,
    "startup": startup.measure,
    "replay": replay.measure,
    "memory": memory.measure,
    "search": search.measure,
    "export": export.measure,
    "page": page.measure,
    "soak": soak.measure,
    "logins": logins.measure,
}
