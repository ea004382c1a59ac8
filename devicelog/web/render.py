"""Turns templates into pages and fragments, in a language; whatever stands in a record is escaped."""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from devicelog import __version__
from devicelog.accounts.session import IDLE
from devicelog.web import shown
from devicelog.web.navigation import places_for
from devicelog.web.repeats import ONCE, new_name
from devicelog.web.texts import LANGUAGES, Texts
from devicelog.web.visitor import Visitor

_HERE = Path(__file__).parent


class Renderer:
    """One for the application; templates are read once."""

    def __init__(self) -> None:
        self._texts = {language: Texts(language) for language in LANGUAGES}
        self._assets = {file.name: _digest(file) for file in (_HERE / "static").iterdir() if file.is_file()}
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {"asset": self._asset, "version": __version__, "languages": LANGUAGES}
        self._environment.globals["once"] = _once
        self._environment.globals["idle_s"] = IDLE // 1_000_000_000
        self._environment.filters |= shown.FILTERS

    def texts(self, language: str) -> Texts:
        """What pages say in a language."""
        return self._texts[language]

    def frame(self, visitor: Visitor, path: str) -> dict[str, Any]:
        """What the frame of a whole page is given."""
        token = partial(_token, visitor.csrf)
        return {"visitor": visitor, "path": path, "token": token, "places": places_for(visitor)}

    def text(self, language: str, template: str, /, **context: Any) -> str:
        """A template, a whole page or a fragment of one, with what it is given."""
        made = self._environment.get_template(template)
        return made.render(t=self._texts[language], lang=language, **context)

    def _asset(self, name: str) -> str:
        """The path of a file of ours; another content has another path, so that browsers may keep it."""
        return f"/static/{name}?{self._assets[name]}"


def _token(csrf: str) -> Markup:
    """The hidden field that says that a form comes from a page of this log-in session."""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(csrf) if csrf else Markup("")


def _once() -> Markup:
    """The hidden field with which a form that is sent twice is taken once."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(ONCE, new_name())


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()[:12]
