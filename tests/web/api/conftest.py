"""The program of the clinic's that most tests of the API are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.api.clinic import client

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from tests.web.served import Served


@pytest.fixture(scope="module")
def program(station: Served) -> Iterator[httpx.Client]:
    """A program with a token of every scope."""
    with client(station) as one:
        yield one
