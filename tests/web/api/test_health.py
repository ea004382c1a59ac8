"""Health and metrics: for whatever watches over the station, and nothing of a patient in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from devicelog.recording.backlog import Trouble
from tests.waiting import until
from tests.web.api.clinic import begun, client, over

if TYPE_CHECKING:
    from tests.web.served import Served


def figures(text: str) -> dict[str, float]:
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found[sample.name + "".join(sample.labels.get(name, "") for name in ("state", "format", "le"))] = (
                sample.value
            )
    return found


def test_health_is_told_on_this_computer_without_a_token_and_elsewhere_only_with_one(station: Served) -> None:
    assert httpx.get(f"{station.url}/health/live").json() == {
        "status": "well",
        "checks": {"desk": {"holds": True, "why": None}},
    }
    elsewhere = {"x-forwarded-for": "192.0.2.7"}
    assert httpx.get(f"{station.url}/health/live", headers=elsewhere).status_code == 401
    with client(station, "devices:read") as program:
        assert program.get("/health/ready", headers=elsewhere).json()["status"] == "well"


def test_a_station_whose_disk_fails_is_not_ready(station: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    with client(station) as program:
        session = begun(program)
        running = station.station.current
        assert running is not None
        running.hub.warn(Trouble.FULL)
        answer = httpx.get(f"{station.url}/health/ready")
        assert (answer.status_code, answer.json()["status"]) == (503, "unwell")
        assert answer.json()["checks"]["writing"] == {"holds": False, "why": Trouble.FULL.value}
        running.hub.warn(None)
        over(station, program, session)
    monkeypatch.setattr("devicelog.web.api.health.LEAST_ROOM", 1 << 62)
    assert "disk" in [
        name for name, one in httpx.get(f"{station.url}/health/ready").json()["checks"].items() if not one["holds"]
    ]


def test_metrics_count_what_became_durable_and_name_nobody(station: Served) -> None:
    assert httpx.get(f"{station.url}/metrics").status_code == 401
    with client(station, "sessions:read") as other:
        assert other.get("/metrics").status_code == 403
    with client(station) as program:
        before = figures(program.get("/metrics").text)
        session = begun(program)
        until(lambda: program.get(f"/api/v1/sessions/{session}/state").json()["entries"] > 30, "entries come")
        during = figures(program.get("/metrics").text)
        over(station, program, session)
        text = program.get("/metrics").text
        entries = program.get(f"/api/v1/sessions/{session}/state").json()["entries"]
    after = figures(text)
    counted = after["devicelog_entries_acknowledged_total"] - before["devicelog_entries_acknowledged_total"]
    assert counted == entries
    assert (during["devicelog_recording"], during["devicelog_links_up"], after["devicelog_recording"]) == (1, 1, 0)
    assert after["devicelog_commit_latency_seconds_bucket+Inf"] > 0
    assert after["devicelog_sessionsended"] == before["devicelog_sessionsended"] + 1
    for name in ("P-", "Example", session):
        assert name not in text


def test_metrics_are_open_here_only_when_the_station_is_started_so(
    station: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    object.__setattr__(station.settings, "open_metrics", True)
    assert httpx.get(f"{station.url}/metrics").status_code == 200
    assert httpx.get(f"{station.url}/metrics", headers={"forwarded": "for=192.0.2.7"}).status_code == 401
    object.__setattr__(station.settings, "open_metrics", False)
