"""Every kind of session as FHIR, written once for all tests that look at it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from devicelog.export.fhir import bundles
from devicelog.export.pdf import session_pdf
from devicelog.export.session import ExportedSession
from tests.export.fhir.sessions import KINDS

PDF = b"%PDF-1.7 stands for the pages, which tests of their own look at"


@dataclass
class Written:
    """The files of one session."""

    name: str
    session: ExportedSession
    document: bytes
    transaction: bytes
    injections: bytes

    @cached_property
    def bundle(self) -> dict[str, Any]:
        """The document; its decimals as they are written."""
        found: dict[str, Any] = json.loads(self.document, parse_float=Decimal)
        return found

    @property
    def resources(self) -> list[dict[str, Any]]:
        return [entry["resource"] for entry in self.bundle["entry"]]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The resources of a type."""
        return [one for one in self.resources if one["resourceType"] == kind]

    def coded(self, code: str) -> list[dict[str, Any]]:
        """The observations and issues of a code of devicelog's own."""
        found = (one for one in self.resources if isinstance(one.get("code"), dict))
        return [one for one in found if any(each.get("code") == code for each in one["code"].get("coding", []))]

    def component(self, observation: Mapping[str, Any], code: str) -> dict[str, Any]:
        """The component of an observation with that code."""
        found: dict[str, Any] = next(
            one for one in observation["component"] if one["code"].get("coding", [{}])[0].get("code") == code
        )
        return found


def written(name: str, session: ExportedSession, folder: Path) -> Written:
    """Write a session; the PDF is a stand-in, because its pages are not looked at here."""
    folder.mkdir(parents=True, exist_ok=True)
    session.given(session_pdf.pdf, PDF)
    bundles.write(session, folder)
    bundles.write_injections(session, folder)
    files = (bundles.DOCUMENT, bundles.TRANSACTION, bundles.INJECTIONS)
    return Written(name, session, *((folder / file).read_bytes() for file in files))


@pytest.fixture(scope="session")
def every(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Written]:
    """Every kind of session by its name."""
    folder = tmp_path_factory.mktemp("fhir")
    return {name: written(name, make(), folder / name) for name, make in KINDS.items()}


@pytest.fixture(params=KINDS)
def each(every: Mapping[str, Written], request: pytest.FixtureRequest) -> Written:
    """One kind after the other."""
    return every[request.param]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[ExportedSession], Written]:
    """Writes a session that a test makes up."""
    return lambda session: written("own", session, tmp_path / "own")
