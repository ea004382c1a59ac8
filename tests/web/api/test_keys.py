"""A request with a key is one, however many others come while it is at work."""

from __future__ import annotations

from typing import Any

import pytest

from devicelog.account import ServiceToken
from devicelog.web.api import keys
from devicelog.web.api.caller import Caller
from devicelog.web.api.keys import Keys
from devicelog.web.api.problem import ProblemError

NOWHERE: Any = None  # where it was asked is not looked at
PROGRAM = Caller(NOWHERE, NOWHERE, ServiceToken("t-1", "a program", frozenset(), 0, "a test", 1, None, None, None))


def test_a_request_that_is_at_work_is_not_forgotten_for_those_that_are_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keys, "_MOST", 3)
    caller, known = PROGRAM, Keys()
    with known.once(caller, "slow", "begin"):
        for name in ("one", "two", "three", "four"):
            with known.once(caller, name, "state") as once:
                once.keep(name)
        with pytest.raises(ProblemError, match="still at work"), known.once(caller, "slow", "begin"):
            pass
    with known.once(caller, "four", "state") as again:
        assert again.before == "four"
    with known.once(caller, "one", "state") as forgotten:
        assert forgotten.before is None
