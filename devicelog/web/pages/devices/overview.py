"""What is bound, what is plugged in, and the drivers that are installed; opens no port."""

from __future__ import annotations

from starlette.responses import Response

from devicelog import registry
from devicelog.accounts.permission import Permission
from devicelog.attach.plugged import plugged
from devicelog.attach.seat import seats
from devicelog.link.whereabouts import adapters
from devicelog.store.bindings import known_in
from devicelog.web.gate import Asked, Gate

pages = Gate()


@pages.get("/devices", needs=Permission.SEE_DEVICES)
def devices(asked: Asked) -> Response:
    """All of them."""
    store = asked.web.store
    known = known_in(store)
    now = seats(known, adapters())
    return asked.page(
        "devices/overview.html",
        bound=[(one, now[one.number]) for one in known],
        past=known.past,
        plugged=plugged(store),
        drivers=list(registry.drivers().values()),
        trials=[one for one in asked.web.station.trials if not one.is_over],
    )
