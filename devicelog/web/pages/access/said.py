"""What the pages of this room share: why somebody was not let in, in words, and the picture for an authenticator."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from starlette.responses import Response

from devicelog import clock
from devicelog.accounts.proving import Refusal, Refused
from devicelog.web.inquiry import Inquiry
from devicelog.witness.qr import svg


def now() -> int:
    """The wall time in ns."""
    return clock.now().wall_ns


def refuse(asked: Inquiry, refused: Refused, field: str, wrong: str) -> None:
    """Say beside a field why it was refused; `wrong` is the text for what is simply not right."""
    names = {
        Refusal.WRONG: wrong,
        Refusal.CODE_NEEDED: "access-code-needed",
        Refusal.SET_UP_NEEDED: "access-set-up-needed",
        Refusal.PASSWORD_NEEDED: "access-password-needed",
    }
    if refused.why is Refusal.WAIT:
        minutes, seconds = divmod(refused.wait_s, 60)
        asked.form.refuse(field, asked.t("access-wait", minutes=minutes, seconds=seconds))
    else:
        asked.form.refuse(field, asked.t(names[refused.why]))


def again(asked: Inquiry, refused: Refused, template: str, **context: Any) -> Response:
    """The same page once more, with what is wrong; a browser is told how long to wait."""
    if refused.why is not Refusal.WAIT:
        return asked.page(template, 401, **context)
    answer = asked.page(template, 429, **context)
    answer.headers["retry-after"] = str(refused.wait_s)
    return answer


def chosen_password(asked: Inquiry) -> str | None:
    """The new password of a form; None if it was not typed alike twice, which the form then says."""
    first, second = asked.form.secret("password"), asked.form.secret("repeated")
    if first == second:
        return first
    asked.form.refuse("repeated", asked.t("access-not-alike"))
    return None


def picture(text: str) -> str:
    """A QR code as the address of a picture that stands in the page itself."""
    return f"data:image/svg+xml;base64,{b64encode(svg(text, title='QR')).decode()}"


def spaced(secret: str) -> str:
    """A secret in groups of four, to be typed."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
