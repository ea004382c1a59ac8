"""A clinic's own list and care times: every problem with its line, and what they make less strict is shown."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devicelog.errors import ScreeningFileError
from devicelog.screening import care_file, rules
from devicelog.screening.rule import Method, Severity

OURS = rules.SHIPPED.read_text(encoding="utf-8")
#: A clinic's copy, with a version of its own.
LIST = OURS.replace('\nversion = "1"', '\nversion = "own-1"')
CARE = care_file.SHIPPED.read_text(encoding="utf-8")
KELOID = LIST[LIST.index('code = "keloid_history"') :].partition("\n[[rule]]")[0]


def changed(text: str, was: str, now: str) -> str:
    assert text.count(was) == 1, was
    return text.replace(was, now)


def in_keloid(was: str, now: str) -> str:
    """The list with something else in its rule of keloid scars."""
    return LIST.replace(KELOID, changed(KELOID, was, now))


def rule_of(code: str) -> str:
    """How messages name a rule of the list that comes with devicelog."""
    return f"rule {[rule.code for rule in rules.load().rules].index(code) + 1}"


#: What is wrong: the file, what stands first in the line that is named, behind what, and what the sentence says.
BAD = {
    "an unknown severity": (
        in_keloid('injection = "stop"\nno', 'injection = "halt"\nno'),
        'injection = "halt"',
        f"{rule_of('keloid_history')} injection: found 'halt', expected one of none, ask, caution, stop",
    ),
    "a misspelt field": (in_keloid("question =", "qestion ="), "qestion =", "did you mean 'question'"),
    "an unknown source": (
        in_keloid('source = "S002"', 'source = "S003"'),
        '{ source = "S003"',
        "claims 1 source: found 'S003', expected a key of [sources]; did you mean 'S002'",
    ),
    "a claim that says nothing": (
        in_keloid('says = "no source', 'sais = "no source'),
        '{ source = "E", no_needle = "caution", sais',
        "claims 2 sais: found a field that is not known",
    ),
    "less strict than a source, and nobody chose it": (
        in_keloid('injection = "stop"\nno', 'injection  = "ask"\nno'),
        'injection  = "ask"',
        "found 'ask' while a source says 'stop', expected that, or chosen_by = \"clinic:NAME\"",
    ),
    "sources that differ without saying so": (
        in_keloid('{ source = "E", no_needle', '{ source = "E", injection = "ask", no_needle'),
        'code = "keloid_history"',
        "sources_disagree: found false while the sources differ for injection, expected true",
    ),
    "a washout below a source": (
        changed(LIST, "washout_months = 18", "washout_months = 6"),
        "washout_months = 6",
        "found 6 while a source says 18",
    ),
    "no months": (changed(LIST, "washout_months = 18", "washout_months = 0"), "washout_months = 0", "from 1 to 1200"),
    "a code twice": (
        changed(LIST, 'code = "metal_iud"', 'code  = "metal_implant_in_path"'),
        'code  = "metal_implant_in_path"',
        f"found 'metal_implant_in_path' again, expected it once ({rule_of('metal_implant_in_path')} has it)",
    ),
    "an unknown chooser": (
        in_keloid("claims = [", 'chosen_by = "me"\nclaims = ['),
        'chosen_by = "me"',
        'expected "strictest" or "clinic:NAME"',
    ),
    "a disagreement about no rule": (
        changed(LIST, 'rules = ["epilepsy"]', 'rules = ["epilepsie"]'),
        'rules = ["epilepsie"]',
        "did you mean 'epilepsy'",
    ),
    "a question without words": (
        in_keloid('question = "Have you ever had keloid scars?"', 'question = " "'),
        'question = " "',
        "expected the question in words that can be read out",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_problem_is_named_with_its_line(name: str, tmp_path: Path) -> None:
    text, part, sentence = BAD[name]
    file = tmp_path / "own.toml"
    file.write_text(text, encoding="utf-8")

    problems = rules.check(file)

    line = text[: text.index(part)].count("\n") + 1
    if part.startswith("code = "):  # what is missing is missing from the whole table
        line -= 1
    assert any(problem.startswith(f"{file}, line {line}, ") and sentence in problem for problem in problems), problems
    with pytest.raises(ScreeningFileError):
        rules.load(file)


def test_every_problem_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    text = changed(in_keloid("question =", "qestion ="), "washout_months = 18", "washout_months = 6")
    file.write_text(changed(text, 'status = "example-unapproved"', 'status = "approved"'), encoding="utf-8")

    problems = rules.check(file)

    assert len(problems) >= 3
    lines = [int(problem.split("line ")[1].split(",")[0]) for problem in problems if "line " in problem]
    assert lines == sorted(lines)
    with pytest.raises(ScreeningFileError, match=f"and {len(problems) - 1} more, see `devicelog screening check`"):
        rules.load(file)


@pytest.mark.parametrize("text", ["", "id = ", "[[rule]]\n", "rule = 1", 'rule = ["x"]', "sources = 3", "[" * 3000])
def test_what_is_no_list_at_all_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ScreeningFileError, match=r"own\.toml"):
        rules.parse(text, where="own.toml")
    with pytest.raises(ScreeningFileError, match=r"own\.toml"):
        care_file.parse(text, where="own.toml")


def test_what_comes_with_devicelog_is_sound() -> None:
    assert rules.check(rules.SHIPPED) == []
    assert care_file.check(care_file.SHIPPED) == []


@settings(max_examples=60)
@given(st.sampled_from((LIST, CARE)), st.data())
def test_whatever_stands_in_a_line_gives_a_file_or_sentences(text: str, data: st.DataObject) -> None:
    lines = text.split("\n")
    place = data.draw(st.integers(min_value=0, max_value=len(lines) - 1))
    key = lines[place].partition("=")[0].strip() or "code"
    values = st.sampled_from(
        ["1", "[]", "[1]", "{}", "true", '""', '"none"', "1979-05-27", "nan", "-1", "[{}]", '["x"]']
    )
    lines[place] = data.draw(
        st.just(f"{key} = ") | st.just("") | st.text(max_size=20) | values.map(f"{key} = ".__add__)
    )

    for module in (rules, care_file):
        try:
            assert module.parse("\n".join(lines), where="own.toml").sha256
        except ScreeningFileError as error:
            assert str(error).startswith("own.toml")  # noqa: PT017 - that is the sentence
            assert str(error).endswith((".", "?"))  # noqa: PT017


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScreeningFileError, match="no such file, expected a screening file"):
        rules.load(tmp_path / "none.toml")


# -- a clinic's own --------------------------------------------------------------------------------------------


def test_the_same_list_under_another_name_is_sound_and_lowers_nothing() -> None:
    own = rules.parse(changed(LIST, 'id = "contraindications"', 'id = "own"'), where="own.toml")

    assert own.lowered == ()
    assert own.sha256 != rules.load().sha256
    assert own.named["id"] == "own"


def test_a_stricter_rule_needs_nobody_to_choose_it() -> None:
    own = rules.parse(in_keloid('no_needle = "caution"\nclaims', 'no_needle = "stop"\nclaims'), where="own.toml")

    assert own.rule("keloid_history").severity[Method.NO_NEEDLE] is Severity.STOP
    assert own.lowered == ()


def test_a_clinic_may_lower_a_rule_in_its_own_name_and_that_is_shown() -> None:
    text = in_keloid('injection = "stop"\n', 'chosen_by = "clinic:example"\ninjection = "caution"\n')
    own = rules.parse(text, where="own.toml")

    assert own.rule("keloid_history").chosen_by == "clinic:example"
    assert own.lowered == ("keloid_history: caution for injection instead of stop, chosen by clinic:example",)


def test_a_clinic_may_wait_for_less_in_its_own_name() -> None:
    text = changed(LIST, "washout_months = 18", 'chosen_by = "clinic:example"\nwashout_months = 6')
    own = rules.parse(text, where="own.toml")

    what = "a washout of 6 months instead of 18, chosen by clinic:example"
    assert own.lowered == (f"isotretinoin_current_or_recent: {what}",)


def test_a_rule_of_a_clinics_own_below_its_sources_is_shown() -> None:
    added = f"""
[[rule]]
{KELOID.replace("keloid_history", "own_rule").replace('injection = "stop"', 'injection = "ask"', 1)}
chosen_by = "clinic:example"
"""
    own = rules.parse(LIST.replace("\n[[disagreement]]", f"{added}\n[[disagreement]]", 1), where="own.toml")

    assert own.lowered == ("own_rule: ask for injection while a source says stop, chosen by clinic:example",)


def test_another_list_does_not_go_by_the_name_of_ours(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(OURS, encoding="utf-8")
    assert rules.check(file) == []

    file.write_text(changed(OURS, 'title = "Pregnancy"', 'title = "Expecting"'), encoding="utf-8")
    (problem,) = rules.check(file)
    assert "version: found '1' of 'contraindications', which is the list that comes with devicelog" in problem


@pytest.mark.parametrize(
    ("was", "now", "what"),
    [
        ('override_demands = "specialist-opinion"\n', "", "an override without specialist-opinion"),
        ("age_min = 18", "age_min = 16", "from 16 years instead of 18"),
        ('title = "Pregnancy"', 'title = "Pregnancy"\nwashout_months = 1', "a washout of 1 month instead of for good"),
        ('question = "Do you have a disease of the heart?"', 'kind = "zone"', "a zone instead of a question"),
    ],
)
def test_what_is_less_strict_without_a_name_is_a_problem(was: str, now: str, what: str, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(changed(LIST, was, now), encoding="utf-8")

    (problem,) = rules.check(file)

    assert f"found 'strictest' and {what}, expected chosen_by = \"clinic:NAME\" for what is less strict" in problem


def test_a_rule_that_is_left_out_is_missed_by_name(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(LIST.replace(f"[[rule]]\n{KELOID}\n", ""), encoding="utf-8")

    (problem,) = rules.check(file)

    assert "found no keloid_history, expected every rule that comes with devicelog" in problem


# -- care times ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "now", "what"),
    [
        ('duration = "12 h"\ntext', 'duration = "6 h"\ntext', "found 6 h while a source says 12 h"),
        ('duration = "12 h"\ntext', 'duration = "12"\ntext', "'12' has no unit"),
        ('duration = "12 h"\ntext', 'duration = "12 mL"\ntext', "wrong dimension"),
        ('duration = "12 h"\ntext', 'duration = "-1 h"\ntext', "'-1 h'"),
        ('duration = "12 h"\ntext', 'duration = "400 days"\ntext', "expected a year at most"),
        ('duration = "6 h", says = "a shorter', 'duration = "16 h", says = "a shorter', "while a source says 16 h"),
        ('code = "no_make_up"\nwhen = "after"', 'code = "no_make_up"\nwhen = "later"', "expected one of before, after"),
        ('source = "UNIS"', 'source = "UNI"', "did you mean 'UNIS'"),
    ],
)
def test_a_problem_of_a_care_time_is_named(was: str, now: str, what: str, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(changed(CARE, was, now), encoding="utf-8")

    problems = care_file.check(file)

    assert any(problem.startswith(f"{file}, line ") and what in problem for problem in problems)


def test_a_clinic_may_shorten_or_drop_a_care_time_and_that_is_shown() -> None:
    washing = CARE[CARE.index('[[care]]\ncode = "no_washing"') : CARE.index("# What to expect")]
    text = changed(CARE, washing, "").replace(
        'duration = "12 h"\ntext', 'chosen_by = "clinic:example"\nduration = "6 h"\ntext'
    )
    own = care_file.parse(text, where="own.toml")

    assert own.lowered == ("no_make_up: 6 h instead of 12 h, chosen by clinic:example", "no_washing: left out")


def test_hours_are_said_as_people_say_them() -> None:
    said = [care_file.hours(Decimal(seconds)) for seconds in (43_200, 5_400, 90)]

    assert said == ["12 h", "90 min", "90 s"]
