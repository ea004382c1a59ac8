"""The first page of the administration: what needs attention, and the way to everything else."""

from __future__ import annotations

from starlette.responses import Response

from devicelog.accounts.permission import Permission
from devicelog.web.gate import Asked, Gate
from devicelog.web.pages.administration.attention import attention
from devicelog.web.pages.administration.proof import page

pages = Gate()

#: The places of the administration, and who may go there.
SECTIONS: tuple[tuple[str, Permission], ...] = (
    ("people", Permission.MANAGE_PEOPLE),
    ("tokens", Permission.MANAGE_TOKENS),
    ("protocols", Permission.MANAGE_PROTOCOLS),
    ("backups", Permission.MANAGE_KEYS),
    ("keys", Permission.MANAGE_KEYS),
    ("accesses", Permission.SEE_ACCESSES),
    ("retention", Permission.MANAGE_RETENTION),
    ("outbox", Permission.MANAGE_WEBHOOKS),
    ("webhooks", Permission.MANAGE_WEBHOOKS),
    ("doctor", Permission.RUN_DOCTOR),
)


@pages.get("/administration", needs=Permission.MANAGE_PEOPLE)
def start(asked: Asked) -> Response:
    """What needs attention first."""
    sections = [name for name, needed in SECTIONS if asked.visitor.may(needed)]
    chore = asked.web.station.chores.current
    return page(asked, "start.html", items=attention(asked.web), sections=sections, chore=chore)
