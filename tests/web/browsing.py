"""A real browser for the tests of pages, one for all tests of a process (tests/conftest.py takes the fixture in).

Without Chromium the tests that ask for it are skipped and say so; in CI (CI=true) that is a failure.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

import bench.browser
from bench.browser import ARGUMENTS, MISSING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

#: Longer than anything takes on a computer with much to do (ms).
PATIENCE = 40_000


def chromium() -> str:
    """The path of the browser; skips the test that asks where there is none."""
    found = bench.browser.chromium()
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a process; each test has a context of its own."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        yield launched
        launched.close()
