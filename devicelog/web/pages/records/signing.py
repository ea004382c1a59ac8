"""A record reviewed and signed: what it lacks is named first, and whoever signs proves again who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from devicelog import clock
from devicelog.accounts.permission import Permission
from devicelog.accounts.proving import Refusal, Refused
from devicelog.accounts.session import needs_totp, recently_attested
from devicelog.amending import signing
from devicelog.naming import named
from devicelog.record.completeness import completeness
from devicelog.record.response import Meaning
from devicelog.record.signatures import signatures, status
from devicelog.stored import readable
from devicelog.web.gate import Asked, Gate
from devicelog.web.inquiry import Inquiry
from devicelog.web.pages.records.sheets import Can, can
from devicelog.web.pages.records.shelf import SHELF
from devicelog.web.pages.records.sight import Sight, sight
from devicelog.web.pages.records.statements import signature_state
from devicelog.web.pages.records.words import Words
from devicelog.web.pages.records.writing import must, must_be_over, written

if TYPE_CHECKING:
    from devicelog.search.digest import Listed
    from devicelog.store.reader import SessionRow

pages = Gate()

#: What a wrong proof is answered with, beside its field.
_WHY = {
    Refusal.WRONG: "records-proof-wrong",
    Refusal.WAIT: "records-proof-wait",
    Refusal.CODE_NEEDED: "records-proof-code",
    Refusal.SET_UP_NEEDED: "records-proof-code",
    Refusal.PASSWORD_NEEDED: "records-proof-password",
}


@pages.get("/sessions/{session}/sign", needs=Permission.READ_SESSIONS)
def ask(session: str, asked: Asked) -> Response:
    """What would be signed, and what it lacks."""
    with sight(asked) as seen:
        row, line, allowed = _over(seen, session)
        must(allowed.sign or allowed.review)
        seen.log("sign", session=row)
        return _form(seen, row, line, allowed)


@pages.post("/sessions/{session}/sign", needs=Permission.READ_SESSIONS, once=True)
def sign(session: str, asked: Asked) -> Response:
    """Sign it, if all is named and the person is who they are."""
    form = asked.form
    with sight(asked) as seen:
        row, line, allowed = _over(seen, session)
        must(allowed.sign)
        role = form.read("role", lambda text: named(text, "role"))
        registration = form.text("registration")
        meaning = form.text("meaning")
        if meaning not in set(Meaning):
            form.refuse("meaning", asked.web.renderer.texts(asked.visitor.language)("records-sign-choose"))
        if form.is_sound:
            _prove(asked)
        if form.is_sound:
            assert role is not None
            with form.at("meaning"):
                made = written(
                    asked,
                    row,
                    lambda writer, now: signing.sign(
                        writer,
                        now,
                        by=seen.person.name,
                        role=role,
                        registration=named(registration, "registration") if registration else None,
                        meaning=Meaning(meaning),
                        despite_missing=form.has("despite"),
                    ),
                )
                if made.entry is None:
                    form.refuse("despite", asked.web.renderer.texts(asked.visitor.language)("records-sign-missing"))
        return _stated(seen, row, line, allowed)


@pages.post("/sessions/{session}/review", needs=Permission.REVIEW, once=True)
def review(session: str, asked: Asked) -> Response:
    """State that somebody looked through it."""
    form = asked.form
    with sight(asked) as seen:
        row, line, allowed = _over(seen, session)
        must(allowed.review)
        role = form.read("review-role", lambda text: named(text, "role"))
        text = form.text("found") or None
        if form.is_sound:
            assert role is not None
            with form.at("found"):
                said = named(text, "text") if text is not None else None
                written(
                    asked,
                    row,
                    lambda writer, now: signing.review(writer, now, by=seen.person.name, role=role, text=said),
                )
        return _stated(seen, row, line, allowed)


def _over(seen: Sight, session: str) -> tuple[SessionRow, Listed, Can]:
    """A session that is over, its line in lists, and what the visitor may do with it."""
    row, line = seen.session(session)
    must_be_over(row)
    return row, line, can(seen, row, line)


def _stated(seen: Sight, row: SessionRow, line: Listed, allowed: Can) -> Response:
    """On to the signatures; or the page once more, with what is wrong beside its field."""
    if seen.asked.form.is_sound:
        return seen.asked.go(f"/sessions/{row.id}#signatures")
    return _form(seen, row, line, allowed, 422)


def _prove(asked: Inquiry) -> None:
    """Whether the PIN or the password that was given is this person's; what is wrong stands beside the field."""
    form, visitor, door = asked.form, asked.visitor, asked.web.accounts.door
    assert visitor.person is not None
    secret, now = form.secret("secret"), clock.now().wall_ns
    text = asked.web.renderer.texts(visitor.language)
    if not secret:
        form.refuse("secret", text("records-proof-none"))
        return
    if visitor.person.has_pin and secret.isascii() and secret.isdigit():
        proved = door.enter_pin(visitor.token, secret, now)
    else:
        code = form.text("code") or None
        proved = door.prove(visitor.token, secret, now, address=visitor.address, is_local=visitor.is_local, code=code)
    if isinstance(proved, Refused):
        field = "code" if proved.why in (Refusal.CODE_NEEDED, Refusal.SET_UP_NEEDED) else "secret"
        form.refuse(field, text(_WHY[proved.why], seconds=proved.wait_s))
    elif not recently_attested(proved, proved.at):
        form.refuse("secret", text("records-proof-wrong"))


def _form(seen: Sight, row: SessionRow, line: Listed, allowed: Can, code: int = 200) -> Response:
    asked = seen.asked
    record = SHELF.folded(seen.reader, row).record
    with readable("the record", row):
        items = completeness(record)
        made = signatures(record)
        state = signature_state(status(record))
    return asked.page(
        "records/sign.html",
        code,
        row=row,
        line=line,
        items=items,
        lacks=any(not item.holds for item in items),
        made=made,
        state=state,
        meanings=[meaning.value for meaning in Meaning],
        person=seen.person,
        needs_code=needs_totp(seen.person, asked.visitor.is_local),
        entries=record.entries,
        can=allowed,
        word=Words(asked.web.renderer.texts(asked.visitor.language)),
    )
