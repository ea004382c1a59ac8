"""The fragments of one session as they were last sent, for each language and kind of view."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from markupsafe import Markup

from devicelog.web.live import fragments
from devicelog.web.live.access import View
from devicelog.web.live.fragments import When
from devicelog.web.live.seen import Seen

if TYPE_CHECKING:
    from devicelog.station.running import Running
    from devicelog.web.live.fragments import Fragment, Shows
    from devicelog.web.live.tablet import Audience
    from devicelog.web.render import Renderer

#: Gives the field of a form that holds its token; a fragment that is swapped needs none, because a script sends it.
Token = Callable[[], Markup]


def _no_token() -> Markup:
    return Markup("")


class ShownSession:
    """What tablets see of a session; belongs to the event loop."""

    def __init__(self, running: Running, renderer: Renderer) -> None:
        self.running = running
        self.seen = Seen(running)
        self._renderer = renderer
        self._shows: dict[str, Shows] = {}
        self._second = -1
        self._sent: dict[Audience, dict[str, tuple[Shows, str]]] = {}

    @property
    def record_has_begun(self) -> bool:
        """Whether the session has its first entry; before that there is nothing to be seen."""
        return bool(self.seen.record.started)

    def look(self, when: When = When.SECOND) -> None:
        """See the session as it is now; `when` is what has happened since the last look, besides time."""
        second = self.seen.second
        if second != self._second:
            self._second, when = second, When.SECOND
        for one in fragments.FRAGMENTS:
            if one.when >= when or one.id not in self._shows:
                self._shows[one.id] = one.shows(self.seen)

    def changed(self, audience: Audience) -> list[tuple[str, str]]:
        """What an audience sees otherwise than when it was asked last: ids and texts."""
        sent = self._sent.setdefault(audience, {})
        found = []
        for one in fragments.of(audience[1]):
            shows, before = self._shows[one.id], sent.get(one.id)
            if before is None or before[0] != shows:
                text = self._text(one, audience, _no_token)
                sent[one.id] = (shows, text)
                found.append((one.id, text))
        return found

    def whole(self, audience: Audience) -> list[tuple[str, str]]:
        """All that an audience sees."""
        if not self._shows:
            self.look()
        self.changed(audience)
        return [(id_, text) for id_, (_, text) in self._sent[audience].items()]

    def page(self, audience: Audience, token: Token) -> dict[str, Markup]:
        """All that one visitor sees, for a page whose forms hold a token of his own."""
        self.look()
        return {
            one.id.removeprefix("live-"): Markup(self._text(one, audience, token))  # noqa: S704 - a template of ours
            for one in fragments.of(audience[1])
        }

    def forget(self, audience: Audience) -> None:
        """Nobody sees it so any more."""
        self._sent.pop(audience, None)

    def _text(self, one: Fragment, audience: Audience, token: Token) -> str:
        language, view = audience
        given = {"acts": view is View.ACTING, "locked": view is View.LOCKED, "token": token, **self._shows[one.id]}
        return self._renderer.text(language, one.template, **given)
