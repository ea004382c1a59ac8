"""Chromium, as figures and tests start it."""

from __future__ import annotations

from shutil import which

#: What it needs to run alone: as root, without a screen, and without asking its maker for anything.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING = "no Chromium on this computer; Debian and Ubuntu: apt-get install chromium"
#: The one without windows of its own comes first: in the other, closing a tab sometimes never ends.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """The path of the browser; None where there is none."""
    return next((path for name in _NAMES if (path := which(name))), None)
