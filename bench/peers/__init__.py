"""Who is measured: devicelog, what a user would pick instead, and the limit; modules with `record(job, watch)`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Peer:
    """One way to keep readings.

    `guarantee` says what is sure of a reading once it counts as kept here. `frames` is what it reads ("" for nothing).
    `flood` is how many readings a run takes, so that a run lasts seconds. `foreign` peers run in bench/.venv.
    """

    name: str
    title: str
    guarantee: str
    module: str
    flood: int
    frames: str = "dlr1"
    foreign: bool = False


DEVICELOG = "devicelog"
WITHIN = "devicelog-within"
LIMIT = "limit"

_OURS = "durable (power cut), CRC, units, verdict, hash chain, signed seals, raw bytes kept, encrypted"

PEERS = {
    peer.name: peer
    for peer in (
        Peer(DEVICELOG, "devicelog", f"{_OURS}; 3 limits exceeded at every reading", "bench.peers.recorder", 150_000),
        Peer(WITHIN, "devicelog, all within", f"{_OURS}; no limit reached", "bench.peers.recorder", 150_000),
        Peer(
            "csv",
            "pyserial + csv",
            "page cache only (lost at a power cut); floats compared; no CRC, verdict kept as text, nothing to prove",
            "bench.peers.handwritten_csv",
            150_000,
        ),
        Peer(
            "csv-readline",
            "pyserial readline + csv",
            "as above, with the `port.readline()` of every tutorial",
            "bench.peers.readline_csv",
            4_000,
        ),
        Peer(
            "sqlite-pint",
            "pyserial + sqlite3 + pint",
            "durable, a commit for each reading; pint quantities compared; plain, no CRC, nothing to prove",
            "bench.peers.sqlite_pint",
            2_000,
        ),
        Peer(
            "python-can",
            "python-can serial to SqliteWriter",
            "durable up to 5 s later; raw frames only: no units, no verdict; plain, nothing to prove",
            "bench.peers.python_can",
            20_000,
            "can",
            foreign=True,
        ),
        Peer(
            "qcodes",
            "QCoDeS dataset, write period 20 ms",
            "durable in groups, the last waits for the next reading; floats compared; plain, no CRC, nothing to prove",
            "bench.peers.qcodes_dataset",
            20_000,
            foreign=True,
        ),
        Peer(
            LIMIT,
            "the limit: bare apsw inserts",
            "durable, encrypted; the finished entry rows, from memory: nothing read, decoded, checked or hashed",
            "bench.peers.bare_inserts",
            150_000,
            "",
        ),
    )
}
