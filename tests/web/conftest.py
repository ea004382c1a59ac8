"""A station that is served on a port of its own; the browser that looks at it is that of browsing.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.served import served_alone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.served import Served


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A station with an empty store, shared by the tests of a module."""
    with served_alone(tmp_path_factory.mktemp("station")) as one:
        yield one
