"""One full line at 300 readings/s: share of a core, time until a reading is kept, what is lost."""

from __future__ import annotations

from bench.peers import DEVICELOG, LIMIT, PEERS, Peer
from bench.run import Load, Run, measure_peer
from bench.table import Section, number, ratio

HEAD = ("peer", "core", "beside devicelog", "p50 ms", "p99 ms", "max ms", "not kept", "B on disk", "commits/s")
RATE = 300
_SECONDS, _OTHERS_SECONDS, _QUICK_SECONDS = 600, 30, 30


def measure(quick: bool) -> Section:
    """devicelog for ten minutes (30 s in a quick run), the others for half a minute each (in a quick run: not)."""
    seconds = _QUICK_SECONDS if quick else _SECONDS
    section = Section(f"Paced: {RATE} readings/s for {seconds} s, a full line at 115,200 baud", HEAD)
    ours = measure_peer(DEVICELOG, Load(RATE * seconds, RATE))
    _add(section, PEERS[DEVICELOG], ours, ours)
    for name in (LIMIT,) if quick else [name for name in PEERS if name != DEVICELOG]:
        _add(section, PEERS[name], measure_peer(name, Load(RATE * (8 if quick else _OTHERS_SECONDS), RATE)), ours)
    section.notes.append(
        "latency: from a reading's last byte written to the line until it is kept as each peer guarantees"
    )
    section.notes.append("the limit: a commit every 20 ms and nothing else")
    if not isinstance(ours, str):
        section.target("percent of a core", found=ours.share * 100, most=4)
        add_latency_targets(section, ours)
        section.target("bytes on disk for a reading", found=ours.disk_bytes, most=200)
    return section


def add_latency_targets(section: Section, run: Run) -> None:
    """Acknowledged in time, and nothing dropped."""
    section.target("p50 of the acknowledgement (ms)", found=run.latency(0.5), most=20)
    section.target("p99 of the acknowledgement (ms)", found=run.latency(0.99), most=40)
    section.target("readings dropped", found=run.asked - run.kept, most=0)


def _add(section: Section, peer: Peer, run: Run | str, ours: Run | str) -> None:
    if isinstance(run, str):
        section.missing(peer.title, run)
        return
    row, content = row_of(peer.title, run, ours.share if not isinstance(ours, str) else 0.0)
    section.rows.append(row)
    section.data[peer.name] = content


def row_of(title: str, run: Run, our_share: float) -> tuple[tuple[str, ...], dict[str, object]]:
    """A run as a row, and as --json holds it."""
    late = [run.latency(share) for share in (0.5, 0.99, 1)] if run.latencies else []
    row = (
        title,
        f"{run.share:.1%}",
        ratio(run.share, our_share),
        *([number(value) for value in late] or [""] * 3),
        str(run.asked - run.kept),
        number(run.disk_bytes),
        number(run.commits / run.wall_s),
    )
    content = {
        "core": run.share,
        "user_core": run.user_s / run.wall_s,
        "latency_ms": late,
        "asked": run.asked,
        "kept": run.kept,
        "disk_bytes": run.disk_bytes,
        "commits": run.commits,
        "peak_rss": run.peak_rss,
    }
    return row, content
