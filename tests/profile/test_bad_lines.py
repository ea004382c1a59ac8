"""A profile of lines that would pass over what a line holds, or cannot be read as it stands, is refused at its key."""

from __future__ import annotations

import re

import pytest

from tests.profile.profiles import LINES, driver_of, line_of, problems_of

TABLE = 'units = { ul = "uL", ml = "mL" }\n'
FIELDS = 'fields = { separator = " ", count = 4, starts = "SHOT" }'


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        (TABLE, "", "[[report.metric]]", "units: found nothing, expected the closed table of the unit tokens"),
        (TABLE, 'group = "volume"\n', "[[report.metric]]", "units: found nothing, expected the closed table"),
        (TABLE, 'unit_group = "volume_unit"\n', "[[report.metric]]", "that may stand in 'volume_unit'"),
        (TABLE, 'sent_in = "uL"\n', "sent_in", "found 'uL' beside a unit token in 'volume_unit', expected units"),
        (TABLE, TABLE + 'sent_in = "uL"\n', "units", "found both units and sent_in"),
    ],
)  # fmt: skip
def test_a_unit_token_that_a_pattern_captures_is_never_passed_over(old: str, new: str, key: str, says: str) -> None:
    text = LINES.replace(old, new, 1)

    (problem,) = problems_of(text)

    assert says in problem
    assert problem.startswith(f"line {line_of(text, key)}, ")


def test_who_only_listens_may_expect_bytes_at_any_pace() -> None:
    text = LINES.replace('engine = "lines"', 'engine = "lines"\nexpected_interval = "10 ms"')

    assert problems_of(text) == []


def test_a_counter_of_text_needs_no_modulus_that_nobody_knows() -> None:
    driver = driver_of(LINES.replace("modulus = 65536\n", ""))

    assert driver.report("shot").metrics[0].modulus is None


def test_a_unit_token_in_a_group_of_another_name_is_not_passed_over_either() -> None:
    named = LINES.replace("(?P<volume>", "(?P<dose>").replace(TABLE, 'group = "dose"\n')

    for group in ("volume_unit", "dose_unit"):
        (problem,) = problems_of(named.replace("volume_unit", group))
        assert f"that may stand in {group!r}" in problem


def test_a_unit_token_that_a_field_holds_is_never_passed_over() -> None:
    text = LINES[: LINES.index("pattern")] + FIELDS + LINES[LINES.index("\n", LINES.index("pattern")) :]
    text = text.replace('"session"', '"session"\nfield = 1').replace(TABLE, "field = 2\nunit_field = 3\n" + TABLE)

    assert problems_of(text) == []
    (problem,) = problems_of(text.replace(TABLE, ""))
    assert "units: found nothing, expected the closed table of the unit tokens that may stand in 3" in problem


@pytest.mark.parametrize("key", ["begins", "ends", "prompts", "separator"])
def test_what_is_no_ascii_is_told_at_its_key(key: str) -> None:
    mark = '["µ"]' if key in ("ends", "prompts") else '"µ"'
    text = re.sub(f"(?m)^{key} = .*\n", "", LINES).replace("[line]", f"[line]\nlongest = 64\n{key} = {mark}")

    (problem,) = problems_of(text)

    assert problem == f"line {line_of(text, key + ' = ')}, [line] {key}: found 'µ', expected ASCII text."


@pytest.mark.parametrize("key", ["request", "body"])
def test_a_query_that_is_no_ascii_is_told_at_its_key(key: str) -> None:
    query = f'[[query]]\nname = "a"\npurpose = "a"\neffect = "none"\nevery = "1 s"\n{key} = "µ"\n'

    (problem,) = problems_of(LINES + query)

    assert problem.startswith(f"line {line_of(LINES + query, key)}, query 1 {key}: found 'µ', expected ASCII text")


def test_a_table_called_line_is_not_taken_for_the_number_of_one() -> None:
    (problem,) = problems_of(re.sub("(?s)\\[line\\].*?(?=\\[\\[report)", "", LINES, count=1))

    assert problem == "[line]: found nothing, expected a table [line]."


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("(?P<volume>[0-9.]+)", "(?P<volume>[0-9.]+", "found an error at its character 35, 'missing )', expected a"),
        ("SHOT ", "SHOT) ", "found an error at its character 5, 'unexpected )'"),
        ("SHOT ", "(?=x)SHOT ", "found an error at its character 1, 'invalid perl operator: (?='"),
        ("SHOT ", "SHOT [z-a]", "found an error at its character 7, 'invalid character class range: z-a'"),
        ("[a-zA-Z]+", "[a-zA-Z+", "'missing ]: [a-zA-Z+)'"),
        ("SHOT ", "a{1001}", "found an error at its character 2, 'invalid repetition size: {1001}'"),
    ],
)  # fmt: skip
def test_a_bad_pattern_is_told_with_its_place_and_not_printed(old: str, new: str, says: str) -> None:
    (problem,) = problems_of(LINES.replace(old, new, 1))

    assert says in problem
    assert problem.endswith("expected a pattern of RE2.")
    assert "volume_unit" not in problem
