"""The beginning, and the language."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from devicelog.web.gate import Asked, Gate, Open
from devicelog.web.navigation import places_for
from devicelog.web.pages.access.proving import WAITING
from devicelog.web.paths import own_path
from devicelog.web.texts import LANGUAGES
from devicelog.web.visitor import LANGUAGE_COOKIE

pages = Gate()

_YEAR = 365 * 24 * 3600


@pages.get("/", needs=Open.KNOWN)
def home(asked: Asked) -> Response:
    """To the session in progress, or to the first place that is open to the visitor."""
    places = places_for(asked.visitor)
    return asked.go(places[0].path if places else "/account")


@pages.post("/language", needs=Open.ANYBODY)
def language(asked: Asked) -> Response:
    """Keep the language that was chosen, and go back: to a page, or with the form that waits for the password."""
    waits = asked.form.has("then")
    response = RedirectResponse(WAITING, 307) if waits else asked.go(own_path(asked.form.text("back")))
    chosen = asked.form.text("language")
    if chosen in LANGUAGES:
        secure = asked.web.settings.is_secure
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=_YEAR, httponly=True, samesite="strict", secure=secure)
    return response
