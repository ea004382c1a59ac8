"""Webhooks: who is told when a session is closed or signed. docs/api.md says how a receiver checks what it is sent."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import Depends, Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from devicelog.accounts.permission import Permission
from devicelog.delivery.webhook import checked_url, secret_of, shown_secret
from devicelog.store import outbox
from devicelog.store.webhooks import Webhook as Hook
from devicelog.store.webhooks import add_webhook, remove_webhook, webhook, webhooks
from devicelog.web.api.body import described, reads
from devicelog.web.api.gate import Api, Called
from devicelog.web.api.models import NewWebhook, Webhook, Webhooks

if TYPE_CHECKING:
    from devicelog.store.outbox import Delivery

api = Api("webhooks")

_Id = Annotated[str, Path(pattern="^webhook-[0-9a-f]{16}$")]


class WebhookOf(BaseModel):
    """Where, over TLS or on this computer itself, and of what."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(min_length=1, max_length=500)]
    events: Annotated[
        list[Literal["session.opened", "session.closed", "session.amended", "session.signed"]], Field(min_length=1)
    ] = ["session.closed", "session.signed"]


@api.get("/api/v1/webhooks", needs=Permission.MANAGE_WEBHOOKS, answers=Webhooks)
def listed(caller: Called) -> Webhooks:
    """All that are told, and how the last try went."""
    with caller.reading() as reader:
        rows = outbox.told(reader)
        return Webhooks(webhooks=[_shown(hook, rows) for hook in webhooks(reader)])


@api.post(
    "/api/v1/webhooks",
    needs=Permission.MANAGE_WEBHOOKS,
    answers=NewWebhook,
    may=(413, 415),
    status_code=201,
    openapi_extra=described(WebhookOf),
)
def add(caller: Called, of: Annotated[WebhookOf, Depends(reads(WebhookOf))]) -> Response:
    """Tell somebody from now on; the secret with which it is signed is shown this once."""
    url, id_, events = checked_url(of.url), f"webhook-{secrets.token_hex(8)}", tuple(dict.fromkeys(of.events))
    with caller.reading() as reader:
        secret = shown_secret(secret_of(reader.folder, id_))
    hook = caller.web.station.desk.do(lambda writer: add_webhook(writer, id_, url, events, caller.name))
    caller.hall.courier.wake()
    made = NewWebhook(**_shown(hook, []).model_dump(), secret=secret)
    return JSONResponse(made.model_dump(), 201, {"location": f"/api/v1/webhooks/{id_}"})


@api.get("/api/v1/webhooks/{hook}", needs=Permission.MANAGE_WEBHOOKS, answers=Webhook, may=(404,))
def one(caller: Called, hook: _Id) -> Webhook:
    """One that is told, and how the last try went."""
    with caller.reading() as reader:
        return _shown(webhook(reader, hook), outbox.told(reader))


@api.delete("/api/v1/webhooks/{hook}", needs=Permission.MANAGE_WEBHOOKS, may=(404,), status_code=204)
def remove(caller: Called, hook: _Id) -> Response:
    """Tell them no more, not even what waits."""
    caller.web.station.desk.do(lambda writer: remove_webhook(writer, hook, caller.name))
    caller.hall.courier.wake()
    return Response(status_code=204)


def _shown(hook: Hook, rows: list[Delivery]) -> Webhook:
    own = [row for row in rows if row.content.target == f"{outbox.WEBHOOK}:{hook.id}"]
    tried = [row for row in own if row.content.tried is not None]
    last = max(tried, key=lambda row: row.content.tried or "") if tried else None
    return Webhook(
        webhook=hook.id,
        url=hook.url,
        events=list(hook.events),
        by=hook.by,
        at=hook.at,
        waiting=sum(row.is_open for row in own),
        last_event=last.content.what if last is not None else None,
        last_state=last.state.value if last is not None else None,
        last_why=last.content.why if last is not None else None,
    )
