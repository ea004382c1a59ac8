"""A profile that says too little, too much or two things at once is refused, with the line, all problems at once."""

from __future__ import annotations

import re

import pytest

from devicelog import registry
from tests.profile.profiles import HEAD, LINES, MODBUS, PROFILES, driver_of, line_of, problems_of

METRIC = '[[report.metric]]\nname = "x"\ncategory = "{}"\naddress = 0\ntype = "u32"\n'


def test_the_texts_that_these_tests_change_are_sound() -> None:
    assert [driver_of(text).name for text in (MODBUS, LINES)] == ["board", "board"]
    for path in PROFILES.values():
        driver_of(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("old", "new", "where", "says"),
    [
        ('version = "1"', 'version = "1"\ncolour = 3', "colour", "found a key that is not known, expected one of name"),
        ('address = 0\ntype = "u32"', 'adress = 0\naddress = 0\ntype = "u32"', "adress", "did you mean 'address'?"),
        ('version = "1"', "version = 1", "version = 1", "found 1, expected text"),
        ("baudrate = 9600", 'baudrate = "9600"', "baudrate", "found '9600', expected a whole number such as 19200"),
        ('"modbus"\n', '"modbusrtu"\n', "engine", "found 'modbusrtu', expected one of dgus, lines, modbus; did you"),
        ('engine = "modbus"\n', "", None, "engine: found nothing, expected one of dgus, lines, modbus"),
        ('"template"', '"sure"', "provenance", "found 'sure', expected where the knowledge"),
        ("function = 4", "function = 5", "function", "found the function code 5, expected one that only reads"),
        ("function = 4", "function = 16", "function", "found the function code 16, expected one that only reads"),
        ("function = 4", "function = 43", "start", "found 0, expected none: function 43 reads no registers"),
        ("start = 0\n", "", "[[query]]", "start: found nothing, expected a whole number"),
        ("count = 2", "count = 126", "count = 126", "found 126, expected at most 125 in one reply"),
        ("count = 2", "count = 1", "address", "found 0 to 1, expected what the query 'counters' reads: 0 to 0"),
        ('effect = "none"', 'effect = "writes"', "effect", "found 'writes', expected what it does to the device"),
        ('effect = "none"\n', "", "[[query]]", "effect: found nothing"),
        ('every = "1 s"', "", "[[query]]", "every: found nothing, expected a period, or on_open = true"),
        ('every = "1 s"', 'every = "1 mL"', "every", "wrong dimension"),
        ('query = "counters"', 'query = "counter"', 'query = "counter"', "did you mean 'counters'?"),
        ("modulus = 4294967296", "modulus = 4294967297", "modulus", "expected at most 4294967296"),
        ('counts = "session"\n', "", "[[report.metric]]", "counts: found nothing, expected lifetime, session"),
        ('type = "u32"', 'type = "u23"', "type", "found 'u23', expected what the registers hold: one of"),
        ('modulus = 4294967296\naddress = 0\ntype = "u32"', 'address = 0\ntype = "u8"', "type", "found u8, expected"),
        ('type = "u32"', 'type = "u32"\nscale = 0.5', "scale", "found 0.5, expected a whole number"),
        ('name = "given"', 'name = "refused"', 'name = "refused"', "found 'refused', expected another"),
        ('type = "u32"', 'type = "u32"\nlength = 2', "length", "found 2, expected none: u32 has its own"),
        ("slave = 1", "slave = 0", "slave", "found 0, expected the address of the device, from 1 to 247"),
        ("[modbus]", '[polling]\ninter_byte = "1 s"\n[modbus]', "inter_byte", "expected less than the timeout"),
        ("[modbus]", '[polling]\ninter_byte = "1 mL"\n[modbus]', "inter_byte", "wrong dimension"),
        ('every = "1 s"', 'every = "1 s"\ntimeout = "1 mL"', "timeout", "wrong dimension"),
        ('every = "1 s"', 'every = "1 s"\nretries = 11', "retries", "found 11, expected a whole number from 0 to 10"),
        ('type = "u32"', 'type = "u32"\ntext_is = "hex"', "text_is", "found hex, expected it with type text only"),
        ("[modbus]\nslave = 1\n", "", None, "modbus: found nothing, expected a table [modbus]"),
    ],
)  # fmt: skip
def test_one_thing_wrong_is_one_sentence_with_its_line(old: str, new: str, where: str | None, says: str) -> None:
    assert old in MODBUS
    text = MODBUS.replace(old, new, 1)

    (problem,) = problems_of(text)

    assert says in problem
    if where is not None:
        assert problem.startswith(f"line {line_of(text, where)}, ")
    assert re.fullmatch(r"\S.*[.?]", problem)


@pytest.mark.parametrize(
    ("category", "more", "says"),
    [
        ("measurement", 'unit = "mA"', "basis: found nothing, expected one of dc, mean, rms, peak, peak_to_peak"),
        ("measurement", 'unit = "mA"\nbasis = "average"', "basis: found 'average', expected one of dc, mean"),
        ("measurement", 'unit = "kPa"', "basis: found nothing, expected one of gauge, absolute"),
        ("amount", 'unit = "mL"\nbasis = "foo"', "basis: found 'foo', expected one of commanded, delivered: what the"),
        ("measurement", 'unit = "mL"\nbasis = "mean"', "basis: found 'mean', expected one of commanded, delivered"),
        ("setting", 'unit = "mm"\nbasis = "tissue"', "basis: found 'tissue', expected one of extension, perpendicular"),
        ("measurement", 'unit = "V"\nbasis = "gauge"', "basis: found 'gauge', expected one of dc, mean, rms"),
        ("measurement", "", "unit: found nothing, expected a unit"),
        ("measurement", 'unit = "ml"', "unit: found 'ml', expected one of 1, mL"),
        ("measurement", 'unit = "mL"\nsent_in = "ML"', "the unit 'ML' is not known"),
        ("measurement", 'unit = "mL"\nsent_in = "mm"', "it measures something else"),
        ("measurement", 'unit = "mL"\nunits = { ML = "ML" }', "units: found 'ML': the unit 'ML' is not known"),
        ("measurement", 'unit = "mL"\nsent_in = "uL"\nunits = { a = "uL" }', "both units and sent_in"),
        ("setting", 'unit = "mA"\nbasis = "dc"\nlevel = true', "unit: found a level in mA, expected unit 1, or levels"),
        ("measurement", 'unit = "mL"\nplausible = ["5 mL", "1 mL"]', "expected the lesser one first"),
        ("measurement", 'unit = "mL"\nplausible = ["100 mL"]', "plausible: found 1 value, expected two quantities"),
        ("measurement", 'unit = "mL"\nplausible = []', "plausible: found 0 values, expected two quantities"),
        ("measurement", 'unit = "mL"\nplausible = ["1 mL", "2 mL", "3 mL"]', "plausible: found 3 values, expected two"),
        ("given", 'unit = "mL"', "category: found given, expected counter or amount: only what a person"),
        ("measurement", 'unit = "mL"\nplausible = ["5 mm", "9 mL"]', "has the wrong dimension"),
        ("measurement", 'unit = "mL"\nresolution = "1"', "resolution: found '1'"),
        ("measurement", 'unit = "mL"\nscale = 0', "scale: found 0"),
        ("measurement", 'unit = "mL"\nmeans = { 0 = "off" }', "means: found it at a number"),
        ("measurement", 'unit = "mL"\nmodulus = 256\ncounts = "session"', "counts: found session"),
        ("state", 'unit = "mL"', "unit: found 'mL', expected none: a state is a word or a code"),
        ("state", 'plausible = ["1 mL", "2 mL"]', "plausible: found a list, expected none without a unit"),
        ("state", 'means = { 0 = "off" }\nalarms = { of = { priority = "low", text = "x" } }', "did you mean 'off'?"),
        ("state", 'alarms = { 1 = { priority = "worst", text = "x" } }', "alarms 1 priority: found 'worst'"),
        ("state", 'bits = [{ bit = 0, name = "a", text = "b" }]', "found 'a' with one of priority and text"),
        ("state", 'clock = { format = "DD/MM", zone = "unknown" }', "expected once each of YYYY or YY"),
        ("state", 'valid_while = { metric = "page", is = [1] }', "valid_while: found 'page'"),
        ("measurement", 'unit = "V"\nbasis_from = "base"', "basis_from: found 'base', expected the name of a setting"),
        ("counter", 'counts = "session"\nsince_last_read = true', "found it with a query of effect none"),
        ("amount", 'unit = "mL"\nmax_rate = 2', "max_rate: found 2, expected a quantity such as \"0.2 mL\""),
        ("amount", 'unit = "mL"\nmax_rate = "0 mL"', "max_rate: found '0 mL', expected a quantity"),
        ("counter", 'counts = "session"\nmodulus = 256\nmax_rate = "2 mL"', "max_rate: found '2 mL', expected a whole"),
        ("counter", 'counts = "session"\nmodulus = 256\nmax_rate = 0', "max_rate: found 0, expected a whole number"),
        ("setting", 'unit = "mA"\nbasis = "dc"\nlevels = { values = { 1 = 2 } }', "levels source: found nothing"),
    ],
)  # fmt: skip
def test_a_metric_must_say_what_its_value_stands_for(category: str, more: str, says: str) -> None:
    text = MODBUS + METRIC.format(category) + more + "\n"

    (problem,) = problems_of(text)

    assert says in problem
    assert int(problem.split()[1].rstrip(",")) >= line_of(text, "[[report.metric]]")


@pytest.mark.parametrize(
    ("name", "more", "says"),
    [
        ("volume_session", 'unit = "mm"\nsent_in = "um"', "unit: found 'mm', expected mL: limits and totals take"),
        ("depth", 'unit = "mL"\nbasis = "extension"', "unit: found 'mL', expected mm"),
        ("current_measured", 'unit = "kPa"\nbasis = "gauge"', "unit: found 'kPa', expected mA"),
        ("pulse_width", 'unit = "ms"', "unit: found 'ms', expected us"),
        ("volume", "", "unit: found nothing, expected mL"),
        ("needles", 'unit = "mm"', "unit: found 'mm', expected count"),
        ("volume", 'unit = "ml"', "unit: found 'ml', expected one of 1, mL"),
    ],
)  # fmt: skip
def test_a_name_that_totals_and_limits_know_has_one_unit(name: str, more: str, says: str) -> None:
    text = MODBUS + METRIC.format("measurement").replace('"x"', f'"{name}"') + more + "\n"

    (problem,) = problems_of(text)

    assert says in problem
    assert problem.startswith(f"line {line_of(text, 'unit = ' if more else '[[report.metric]]')}, ")


def test_needles_are_counted_however_the_unit_is_written() -> None:
    assert problems_of(MODBUS + METRIC.format("setting").replace('"x"', '"needles"') + 'unit = "1"\n') == []


def test_a_bit_is_no_quantity() -> None:
    (problem,) = problems_of(MODBUS + METRIC.format("state") + 'bits = [{ bit = 0, name = "volume" }]\n')

    assert "bits: found the bit 'volume', expected another name" in problem


def test_a_volume_that_no_record_can_add_up_is_refused() -> None:
    text = MODBUS + METRIC.format("amount") + 'unit = "mL/h"\nsent_in = "uL/min"\n'
    assert problems_of(text) == []  # 0.06 mL/h each
    text = MODBUS + METRIC.format("amount") + 'unit = "min"\nsent_in = "s"\n'
    (problem,) = problems_of(text)
    assert "expected a unit of whole billionths of it" in problem


@pytest.mark.parametrize("name", ["new-era", "dgus-tap"])
def test_the_name_of_an_installed_driver_is_taken(name: str) -> None:
    text = MODBUS.replace('name = "board"', f'name = "{name}"', 1)

    (problem,) = problems_of(text)

    assert (
        problem == f"line 1, name: found {name!r}, which is the name of an installed driver, expected one of its own."
    )


def test_a_session_keeps_its_profile_though_a_driver_of_that_name_was_installed_since() -> None:
    text = MODBUS.replace('name = "board"', 'name = "new-era"', 1)

    driver = registry.recorded_driver({"driver": "new-era", "profile": {"text": text}})

    assert driver.model == "a board"


def test_the_profile_that_an_installed_driver_is_made_of_may_have_its_name() -> None:
    assert registry.driver(str(PROFILES["dgus-tap"])).model == registry.driver("dgus-tap").model


def test_names_stand_once() -> None:
    twice = MODBUS + METRIC.format("measurement").replace('"x"', '"triggers_session"') + 'unit = "count"\n'
    again = MODBUS + MODBUS[MODBUS.index("[[report]]") :]
    asked = MODBUS + MODBUS[MODBUS.index("[[query]]") : MODBUS.index("[[report]]")].replace("count = 2", "count = 3")

    assert "'triggers_session' again, expected it once in a report" in problems_of(twice)[0]
    assert "found 'given' again, expected each report once" in problems_of(again)[0]
    assert "found 'counters' again, expected each query once" in problems_of(asked)[0]


def test_registers_that_two_metrics_read_in_different_ways_are_a_contradiction() -> None:
    other = METRIC.format("measurement").replace("u32", "u16").replace("address = 0", "address = 1") + 'unit = "mL"\n'
    same = METRIC.format("measurement") + 'unit = "mL"\n'
    turned = same.replace('"u32"', '"u32"\norder = "CDAB"')

    assert problems_of(MODBUS + same) == []
    for more in (other, turned):
        (problem,) = problems_of(MODBUS + more)
        assert "expected no register of 'triggers_session' (u32 ABCD at 0)" in problem


def test_replies_that_cannot_be_told_apart_need_one_that_can() -> None:
    query = MODBUS[MODBUS.index("[[query]]") : MODBUS.index("[[report]]")]
    report = MODBUS[MODBUS.index("[[report]]") :]
    twin = query.replace('"counters"', '"other"', 1).replace("start = 0", "start = 8")
    text = (
        MODBUS
        + twin
        + report.replace("given", "more").replace("counters", "other").replace("address = 0", "address = 8")
    )
    who = '[[query]]\nname = "who"\npurpose = "who"\nfunction = 0x11\neffect = "none"\non_open = true\n'
    said = '[[report]]\nname = "identity"\nkind = "identity"\nquery = "who"\n'
    said += '[[report.metric]]\nname = "model"\ncategory = "state"\naddress = 0\ntype = "text"\n'

    (problem,) = problems_of(text)

    assert "found counters and other, whose replies have the same function and length" in problem
    assert problems_of(text + who + said) == []


def test_every_problem_is_told_at_once_in_the_order_of_the_lines() -> None:
    text = MODBUS.replace("baudrate = 9600", "baudrate = 1").replace("function = 4", "function = 5")
    text = text.replace('counts = "session"\n', "").replace('kind = "interval"', 'kind = "intervall"')

    found = problems_of(text)

    assert len(found) == 4
    assert [int(problem.split()[1].rstrip(",")) for problem in found] == sorted(
        line_of(text, part) for part in ("baudrate", "function", "kind", "[[report.metric]]")
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("(?P<volume>[0-9.]+)", "(?P<volume>[0-9.]+", "expected a pattern of RE2"),
        ("(?P<volume>[0-9.]+)", r"(?=x)(?P<volume>[0-9.]+)", "expected a pattern of RE2"),
        ("(?P<volume>", "(?P<volum>", "found 'volume', expected a group of the pattern; did you mean 'volum'?"),
        ("(?P<volume_unit>", "(?P<unit>", "unit_group: found 'volume_unit', expected a group of the pattern"),
        ('ends = ["\\r\\n"]', 'ends = ["\\r", "\\r\\n"]', "and another that begins with it"),
        ('ends = ["\\r\\n"]', 'ends = ["§"]', "found '§', expected ASCII text"),
        ("[line]", '[line]\ncheck = "crc"', "found 'crc', expected how a line shows that it is whole: one of none"),
        ("[line]", "[line]\nlongest = 100000", "expected a number of bytes from 8 to 1024"),
        ("pattern = ", "fields = { separator = \",\", count = 2 }\npattern = ", "both or neither of pattern"),
        ("[line]", '[line]\nignore = ["("]', "[line] ignore: found in '(' an error at its character 1, 'missing )'"),
        ('basis = "commanded"', 'basis = "commanded"\nfield = 1', "field: found it with a pattern, expected group"),
    ],
)  # fmt: skip
def test_a_profile_of_lines_must_fit_its_lines(old: str, new: str, says: str) -> None:
    assert old in LINES
    problems = problems_of(LINES.replace(old, new, 1))

    assert any(says in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("times", "where", "says"),
    [
        ('every = "1 ms"', "every", "found 1 ms, expected at least 28.3 ms: the query on the line, and the"),
        ('every = "20 ms"', "every", "every: found 20 ms, expected at least 28.3 ms"),
        ('every = "1 s"\nEXPECTED "1 s"', "expected_interval", "expected at least 1.5 s: the shortest every"),
        ('every = "5 s"\nEXPECTED "3 s"', "expected_interval", "found 3 s, expected at least 5.5 s"),
        ('every = "1 s"\nEXPECTED "400 ms"', "timeout", "found 500 ms, expected at most the expected"),
        ('on_open = true\nEXPECTED "400 ms"', "timeout", "expected at most the expected_interval, 400 ms"),
    ],
)  # fmt: skip
def test_times_that_contradict_each_other_are_refused(times: str, where: str, says: str) -> None:
    period, _, expected = times.partition("\nEXPECTED ")
    text = MODBUS.replace('every = "1 s"', period) + '\n[polling]\ntimeout = "500 ms"\n'
    text = text.replace('engine = "modbus"', f'engine = "modbus"\nexpected_interval = {expected}') if expected else text

    (problem,) = problems_of(text)

    assert says in problem
    assert problem.startswith(f"line {line_of(text, where)}, ")


def test_times_that_just_fit_are_sound() -> None:
    text = MODBUS.replace('engine = "modbus"', 'engine = "modbus"\nexpected_interval = "1.5 s"')
    assert problems_of(text) == []
    assert problems_of(text.replace('every = "1 s"', 'every = "30 ms"')) == []


@pytest.mark.parametrize(
    ("kind", "scale", "modulus"),
    [("u16", 1, 65_536), ("u32", 1, 4_294_967_296), ("bcd16", 1, 10_000), ("i16", 1, 32_768), ("u16", 10, 655_360),
     ("f32", 1, None)],
)  # fmt: skip
def test_a_counter_in_registers_is_0_again_where_its_type_ends(kind: str, scale: int, modulus: int | None) -> None:
    keys = f'type = "{kind}"\nscale = {scale}\n'
    driver = driver_of(MODBUS.replace("modulus = 4294967296\n", "").replace('type = "u32"\n', keys))

    assert driver.report("given").metrics[0].modulus == modulus


def test_what_reading_clears_has_no_modulus() -> None:
    text = MODBUS.replace("modulus = 4294967296\n", "since_last_read = true\n")
    driver = driver_of(text.replace('effect = "none"', 'effect = "destructive_read"'))

    assert driver.report("given").metrics[0].modulus is None


@pytest.mark.parametrize(
    ("kind", "modulus", "most"), [("u16", 65_537, 65_536), ("bcd16", 65_536, 10_000), ("i16", 65_536, 32_768)]
)
def test_a_modulus_fits_into_the_registers(kind: str, modulus: int, most: int) -> None:
    text = MODBUS.replace('"u32"', f'"{kind}"')

    (problem,) = problems_of(text.replace("modulus = 4294967296", f"modulus = {modulus}"))
    assert f"modulus: found {modulus}, expected at most {most}: no more fits there" in problem
    assert problems_of(text.replace("modulus = 4294967296", f"modulus = {most}")) == []


def test_registers_hold_no_unit_tokens() -> None:
    text = MODBUS + METRIC.format("measurement") + 'unit = "mL"\nunits = { UL = "uL", ML = "mL" }\n'

    (problem,) = problems_of(text)

    assert problem.startswith(f"line {line_of(text, 'units')}, ")
    assert "units: found it at a register, which holds no unit token, expected sent_in" in problem


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("baudrate = 9600", "baudrate = 9600\nbaudrate = 9600", 10, "found the key 'baudrate' again"),
        ("[serial]", '"name" = "x"\n[serial]', 8, "found the key '\"name\"' again"),
        ("[modbus]", "[serial]\nbytesize = 8\n[modbus]", 11, "found the table [serial] again"),
    ],
)
def test_what_stands_twice_is_named(old: str, new: str, line: int, says: str) -> None:
    (problem,) = problems_of(MODBUS.replace(old, new, 1))

    assert problem == f"line {line}, expected it once.".replace(",", f": {says},", 1)


def test_what_is_no_toml_is_one_sentence() -> None:
    (problem,) = problems_of(HEAD.format(engine="modbus") + "timeout = 5 s\n")

    assert problem.startswith("line 10: found no TOML")
