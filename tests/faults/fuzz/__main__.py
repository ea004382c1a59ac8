"""The process of one fuzzing: `python -m tests.faults.fuzz TARGET --guided|--mutate RUNS SEED SECONDS FOLDER`.

With `--guided` the code of devicelog, its drivers and simulators is watched for what is reached.
"""

from __future__ import annotations

import sys
from importlib import import_module


def main() -> None:
    """Fuzz; a crash ends with a traceback and a code that is not 0."""
    name, mode, runs, seed, seconds, folder = sys.argv[1:]
    if mode == "--guided":
        atheris = import_module("atheris")
        with atheris.instrument_imports(include=["devicelog", "devicelog_drivers", "devicelog_simulators"]):
            from tests.faults.fuzz.engine import guide
            from tests.faults.fuzz.targets import target

            found = target(name)
        guide(found, int(runs), int(seed), int(seconds), folder)
    else:
        from tests.faults.fuzz.engine import mutate
        from tests.faults.fuzz.targets import target

        print(f"DONE {mutate(target(name), int(runs), int(seed), int(seconds))} runs")  # noqa: T201


if __name__ == "__main__":
    main()
