"""`python -m bench`: all figures, or some, as tables and as JSON under bench/results/ (docs/bench.md)."""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from bench import machine
from bench.figures import FIGURES
from bench.table import Section, as_markdown, as_text

_RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Measure, print as it goes, and leave the results."""
    asked = _arguments()
    begun = time.monotonic()
    results: dict[str, object] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine.describe(),
        "quick": asked.quick,
    }
    print(f"{results['machine']}\n", flush=True)
    sections: list[Section] = []
    for name in asked.only or FIGURES:
        print(f"measuring {name} …", file=sys.stderr)
        section = _measured(name, quick=asked.quick)
        sections.append(section)
        results[name] = {"title": section.title, "data": section.data, "notes": section.notes}
        print(as_text(section), flush=True)
    print(f"{time.monotonic() - begun:.0f} s; other work on this machine spoils figures of time: compare the ratios.")
    _leave(results, sections, asked.json)


def _measured(name: str, *, quick: bool) -> Section:
    """A figure; one that fails says so in its place and spoils no other."""
    try:
        return FIGURES[name](quick)
    except Exception as error:
        section = Section(f"{name}: not measured", ("",))
        section.notes.append(f"it failed: {error!r}")
        return section


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="devicelog's figures, beside its peers'.")
    parser.add_argument("--quick", action="store_true", help="a minute and a half rather than twenty")
    parser.add_argument("--only", action="append", choices=list(FIGURES), metavar="NAME", help=", ".join(FIGURES))
    parser.add_argument("--json", type=Path, metavar="FILE", help="the results as JSON, there as well")
    return parser.parse_args()


def _leave(results: dict[str, object], sections: list[Section], file: Path | None) -> None:
    text = json.dumps(results, indent=1)
    _RESULTS.mkdir(exist_ok=True)
    name = str(results["at"]).replace(":", "").replace("+0000", "Z")
    (_RESULTS / f"{name}.json").write_text(text, encoding="utf-8")
    markdown = "\n".join(as_markdown(section) for section in sections)
    (_RESULTS / f"{name}.md").write_text(f"{results['machine']}\n\n{markdown}", encoding="utf-8")
    if file is not None:
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
