"""The keys of the installation, the statement of its last seal for a witness, and changing the key."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from devicelog.accounts.permission import Permission
from devicelog.errors import DevicelogError, NotNowError
from devicelog.ledger import fingerprint
from devicelog.store.rotation import rotate
from devicelog.store.writer import Writer
from devicelog.web.gate import Asked, Gate
from devicelog.web.inquiry import Inquiry
from devicelog.web.pages.administration.attention import key_since
from devicelog.web.pages.administration.proof import page, proved
from devicelog.web.pages.witnesses import tell_witnesses
from devicelog.witness import qr
from devicelog.witness.keeper import standing
from devicelog.witness.text import seal_text

pages = Gate()


@pages.get("/administration/keys", needs=Permission.MANAGE_KEYS)
def keys(asked: Asked) -> Response:
    """Every key in its order, where they are kept, and the witnesses."""
    return _page(asked)


def _page(asked: Inquiry) -> Response:
    with asked.web.reading() as reader:
        chain = reader.keychain().keys
        last = next(iter(reader.seals_from(reader.seal_count())), None)
        context: dict[str, Any] = {
            "installation": reader.folder.id,
            "folder": reader.folder.keys.folder,
            "chain": [(fingerprint(key), key.hex(), at) for key, at in zip(chain, key_since(reader), strict=True)],
            "statement": seal_text(last) if last is not None else None,
            "witnesses": standing(reader),
        }
    return page(asked, "keys.html", **context)


@pages.get("/administration/keys/seal.svg", needs=Permission.MANAGE_KEYS)
def seal(asked: Asked) -> Response:
    """The last seal as a QR code, to be printed and kept where this computer cannot reach it."""
    with asked.web.reading() as reader:
        last = next(iter(reader.seals_from(reader.seal_count())), None)
    if last is None:
        raise HTTPException(404)
    return Response(qr.svg(seal_text(last)), media_type="image/svg+xml")


@pages.post("/administration/keys/witnesses", needs=Permission.MANAGE_KEYS)
def witnesses(asked: Asked) -> Response:
    """Write to the witnesses what they lack."""
    tell_witnesses(asked.web)
    return asked.go("/administration/keys")


@pages.post("/administration/keys/rotate", needs=Permission.MANAGE_KEYS, once=True)
def rotating(asked: Asked) -> Response:
    """A new key; the old one signs it over and is gone."""
    if not asked.form.has("sure"):
        asked.form.refuse("sure", asked.t("admin-keys-sure-needed"))
    if not asked.form.is_sound or not proved(asked):
        return _page(asked)
    station = asked.web.station

    def job(writer: Writer) -> bytes:
        if station.current is not None:
            raise NotNowError("a session is being recorded, and is sealed with this key; change it when it has ended.")
        return rotate(writer)

    try:
        station.desk.do(job)
    except DevicelogError as error:
        asked.form.refuse("sure", error)
        return _page(asked)
    tell_witnesses(asked.web)
    return asked.go("/administration/keys")
