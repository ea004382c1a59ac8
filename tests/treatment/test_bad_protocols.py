"""Treatment protocol files: one sentence for each thing that can be wrong with one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.errors import ProtocolFileError
from devicelog.toml_file import MAX_BYTES
from devicelog.treatment.protocol_file import check, find, parse, shipped
from tests.treatment.protocol_texts import (
    DEPTH,
    HEADER,
    SAMPLE,
    SESSION,
    SOURCES,
    error_of,
    problems_of,
)

if TYPE_CHECKING:
    from pathlib import Path

# The first limit begins in line 9.

_CURRENT = SAMPLE + 'channel = "current"\nstatistic = "mean"\n'
_DOSE = SESSION + 'channel = "charge_dose"\n'
_COUNT = SESSION + 'channel = "injection_count"\n'
_FIELDS = (
    "scope, channel, statistic, direction, soft, hard, soft_source, hard_source, tolerance, hysteresis, delay,"
    " latching, documented, note"
)
_CHANNELS = (
    "depth, volume, spacing, volume_total, injection_count, duration, areal_dose, current, current_density,"
    " charge_dose, voltage, pulse_energy, power_density, interval, session_count"
)

REFUSED = {
    "a ratio where a product is needed": (
        _DOSE + 'hard = "80 mA/min"\n',
        "line 12, limit 1 hard: the unit 'mA/min' in '80 mA/min' is not known; expected one such as 'mA*min'.",
    ),
    "wrong dimension": (
        _DOSE + 'hard = "80 mA"\n',
        "line 12, limit 1 hard: '80 mA' has the wrong dimension: expected a quantity in 'mA*min'.",
    ),
    "milliyear": (
        _CURRENT + 'hard = "4 ma"\n',
        "line 13, limit 1 hard: the unit 'ma' in '4 ma' is not known; expected one such as 'mA'.",
    ),
    "megaampere": (
        _CURRENT + 'hard = "4 MA"\n',
        "line 13, limit 1 hard: the unit 'MA' in '4 MA' is not known; expected one such as 'mA'.",
    ),
    "gauss": (
        DEPTH.replace("4 mm", "30 G"),
        "line 12, limit 1 hard: the unit 'G' in '30 G' is not known; expected one such as 'mm'.",
    ),
    "shots": (
        _COUNT + 'hard = "100 shots"\n',
        "line 12, limit 1 hard: found '100 shots', expected a whole number such as 100.",
    ),
    "a percentage of a count": (
        _COUNT + 'hard = "100 %"\n',
        "line 12, limit 1 hard: found '100 %', expected a whole number such as 100.",
    ),
    "half a count": (
        _COUNT + "hard = 0.5\n",
        "line 12, limit 1 hard: found 0.5, expected a whole number such as 100.",
    ),
    "no unit": (
        DEPTH.replace("4 mm", "4"),
        "line 12, limit 1 hard: '4' has no unit; expected one such as '4 mm'.",
    ),
    "a bare number": (
        DEPTH.replace('"4 mm"', "4.5"),
        "line 12, limit 1 hard: found 4.5, expected text with a unit such as '4.5 mm'.",
    ),
    "not a quantity": (
        DEPTH.replace("4 mm", "deep"),
        "line 12, limit 1 hard: 'deep' is not a quantity; expected a number and a unit, such as '2 mm'.",
    ),
    "a table": (
        DEPTH.replace('"4 mm"', '{ value = "4 mm" }'),
        "line 12, limit 1 hard: found a table, expected text with a unit such as '2 mm'.",
    ),
    "soft above hard": (
        DEPTH + 'soft = "5000 um"\n',
        "line 13, limit 1 soft: found 5 mm, above the hard limit of 4 mm, expected it at or below that.",
    ),
    "soft below hard where less is worse": (
        '[[limit]]\nscope = "course"\nchannel = "interval"\nsoft = "5 days"\nhard = "1 weeks"\n',
        "line 12, limit 1 soft: found 5 day, below the hard limit of 7 day, expected it at or above that.",
    ),
    "neither soft nor hard": (
        DEPTH.replace('hard = "4 mm"\n', ""),
        "line 9, limit 1 hard: found neither soft nor hard, expected at least one of them.",
    ),
    "a negative value": (
        DEPTH.replace("4 mm", "-4 mm"),
        "line 12, limit 1 hard: found -4 mm, expected more than zero.",
    ),
    "zero": (
        _COUNT + "hard = 0\n",
        "line 12, limit 1 hard: found 0 count, expected more than zero.",
    ),
    "a misspelt field": (
        DEPTH + 'sotf = "2 mm"\n',
        f"line 13, limit 1 sotf: found a field that is not known, expected one of {_FIELDS}; did you mean 'soft'?",
    ),
    "a misspelt field of a citation": (
        DEPTH + 'hard_source = { key = "HP2018", grade = "M", nots = "" }\n' + SOURCES,
        "line 13, limit 1 hard_source nots: found a field that is not known, expected one of key, grade.",
    ),
    "an unknown channel": (
        DEPTH.replace('"depth"', '"dpeth"'),
        f"line 11, limit 1 channel: found 'dpeth', expected one of {_CHANNELS}; did you mean 'depth'?",
    ),
    "an unknown scope": (
        DEPTH.replace('"injection"', '"day"'),
        "line 10, limit 1 scope: found 'day', expected one of sample, pulse, injection, zone, session, course.",
    ),
    "a scope that would never be checked": (
        DEPTH.replace('"injection"', '"course"'),
        "line 10, limit 1 scope: found 'course' for depth, expected injection.",
    ),
    "an unknown statistic": (
        _CURRENT.replace('"mean"', '"dc"') + 'hard = "4 mA"\n',
        "line 12, limit 1 statistic: found 'dc', expected one of mean, rms, peak.",
    ),
    "a current without its statistic": (
        SAMPLE + 'channel = "current"\nhard = "4 mA"\n',
        "line 9, limit 1 statistic: found nothing for current, expected mean or rms or peak.",
    ),
    "a density without its statistic": (
        SAMPLE + 'channel = "current_density"\nhard = "4 mA/cm²"\n',
        "line 9, limit 1 statistic: found nothing for current_density, expected mean or rms or peak.",
    ),
    "a voltage that is not the peak": (
        SAMPLE + 'channel = "voltage"\nstatistic = "rms"\nhard = "500 V"\n',
        "line 12, limit 1 statistic: found 'rms' for voltage, expected peak.",
    ),
    "a statistic of what has none": (
        DEPTH + 'statistic = "mean"\n',
        "line 13, limit 1 statistic: found 'mean' for depth, expected none.",
    ),
    "an unknown direction": (
        DEPTH + 'direction = "up"\n',
        "line 13, limit 1 direction: found 'up', expected one of max, min.",
    ),
    "a limit twice": (
        DEPTH + DEPTH,
        "line 13, limit 2: found 'injection depth' again, expected it once (limit 1 has it).",
    ),
    "a citation of nothing": (
        DEPTH + 'hard_source = { key = "HP2081", grade = "M" }\n' + SOURCES,
        "line 13, limit 1 hard_source key: found 'HP2081', expected a key of [sources]; did you mean 'HP2018'?",
    ),
    "a grade that does not exist": (
        DEPTH + 'hard_source = { key = "HP2018", grade = "A" }\n' + SOURCES,
        "line 13, limit 1 hard_source grade: found 'A', expected one of H, M, L, G, E.",
    ),
    "a source of a value that is not given": (
        DEPTH + 'soft_source = { key = "HP2018", grade = "M" }\n' + SOURCES,
        "line 13, limit 1 soft_source: found a source without a value, expected soft, too.",
    ),
    "a source that is not said where": (
        DEPTH + SOURCES.replace(', where = "somewhere"', ""),
        "line 14, sources HP2018 where: found nothing, expected text.",
    ),
    "a tolerance that switches the limit off": (
        DEPTH + 'tolerance = "40 mm"\n',
        "line 13, limit 1 tolerance: found 40 mm, expected zero or more and less than the limit.",
    ),
    "a hysteresis above one": (
        DEPTH + "hysteresis = 2.0\n",
        "line 13, limit 1 hysteresis: found 2.0, expected zero or more and less than 1.",
    ),
    "a delay without a unit": (
        DEPTH + "delay = 200\n",
        "line 13, limit 1 delay: found 200, expected text with a unit such as '200 s'.",
    ),
    "a negative delay": (
        DEPTH + 'delay = "-1 s"\n',
        "line 13, limit 1 delay: found -1 s, expected zero or more.",
    ),
    "a soft limit that latches": (
        DEPTH.replace("hard", "soft") + "latching = true\n",
        "line 13, limit 1 latching: found true without hard, expected hard, too: a soft limit never latches.",
    ),
    "a latching that is not true or false": (
        DEPTH + 'latching = "yes"\n',
        "line 13, limit 1 latching: found 'yes', expected true or false.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_limit_is_refused_in_one_sentence_with_line_field_found_and_expected(case: str, tmp_path: Path) -> None:
    text, sentence = REFUSED[case]

    assert problems_of(HEADER + text, tmp_path) == [f"test.toml, {sentence}"]
    with pytest.raises(ProtocolFileError, match=re.escape(sentence.removesuffix("."))):
        parse(HEADER + text, where="test.toml")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('id = "test"', 'id = "Test 1"', "line 1, id: found 'Test 1', expected a name of a-z, 0-9 and '-'."),
        ('id = "test"', 'id = "none"', "line 1, id: found 'none', expected another name (it means: no treatment proto"),
        ('id = "test"\n', "", "test.toml, id: found nothing, expected a name of a-z, 0-9 and '-'."),
        ('version = "1"', "version = 1", 'line 3, version: found 1, expected text such as "1".'),
        (
            '"unapproved"',
            '"approved"',
            "line 5, status: found 'approved', expected one of example-unapproved, unapprov",
        ),
        ('"injection"', '"mesotherapy"', "line 6, modality: found 'mesotherapy', expected one of injection, iontopho"),
        ('area = "face"', 'aera = "face"', "line 7, aera: found a field that is not known, expected one of id, family"),
        ('area = "face"', 'area = ""', "line 7, area: found '', expected text."),
    ],
)
def test_a_bad_header_is_refused(old: str, new: str, sentence: str, tmp_path: Path) -> None:
    problems = problems_of(HEADER.replace(old, new, 1) + DEPTH, tmp_path)

    assert [problem for problem in problems if sentence in problem]


def test_a_file_without_limits_is_refused(tmp_path: Path) -> None:
    for text in (HEADER, HEADER + "limit = []\n", HEADER + "limit = 3\n"):
        (problem,) = problems_of(text, tmp_path)
        assert "limit: found" in problem
        assert problem.endswith("expected one table or more, [[limit]] or [[overlay.limit]].")


def test_a_list_where_limits_are_tables_is_refused(tmp_path: Path) -> None:
    (problem,) = problems_of(HEADER + "limit = [1]\n", tmp_path)

    assert problem.startswith("test.toml, line 9, limit 1: found 1, expected")


def test_all_problems_are_told_in_the_order_of_their_lines(tmp_path: Path) -> None:
    text = HEADER.replace('"1"', "1") + DEPTH.replace("4 mm", "4 ma") + DEPTH.replace("depth", "dpeth") + "sotf = 1\n"

    problems = problems_of(text, tmp_path)

    assert [problem.split(":")[0] for problem in problems] == [
        "test.toml, line 3, version",
        "test.toml, line 12, limit 1 hard",
        "test.toml, line 15, limit 2 channel",
        "test.toml, line 17, limit 2 sotf",
    ]
    with pytest.raises(
        ProtocolFileError, match=r"line 3, version: .* \(and 3 more, see `devicelog protocols check`\)\.$"
    ):
        parse(text, where="test.toml")


def test_toml_that_is_none_is_refused_with_its_line(tmp_path: Path) -> None:
    (problem,) = problems_of(HEADER + "[[limit]\n", tmp_path)

    assert problem.startswith("test.toml, line 9: found no TOML (")
    assert problem.endswith(", expected lines of KEY = VALUE.")


def test_a_quantity_without_quotes_is_refused_with_the_mend(tmp_path: Path) -> None:
    (problem,) = problems_of(HEADER + DEPTH.replace('"4 mm"', "4 mm"), tmp_path)

    assert problem.startswith("test.toml, line 12: found no TOML (")
    assert problem.endswith('; a quantity stands in quotes, such as "0.05 mL".')


@pytest.mark.parametrize("text", ["x = " + "1" * 5000, "x = 1e999999999999999999999", "x = " + "[" * 100_000])
def test_numbers_and_lists_beyond_measure_are_refused(text: str, tmp_path: Path) -> None:
    (problem,) = problems_of(text, tmp_path)

    assert problem.startswith("test.toml")


def test_a_number_of_endless_digits_gives_a_short_sentence(tmp_path: Path) -> None:
    (problem,) = problems_of(HEADER + DEPTH.replace('"4 mm"', "0x" + "f" * 20_000), tmp_path)
    (other,) = problems_of(HEADER + DEPTH.replace('"depth"', "0x" + "f" * 20_000), tmp_path)

    assert len(problem) < 300
    assert len(other) < 300


def test_a_file_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes((HEADER + DEPTH).replace("A test", "µ-test").encode("latin-1"))

    assert check(path) == [f"{path}, line 4: found the byte 0xb5, expected UTF-8 text."]


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    path.write_text(HEADER + DEPTH + "#" * MAX_BYTES, encoding="utf-8")

    assert check(path) == [f"{path}: found more than {MAX_BYTES} bytes, expected a treatment protocol file."]


def test_what_is_not_a_file_is_refused(tmp_path: Path) -> None:
    missing = tmp_path / "missing.toml"

    assert check(tmp_path) == [f"{tmp_path}: found a folder, expected a treatment protocol file (.toml)."]
    assert check(missing) == [f"{missing}: found no such file, expected a treatment protocol file (.toml)."]
    with pytest.raises(ProtocolFileError, match="no such file"):
        find(str(missing))


def test_a_sound_file_has_no_problems() -> None:
    assert [check(path) for path in shipped().values()] == [[]] * 8


_SHIPPED_TEXTS = [path.read_text(encoding="utf-8") for path in shipped().values()]


@given(st.sampled_from(_SHIPPED_TEXTS), st.data())
def test_a_file_with_lines_lost_doubled_or_garbled_is_a_protocol_or_one_error(text: str, data: st.DataObject) -> None:
    lines = text.split("\n")
    for _ in range(data.draw(st.integers(1, 4))):
        index = data.draw(st.integers(0, len(lines) - 1))
        values = st.sampled_from(["", "1", "nan", "-inf", "[[]]", "{}", '"x"', "true", "1979-05-27", "1e400", "x = 1"])
        key = lines[index].split("=")[0]
        changed = data.draw(st.sampled_from(["", lines[index] * 2, f"{lines[index]}\n{lines[index]}", key]))
        lines[index] = f"{changed}= {data.draw(values)}" if changed == key else changed

    message = error_of("\n".join(lines))

    assert message is None or (message.startswith("test.toml") and "\n" not in message)


@given(st.text())
def test_any_text_is_a_protocol_or_one_error(text: str) -> None:
    with pytest.raises(ProtocolFileError):
        parse(text, where="test.toml")
