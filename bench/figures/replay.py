"""How long a 45-minute session of a simulated no-needle unit takes to be decoded, judged and chained again."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench.offline import Tape
from bench.table import Section, middle, number
from devicelog import registry
from devicelog.replay.replay import differences
from devicelog.store.reader import Reader

_SCENARIO = Path(__file__).parents[1] / "current-45-min.toml"
_READ_EVERY_MS = 250


def measure(quick: bool) -> Section:
    """Record it once as fast as it goes, then replay it from the store and hold it against what is there."""
    section = Section("Replay: a 45-minute session of a simulated no-needle unit", ("what", "wall s", "CPU s"))
    with tempfile.TemporaryDirectory(prefix="devicelog-bench-") as folder:
        entries = _record(Path(folder))
        taken = [_replay(Path(folder)) for _ in range(3 if quick else 7)]
    wall, cpu = middle([wall for wall, _ in taken]), middle([cpu for _, cpu in taken])
    section.rows.append((f"{entries:,} entries from the store, compared", number(wall), number(cpu)))
    section.data = {"entries": entries, "wall_s": wall, "cpu_s": cpu}
    section.target("replay (s)", found=wall, most=1)
    return section


def _record(folder: Path) -> int:
    device = registry.simulator("reference-noneedle").start(1, _SCENARIO)
    with Tape(folder, ["reference-noneedle@sim"], "noneedle-ionto-dc-face") as tape:
        at_ms = 0
        while not device.finished:
            at_ms += _READ_EVERY_MS
            tape.receive(1, at_ms, device.advance(_READ_EVERY_MS / 1000))
            tape.commit_some()
        tape.end()
        return tape.entries


def _replay(folder: Path) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    with Reader.open(folder / "store") as store:
        found = list(differences(store, store.session("last")))
    if found:
        raise RuntimeError(f"the replay differs from what was recorded at entry {found[0].number}")
    return time.perf_counter() - wall, time.process_time() - cpu
