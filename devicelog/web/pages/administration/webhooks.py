"""Webhooks: which programs are told when a session is closed or signed, and how the last tries went."""

from __future__ import annotations

import secrets
from typing import Any

from starlette.responses import Response

from devicelog.accounts.permission import Permission
from devicelog.delivery.webhook import checked_url, secret_of, shown_secret
from devicelog.errors import DevicelogError
from devicelog.store import outbox
from devicelog.store.webhooks import CLOSED, EVENTS, SIGNED, add_webhook, remove_webhook, webhooks
from devicelog.web.gate import Asked, Gate
from devicelog.web.inquiry import Inquiry
from devicelog.web.pages.administration.proof import by, page, proved

pages = Gate()

#: So many of the last tries are shown of each.
_TRIES = 5


@pages.get("/administration/webhooks", needs=Permission.MANAGE_WEBHOOKS)
def listed(asked: Asked) -> Response:
    """All that are told."""
    return _page(asked)


@pages.post("/administration/webhooks", needs=Permission.MANAGE_WEBHOOKS, once=True)
def add(asked: Asked) -> Response:
    """Tell one more; its secret is shown on this page alone."""
    url = asked.form.read("url", checked_url)
    events = tuple(event for event in EVENTS if event in asked.form.all("events"))
    if not events:
        asked.form.refuse("events", asked.t("webhooks-no-event"))
    if url is None or not asked.form.is_sound or not proved(asked):
        return _page(asked)
    id_ = f"webhook-{secrets.token_hex(8)}"
    try:
        asked.web.station.desk.do(lambda writer: add_webhook(writer, id_, url, events, by(asked)))
    except DevicelogError as error:
        asked.form.refuse("url", error)
        return _page(asked)
    with asked.web.reading() as reader:
        secret = shown_secret(secret_of(reader.folder, id_))
    _wake(asked)
    return _page(asked, secret=secret, made=url)


@pages.post("/administration/webhooks/{id_}/remove", needs=Permission.MANAGE_WEBHOOKS, proved=True)
def remove(id_: str, asked: Asked) -> Response:
    """Tell it no more."""
    try:
        asked.web.station.desk.do(lambda writer: remove_webhook(writer, id_, by(asked)))
    except DevicelogError as error:
        asked.form.refuse("webhook", error)
        return _page(asked)
    _wake(asked)
    return asked.go("/administration/webhooks")


def _wake(asked: Inquiry) -> None:
    asked.request.app.state.hall.courier.wake()


def _page(asked: Inquiry, **more: Any) -> Response:
    with asked.web.reading() as reader:
        rows, hooks = outbox.told(reader), webhooks(reader)
        sessions = {one.number: one.id for one in reader.sessions()} if rows else {}
    shown = []
    for hook in hooks:
        own = [row for row in rows if row.content.target == f"{outbox.WEBHOOK}:{hook.id}"]
        tries = [(row, sessions.get(row.session, "")) for row in own if row.content.tries][-_TRIES:]
        shown.append((hook, sum(row.is_open for row in own), tries[::-1]))
    chosen = asked.form.all("events") or [CLOSED, SIGNED]
    given = {"hooks": shown, "events": EVENTS, "chosen": chosen, "secret": None, "made": None}
    return page(asked, "webhooks.html", **(given | more))
