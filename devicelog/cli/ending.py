"""Ctrl-C, SIGTERM and a terminal that is closed end what runs in order."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType


def end_on_signals(end: Callable[[str], None]) -> None:
    """Call `end` with who asked for it, in words, when a signal asks; under nohup a closed terminal asks nothing."""

    def ask(number: int, _: FrameType | None) -> None:
        end("asked by the user" if number == signal.SIGINT else "asked by the system")

    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        asked = getattr(signal, name, None)
        if asked is not None and not (name == "SIGHUP" and signal.getsignal(asked) is signal.SIG_IGN):  # nohup
            signal.signal(asked, ask)
