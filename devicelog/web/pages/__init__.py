"""The pages, one module or room a place; what the application takes in is the table at the end."""

from __future__ import annotations

from devicelog.web.gate import Gate
from devicelog.web.pages import access, administration, devices, home, live, records
from devicelog.web.pages.opening import flow, ready, subject

#: The first page that matches is taken: /open/subject stands before /open/{name}.
GATES: tuple[Gate, ...] = (
    home.pages,
    *access.GATES,
    live.pages,
    subject.pages,
    ready.pages,
    flow.pages,
    *records.GATES,
    *devices.GATES,
    *administration.GATES,
)
