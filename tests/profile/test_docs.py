"""What docs/profiles.md shows is sound: its pieces make profiles, and its vector decodes to its meaning."""

from __future__ import annotations

import re
from pathlib import Path

from devicelog import registry
from devicelog.driver import Category, Effect, Priority, Provenance, Recognition, ReportKind
from devicelog.profile.binary import Binary, Order
from devicelog.profile.spelling import Spelled
from devicelog.profile.tables import CLOCK, Counts, MetricTable, ProfileTable, Table
from devicelog.profile.tables import IDENTITY as IDENTITY_KIND
from devicelog.profile.vectors import failures, vectors_in
from devicelog_drivers.checks import Check
from tests.profile.profiles import HEAD, PROFILES, driver_of

PAGE = (Path(__file__).parents[2] / "docs" / "profiles.md").read_text(encoding="utf-8")
IDENTITY, MODBUS, LINES, VECTORS = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)

ENGINES = frozenset(registry.engines())
for name in ENGINES:
    registry.engine(name)  # loaded, so that the tables are known that it reads


def _keys_of(table: type[Table]) -> set[str]:
    """The keys of a table, and of all tables that are made of it or like it."""
    found = {field.alias or name for name, field in table.model_fields.items()}
    return found.union(*map(_keys_of, table.__subclasses__()))


KEYS = _keys_of(Table)

SHOT = """
[[report.metric]]
name = "triggers_session"
category = "counter"
counts = "session"
modulus = 65536

[[report.metric]]
name = "volume"
category = "measurement"
unit = "mL"
units = { ul = "uL" }
"""
VACUUM = """
[[report.metric]]
name = "triggers_session"
category = "counter"
counts = "session"
modulus = 4294967296
address = 0
type = "u32"

[[report.metric]]
name = "vacuum"
category = "measurement"
unit = "kPa"
basis = "gauge"
absent = [-32768]
address = 2
type = "i16"
"""


def test_the_pieces_of_the_page_make_profiles() -> None:
    modbus, lines = (
        driver_of(HEAD.format(engine="modbus") + MODBUS),
        driver_of(HEAD.format(engine="lines") + LINES + SHOT),
    )

    assert modbus.queries[0].request.hex(" ") == "01 04 00 00 00 0a 70 0d"
    assert lines.queries == ()


def test_what_the_page_expects_of_a_device_can_be_said() -> None:
    who = '[[report]]\nname = "identity"\nkind = "identity"\npattern = "(?P<model>.*);(?P<serial>.*)"\n'
    said = "".join(f'[[report.metric]]\nname = "{name}"\ncategory = "state"\n' for name in ("model", "serial"))

    driver = driver_of(HEAD.format(engine="lines") + IDENTITY + LINES + SHOT + who + said)

    assert driver.recognition == Recognition(frozenset({"0403:6001"}), frozenset({"MG-100", "MG-100B"}), True)


def test_the_table_of_what_a_profile_can_say_names_keys_that_there_are() -> None:
    rows = PAGE[PAGE.index("## What a profile can say") : PAGE.index("A profile cannot say")].splitlines()
    keys = [key for row in rows[4:] if row for key in re.findall(r"`([^`]+)`", row.split("|")[2])]

    known = {*KEYS, *map(str, Spelled), *map(str, Category), *ENGINES, IDENTITY_KIND, CLOCK}
    assert len(keys) > 70
    assert set(keys) <= known, set(keys) - known


def test_the_vector_of_the_page_decodes_to_its_meaning(tmp_path: Path) -> None:
    text = (HEAD.format(engine="modbus") + MODBUS).replace("count = 10", "count = 3")
    text = text[: text.index("[[report.metric]]")] + VACUUM
    path = tmp_path / "vectors.toml"
    path.write_text(VECTORS.replace(', volume_session = "840 uL"', ""), encoding="utf-8")

    assert failures(driver_of(text), vectors_in(path)) == []


def test_the_page_names_every_word_that_a_profile_may_say() -> None:
    never = {Category.GIVEN, Binary.U8, Binary.I8}  # these are refused
    closed = [
        *ReportKind,
        IDENTITY_KIND,
        *Category,
        *Binary,
        *Order,
        *Spelled,
        *Check,
        *Counts,
        *Effect,
        *Priority,
        *Provenance,
    ]

    assert [word for word in closed if word not in never and not re.search(rf"\b{word}\b", PAGE)] == []


def test_the_page_explains_every_key_and_names_every_shipped_profile() -> None:
    for table in (ProfileTable, MetricTable):
        for name in table.model_fields:
            assert f"`{name}`" in PAGE or f"`[{name}]`" in PAGE or f"`[[{name}]]`" in PAGE, name
    for name in PROFILES:
        assert f"| `{name}` |" in PAGE
