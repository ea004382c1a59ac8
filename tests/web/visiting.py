"""A visitor without a screen: keeps cookies, and sends forms with the token of their page, as a browser does."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import httpx

from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

#: More pages than lead to each other anywhere.
_REDIRECTS = 10
_TOKEN = re.compile(r'data-csrf="([0-9a-f]{64})"')
_KEY = re.compile(r"<code>([A-Z2-7 ]{39})</code>")
_CODES = re.compile(r"<code>((?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4})</code>")


class Visit:
    """One browser at a station; `tablet` is one that is not at the station's own computer."""

    def __init__(self, url: str, *, tablet: bool = False, token: str | None = None, cookie: str = "devicelog") -> None:
        headers = {"origin": url} | ({"x-forwarded-for": "192.168.7.20"} if tablet else {})
        self.http = httpx.Client(base_url=url, headers=headers, verify=False, timeout=PATIENCE)
        if token is not None:
            self.http.cookies.set(cookie, token)
        self.csrf = ""
        self.page: httpx.Response

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.http.close()

    def get(self, path: str) -> httpx.Response:
        """A page."""
        return self._took(self.http.get(path))

    def post(self, path: str, **fields: str | list[str]) -> httpx.Response:
        """A form of the page that was shown last; where it leads to is not followed."""
        return self._took(self.http.post(path, data={"csrf": self.csrf} | fields))

    def follow(self, answer: httpx.Response) -> httpx.Response:
        """The page that an answer leads to."""
        for _ in range(_REDIRECTS):
            if not answer.is_redirect:
                return answer
            answer = self.get(answer.headers["location"])
        raise AssertionError(f"led from page to page without end, at last to {answer.url}")

    @property
    def text(self) -> str:
        """The page that was shown last."""
        return html.unescape(self.page.text)

    @property
    def secret(self) -> str:
        """The key for an authenticator on it."""
        found = _KEY.search(self.page.text)
        assert found is not None, self.page.text
        return found.group(1).replace(" ", "")

    @property
    def codes(self) -> list[str]:
        """The codes on it: recovery codes, or a one-time code."""
        return _CODES.findall(self.page.text)

    def _took(self, answer: httpx.Response) -> httpx.Response:
        found = _TOKEN.search(answer.text)
        if found is not None:
            self.csrf = found.group(1)
        self.page = answer
        return answer
