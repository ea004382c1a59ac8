"""Wire to durable on one core when bytes are waiting: readings a second, time of each, bytes on disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from bench.peers import DEVICELOG, LIMIT, PEERS, WITHIN, Peer
from bench.run import Load, Run, measure_peer
from bench.table import Section, middle, number, ratio

_HEAD = (
    "peer",
    "readings/s",
    "for a CPU s",
    "CPU µs",
    "devicelog is faster",
    "(CPU)",
    "of the limit",
    "B on disk",
    "kept",
)
_RUNS = 5
_QUICK_SHARE = 4


def measure(quick: bool) -> Section:
    """All peers in turn, several times over, so that a noisy moment strikes all of them."""
    section = Section("Flood: wire to durable, one core, bytes always waiting", _HEAD)
    runs: dict[str, list[Run]] = {name: [] for name in PEERS}
    why: dict[str, str] = {}
    for number_of_run in range(_RUNS if not quick else 3):
        for peer in PEERS.values():
            if peer.name in why or (quick and number_of_run and peer.name not in (DEVICELOG, LIMIT)):
                continue
            count = peer.flood // _QUICK_SHARE if quick else peer.flood
            group = runs[DEVICELOG][-1].group if runs[DEVICELOG] else 1000
            found = measure_peer(peer.name, Load(count, seed=number_of_run), group=group)
            if isinstance(found, str):
                why[peer.name] = found
            else:
                runs[peer.name].append(found)
    for peer in PEERS.values():
        _add(section, peer, runs, why.get(peer.name))
    _targets(section, runs)
    return section


def _add(section: Section, peer: Peer, runs: dict[str, list[Run]], why: str | None) -> None:
    section.notes.append(f"{peer.title}: {peer.guarantee}")
    mine = runs[peer.name]
    if not mine:
        section.missing(peer.title, why or "it was not run")
        return
    if why is not None:
        section.notes.append(f"{peer.title}: run {len(mine) + 1} failed and the others were left out: {why}")
    wall, cpu = _middle(mine, lambda run: run.wall_us), _middle(mine, lambda run: run.cpu_us)
    ours, limit = runs[DEVICELOG], runs[LIMIT]
    section.rows.append(
        (
            peer.title,
            number(_middle(mine, lambda run: run.rate)),
            number(1e6 / cpu),
            number(cpu),
            ratio(wall, _middle(ours, lambda run: run.wall_us)),
            ratio(cpu, _middle(ours, lambda run: run.cpu_us)),
            f"{_middle(limit, lambda run: run.wall_us) / wall:.0%}" if limit else "",
            number(_middle(mine, lambda run: run.disk_bytes)),
            f"{sum(run.kept for run in mine) / sum(run.asked for run in mine):.0%}",
        )
    )
    section.data[peer.name] = {"guarantee": peer.guarantee, "runs": [_content(run) for run in mine]}


def _targets(section: Section, runs: dict[str, list[Run]]) -> None:
    ours = runs[DEVICELOG]
    if not ours:
        return
    section.target("readings/s on one core", found=_middle(ours, lambda run: run.rate), least=60_000)
    section.target("readings for a second of its CPU", found=1e6 / _middle(ours, lambda run: run.cpu_us), least=60_000)
    if runs[WITHIN]:
        section.target("with no limit reached", found=_middle(runs[WITHIN], lambda run: run.rate), least=60_000)
    section.target("bytes on disk for a reading", found=_middle(ours, lambda run: run.disk_bytes), most=200)
    if runs["qcodes"]:
        times = _middle(ours, lambda run: run.rate) / _middle(runs["qcodes"], lambda run: run.rate)
        section.target("times QCoDeS at its 20 ms write period", found=times, least=10)
    section.notes.append(f"devicelog committed {ours[-1].group} readings at a time; so did the limit")


def _middle(runs: list[Run], figure: Callable[[Run], float]) -> float:
    return middle([figure(run) for run in runs]) if runs else 0.0


def _content(run: Run) -> dict[str, object]:
    return {**asdict(run), "latencies": None, "readings_per_second": run.rate, "cpu_us": run.cpu_us}
