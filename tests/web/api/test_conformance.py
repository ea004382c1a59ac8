"""The served API keeps to its own description, whatever it is sent: schemathesis with all its checks but one.

`positive_data_acceptance` wants all to be taken that the schema allows; a plan, a name and an address are also held
against what they mean, which no schema says.

A longer run: DEVICELOG_API_EXAMPLES=500 python -m pytest -o faulthandler_timeout=0 tests/web/api/test_conformance.py
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.web.api.clinic import begun, client, over, token

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.web.served import Served

EXAMPLES = int(os.environ.get("DEVICELOG_API_EXAMPLES", "3"))


def test_every_answer_is_as_described_whatever_is_sent(station: Served) -> None:
    with client(station) as program:
        session = begun(program)
        over(station, program, session)
        headers = {"Authorization": f"Bearer {token(station)}"}
        schema = schemathesis.openapi.from_url(f"{station.url}/api/v1/openapi.json", headers=headers)
    operations = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    assert len(operations) > 15
    for operation in operations:
        if operation.path == "/api/v1/stream":  # it never ends; test_stream.py looks at it
            continue

        _conforms(operation, headers, session)()
    assert station.station.current is None


def _conforms(operation: Any, headers: dict[str, str], session: str) -> Callable[[], None]:
    """Sends requests of an operation, and holds each answer against the description."""

    @given(data=st.data())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def conforms(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy())
        if "session" in case.path_parameters and data.draw(st.booleans()):
            case.path_parameters["session"] = session
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    return conforms


def test_the_description_is_one_of_openapi_3_1(station: Served) -> None:
    with client(station, "devices:read") as program:
        found = program.get("/api/v1/openapi.json").json()
    assert found["openapi"] == "3.1.0"
    known = found["components"]["schemas"]
    missing = [ref for ref in _refs(found) if ref.removeprefix("#/components/schemas/").partition("/")[0] not in known]
    assert not missing
    assert found["components"]["schemas"]["Record"]["properties"]["session"]


def _refs(of: object) -> list[str]:
    if isinstance(of, dict):
        own = [of["$ref"]] if isinstance(of.get("$ref"), str) else []
        return own + [ref for one in of.values() for ref in _refs(one)]
    return [ref for one in of for ref in _refs(one)] if isinstance(of, list) else []


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing outside this computer is told of what is registered here."""
    monkeypatch.setattr("devicelog.delivery.courier.send", _sent_nowhere)


def _sent_nowhere(*_: object) -> object:
    from devicelog.delivery.outcome import Taken

    return Taken({})
