"""The live page: from a reading's last byte on the wire to its digit on the screens of five tabs, and what it costs.

A real browser (Chromium) looks at a real station that records a pty. A digit counts as shown when the browser has made
the frame that it is on.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from bench.attended import attended, part_of
from bench.browser import ARGUMENTS, MISSING, chromium
from bench.interpreters import NotAvailableError
from bench.table import Section, number

_TABS = 5
#: Behind the last byte, for what is still on its way (s).
_AFTER = 2.0
_HEAD = (
    "load",
    "looked at by",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "max ms",
    "frames/s in a tab",
    "station's share of a core",
)

#: Keeps each count with the moment when it was put into the page, and when the frame with it was made (ms since 1970).
_WATCH = """() => {
  window.seen = [];
  let last = "";
  const now = () => performance.timeOrigin + performance.now();
  new MutationObserver(() => {
    const shown = document.querySelector(".of-injections .number")?.textContent;
    if (shown === last) return;
    last = shown;
    const one = [+shown, now(), 0];
    window.seen.push(one);
    const framed = new MessageChannel();
    framed.port1.onmessage = () => { one[2] = now(); };
    requestAnimationFrame(() => framed.port2.postMessage(0));
  }).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""


def measure(quick: bool) -> Section:
    """Twenty readings a second, and a full line, each with five tabs; the full line without any for comparison."""
    section = Section(f"The live page: wire to screen, {_TABS} tabs", _HEAD)
    seconds = 10 if quick else 60
    try:
        usual = _run(20, seconds, Looks(_TABS))
        tablets = _run(20, seconds, Looks(_TABS, apart=True))
        full = _run(300, seconds, Looks(_TABS))
        bare = _run(300, seconds, Looks(0))
    except NotAvailableError as error:
        section.missing("the live page", str(error))
        return section
    for what, found in (("20", usual), ("20", tablets), ("300", full), ("300", bare)):
        section.rows.append((f"{what} readings/s", *found.row()))
        section.data[f"{what} readings/s, {found.looks}"] = found.content()
    section.target("p95 at 20 readings/s (ms)", found=usual.latency(0.95), most=150)
    section.target("percent of a core for the page at 300 readings/s", found=(full.share - bare.share) * 100, most=15)
    section.notes.append("latency: from a reading's last byte written to the pty until the browser made the frame")
    section.notes.append("tabs: of one window, of which a browser makes frames for the one in front; windows: of all")
    return section


@dataclass(frozen=True, slots=True)
class Looks:
    """So many tabs, in one window or each in one of its own."""

    tabs: int
    apart: bool = False

    def __str__(self) -> str:
        return f"{self.tabs} {'windows' if self.apart else 'tabs'}"


class _Found:
    """Latencies in ms of every reading on every tab, sorted; `share` of a core that the station's process took."""

    def __init__(self, looks: Looks, latencies: Sequence[float], frames: float, share: float) -> None:
        self.looks = looks
        self.share = share
        self._latencies = sorted(latencies)
        self._frames = frames

    def latency(self, part: float) -> float:
        """What this part of the readings did not go beyond."""
        return part_of(self._latencies, part)

    def row(self) -> tuple[str, ...]:
        late = [number(self.latency(part)) for part in (0.5, 0.95, 0.99, 1)] if self._latencies else [""] * 4
        return (str(self.looks), *late, number(self._frames) if self._latencies else "", f"{self.share:.1%}")

    def content(self) -> dict[str, Any]:
        late = [self.latency(part) for part in (0.5, 0.95, 0.99, 1)] if self._latencies else []
        return {"latency_ms": late, "frames": self._frames, "core": self.share}


def _run(rate: int, seconds: int, looks: Looks) -> _Found:
    with attended(rate, seconds) as session, ExitStack() as stack:
        seen_by = stack.enter_context(looked_at(session.at, looks)) if looks.tabs else []
        session.begin()
        session.await_last(seconds)
        time.sleep(_AFTER)
        seen = [page.evaluate("window.seen") for page in seen_by]
        sent = session.end().sent
    late = [each for one in seen for each in _latencies(one, sent)]
    if len(late) < len(seen) * len(sent):
        raise NotAvailableError(f"{len(seen) * len(sent) - len(late)} readings were never seen on a screen")
    return _Found(looks, late, sum(map(len, seen)) / max(1, len(seen)) / seconds, session.share)


def _latencies(seen: Sequence[Sequence[float]], sent: Sequence[int]) -> Iterator[float]:
    """Of each reading: when a count of it or of a later one was on the screen, since it was sent."""
    to_wall = time.time_ns() - time.monotonic_ns()
    counts = [int(shown) for shown, _, _ in seen]
    for place, at in enumerate(sent, start=1):
        first = bisect_left(counts, place)
        if first < len(counts):
            yield seen[first][2] - (at + to_wall) / 1e6


@contextmanager
def looked_at(at: dict[str, str], looks: Looks) -> Iterator[list[Any]]:
    """The tabs that have a screen, of a browser that shows the session in all of them."""
    found = chromium()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise NotAvailableError("playwright is not installed") from None
    if found is None:
        raise NotAvailableError(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        windows = [_window(browser, at) for _ in range(looks.tabs if looks.apart else 1)]
        pages = [window.new_page() for window in windows for _ in range(1 if looks.apart else looks.tabs)]
        for page in pages:
            page.goto("/live")
            page.locator("#live-figures").wait_for()
            page.evaluate(_WATCH)
        yield pages if looks.apart else pages[-1:]
        browser.close()


def _window(browser: Any, at: dict[str, str]) -> Any:
    context = browser.new_context(base_url=at["url"], viewport={"width": 1280, "height": 800})
    context.add_cookies([{"name": "devicelog", "value": at["token"], "url": at["url"]}])
    return context
