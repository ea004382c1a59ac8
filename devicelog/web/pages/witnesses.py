"""After an act in the chain of seals witnesses are told: by whoever asked for it, never by the thread that writes."""

from __future__ import annotations

import structlog

from devicelog.web.context import Web
from devicelog.witness.keeper import catch_up

_log = structlog.get_logger()


def tell_witnesses(web: Web) -> list[str]:
    """Why a witness could not be told, in a sentence each; while a session is recorded, its own keeper tells them."""
    if web.station.current is not None:
        return []
    with web.reading() as reader:
        missed = [outcome for outcome in catch_up(reader) if outcome.fault is not None]
    for outcome in missed:
        _log.warning("a witness could not be told", cause=str(outcome.path))
    return [str(outcome.fault) for outcome in missed]
