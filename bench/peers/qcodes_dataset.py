"""QCoDeS as its manual says: a Measurement with registered parameters, and `add_result` for each reading."""

from __future__ import annotations

import importlib
import logging
import os
from typing import TYPE_CHECKING, Any

from bench.peers.serial_lines import arrivals, depth_and_volume, is_trigger, open_port

if TYPE_CHECKING:
    from bench.job import Job
    from bench.watch import Watch

#: How often QCoDeS writes what it holds (s).
WRITE_PERIOD = 0.02
#: What is stored of a reading beside its sequence; each is a row of its own in QCoDeS.
_MEASURED = (("depth", "mm"), ("volume", "mL"))
_log = logging.getLogger("bench")


def record(job: Job, watch: Watch) -> None:
    """Until all readings are in the data set; runs with bench/.venv."""
    os.environ["HOME"] = str(job.path)  # QCoDeS writes its logs and settings there
    qcodes: Any = importlib.import_module("qcodes")
    dataset: Any = importlib.import_module("qcodes.dataset")
    watch.outcome.versions = {"qcodes": qcodes.__version__}
    path = job.path / "session.db"
    dataset.initialise_or_create_database_at(str(path))
    experiment = dataset.load_or_create_experiment("bench", sample_name="bench")
    measurement = dataset.Measurement(exp=experiment)
    measurement.register_custom_parameter("sequence")
    for name, unit in _MEASURED:
        measurement.register_custom_parameter(name, unit=unit, setpoints=("sequence",))
    measurement.write_period = WRITE_PERIOD
    port = open_port(job.urls[0])
    with measurement.run() as saver:
        _fill(saver, port, job.count, watch)
    watch.done()
    watch.outcome.kept = saver.dataset.number_of_results // len(_MEASURED)
    saver.dataset.conn.close()
    watch.outcome.disk = path.stat().st_size


def _fill(saver: Any, port: Any, count: int, watch: Watch) -> None:
    """Until all readings are given to QCoDeS; the last ones are written when the run is left."""
    flush, taken = saver.flush_data_to_database, 0

    def flush_and_tell(*, block: bool = False) -> None:
        flush(block)
        watch.keep(taken)

    saver.flush_data_to_database = flush_and_tell
    watch.ready()
    for arrived in arrivals(port):
        for fields in arrived:
            if is_trigger(fields):
                depth, volume = depth_and_volume(fields)
                if depth > 4.0 or volume > 0.05:
                    _log.warning("exceeded at %s", fields[2])
                taken += 1
                saver.add_result(("sequence", int(fields[2])), ("depth", depth), ("volume", volume))
        if taken >= count:
            return
