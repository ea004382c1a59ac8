"""One page of the station as somebody sees it, to be looked at."""

from __future__ import annotations

from dataclasses import dataclass

from tests.web.sight.acts import Act


@dataclass(frozen=True, slots=True)
class Row:
    """A page as somebody sees it. `first` is done before it is opened, `then` on it."""

    route: str
    who: str
    path: str = ""
    then: tuple[Act, ...] = ()
    first: tuple[Act, ...] = ()
    what: str = ""

    @property
    def name(self) -> str:
        return f"{self.path or self.route} as {self.who or 'nobody'}{self.what and f', {self.what}'}"
