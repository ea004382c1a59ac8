"""The doctor on what concerns the station: its accounts, its certificate, its port."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from devicelog.doctor import Grade, station
from devicelog.web import certificate
from devicelog.web.certificate import own_certificate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.doctor.conftest import Computer

pytestmark = pytest.mark.skipif("os.name != 'posix'", reason="modes of files are those of POSIX")

_TCP = "  sl  local_address rem_address st\n   0: 0100007F:{port:04X} 00000000:0000 {state} 00000000:00000000\n"


def test_accounts_that_others_may_open_are_bad(computer: Computer) -> None:
    file = computer.store / "accounts.db"
    file.write_bytes(b"as good as encrypted")
    file.chmod(0o600)
    assert computer.findings("accounts") == []
    file.chmod(0o640)
    [found] = computer.findings("accounts")
    assert (found.grade, found.mend) == (Grade.BAD, f"chmod 600 {file}")


@pytest.mark.parametrize(
    ("ago", "grade"), [(timedelta(), None), (timedelta(days=380), Grade.CARE), (timedelta(days=400), Grade.BAD)]
)
def test_a_certificate_near_its_end_is_said_before_tablets_refuse_it(
    computer: Computer, keys: Callable[[], Path], ago: timedelta, grade: Grade | None
) -> None:
    own_certificate(keys(), ["station.example"], datetime.now(UTC) - ago)
    assert [one.grade for one in computer.findings("certificate")] == ([grade] if grade else [])


def test_the_doctor_looks_at_the_file_that_the_station_makes() -> None:
    assert (station.CERTIFICATE, station.EARLY) == (certificate.CERTIFICATE, certificate.EARLY)


@pytest.mark.parametrize(("port", "state", "said"), [(8470, "0A", 1), (8470, "01", 0), (8471, "0A", 0)])
def test_another_program_at_the_stations_port_is_said(computer: Computer, port: int, state: str, said: int) -> None:
    computer.file("/proc/net/tcp", _TCP.format(port=port, state=state))
    assert len(computer.findings("port of the station")) == said
