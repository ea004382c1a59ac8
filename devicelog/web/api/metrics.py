"""What can be counted, as Prometheus reads it: no label holds anything of a patient, a person or a device's number."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.responses import Response

from devicelog import __version__, clock
from devicelog.accounts.permission import Permission
from devicelog.errors import DevicelogError
from devicelog.station.counts import BOUNDS
from devicelog.store.figures import figures
from devicelog.web.api.gate import Api, Called

if TYPE_CHECKING:
    from devicelog.web.api.hall import Hall
    from devicelog.web.context import Web

api = Api("metrics")

_STATES = ("running", "ended", "interrupted", "refused", "damaged")


def _when_allowed(web: Web) -> bool:
    return web.settings.open_metrics


@api.get(
    "/metrics",
    needs=Permission.SEE_METRICS,
    here=_when_allowed,
    response_class=Response,
    responses={200: {"description": "Prometheus text.", "content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics(caller: Called) -> Response:
    """All metrics now."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Metrics(caller.web, caller.hall))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)


class Metrics(Collector):
    """Looks at the station when it is asked; nothing is counted for it but what the hub counts anyway."""

    def __init__(self, web: Web, hall: Hall) -> None:
        self._web = web
        self._hall = hall

    def collect(self) -> Iterator[Metric]:
        """Every family, once."""
        yield _gauge("devicelog_build_info", "The version that runs.", 1, version=__version__)
        yield from self._recorded()
        yield from self._now()
        yield from self._stored()

    def _recorded(self) -> Iterator[Metric]:
        counts = self._web.station.counts
        yield _counter("devicelog_entries_acknowledged", "Entries that became durable since the start.", counts.entries)
        latency = HistogramMetricFamily(
            "devicelog_commit_latency_seconds", "From the arrival of the newest bytes of a commit until it was durable."
        )
        bounds = [*map(str, BOUNDS), "+Inf"]
        totals = list(accumulate(counts.latencies))
        latency.add_metric([], list(zip(bounds, map(float, totals), strict=True)), counts.latency_sum)
        yield latency
        for kind, said in (
            ("bad_frame", "Frames that could not be read, since the start."),
            ("gap", "Gaps that began since the start."),
            ("alarm", "Alarms that began since the start."),
            ("link_lost", "Times that a device was lost since the start."),
        ):
            yield _counter(f"devicelog_{kind}s", said, counts.kinds[kind])

    def _now(self) -> Iterator[Metric]:
        station = self._web.station
        running = station.current
        yield _gauge("devicelog_recording", "Whether a session is being recorded.", float(running is not None))
        waiting = running.recording.waiting if running is not None else 0
        yield _gauge("devicelog_backlog_entries", "Entries and chunks that are in memory only.", waiting)
        trouble = running is not None and running.hub.unsafe is not None
        yield _gauge("devicelog_store_trouble", "Whether what is recorded does not become durable.", float(trouble))
        up = len(station.counts.links_up) if running is not None else 0
        yield _gauge("devicelog_links_up", "Devices whose link is up.", up)
        yield _gauge("devicelog_tablets", "Tablets that look at the live page.", self._web.broadcasts.looking)
        yield _gauge("devicelog_api_waiting", "Programs that wait for entries.", self._hall.feed.waiting)
        yield _gauge("devicelog_desk_alive", "Whether the thread that writes is alive.", float(station.desk.is_alive))
        free = shutil.disk_usage(self._web.store).free
        yield _gauge("devicelog_disk_free_bytes", "Room on the disk of the store.", free)

    def _stored(self) -> Iterator[Metric]:
        try:
            with self._web.reading() as reader:
                found = figures(reader)
        except DevicelogError:
            return
        sessions = GaugeMetricFamily("devicelog_sessions", "Sessions in the store, by state.", labels=["state"])
        for state in dict.fromkeys((*_STATES, *found.sessions)):
            sessions.add_metric([state], found.sessions.get(state, 0))
        yield sessions
        waiting = GaugeMetricFamily("devicelog_outbox_waiting", "Deliveries that are to be made.", labels=["format"])
        for name in dict.fromkeys(("webhook", *found.waiting)):
            waiting.add_metric([name], found.waiting.get(name, 0))
        yield waiting
        if found.sealed is not None:
            age = max(0.0, (clock.now().wall_ns - clock.wall_ns(found.sealed)) / 1e9)
            yield _gauge("devicelog_last_seal_age_seconds", "How long ago something was sealed last.", age)


def _gauge(name: str, said: str, value: float, **labels: str) -> Metric:
    family = GaugeMetricFamily(name, said, labels=list(labels))
    family.add_metric(list(labels.values()), value)
    return family


def _counter(name: str, said: str, value: float) -> Metric:
    return CounterMetricFamily(name, said, value=value)
