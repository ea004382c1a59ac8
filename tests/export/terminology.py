"""The shipped codes as FHIR resources, and the page about them, made of one table: `make table`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from devicelog.bodymap.zones import load
from devicelog.export.fhir import codes
from devicelog.export.fhir.terminology_resources import NAMING, file_name, resources, written

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "devicelog" / "export" / "fhir" / "terminology"
PAGE = ROOT / "docs" / "fhir-codes.md"
BEGIN, END = "<!-- made by `make table` -->\n", "<!-- end of what `make table` makes -->\n"


def main() -> None:
    """Write the files and the tables of the page anew."""
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.iterdir():
        path.unlink()
    for name, data in files().items():
        (FOLDER / name).write_bytes(data)
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def files() -> dict[str, bytes]:
    """Every file by its name."""
    return {file_name(one): written(one) for one in resources(load())}


def with_tables(page: str) -> str:
    """The page with its tables as the codes of this moment make them."""
    before, mark, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise SystemExit(f"{PAGE} has no place for the tables; expected {BEGIN!r} and {END!r}.")
    return before + mark + "".join(f"{line}\n" for line in _tables()) + end + after


def _tables() -> Iterator[str]:
    for name, group in codes.GROUPS.items():
        yield from (f"### {name.capitalize()}", "", "| code | shown as | means |", "|---|---|---|")
        yield from (f"| `{one.code}` | {one.display} | {one.definition} |" for one in group)
        yield ""
    yield from ("### Identifiers", "", "| system | value |", "|---|---|")
    yield from (f"| `{system}` | {description} |" for system, (_, description) in NAMING.items())


if __name__ == "__main__":
    main()
