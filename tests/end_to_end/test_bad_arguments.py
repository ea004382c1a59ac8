"""Bad arguments: one sentence, exit code 2, nothing changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.end_to_end.running import Devicelog

URL = "sim://reference-mesogun?speed=max"
DEVICE = f"reference-mesogun@{URL}"


def _words(**changed: str) -> list[str]:
    given = {"device": DEVICE, "protocol": "none", "subject": "P-1", "practitioner": "Dr. Test", **changed}
    return ["record", "--no-live", *(word for name, value in given.items() for word in (f"--{name}", value))]


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"device": f"reference-mesogum@{URL}"}, "did you mean 'reference-mesogun'"),
        ({"device": f"stranger@{URL}"}, "no driver is called 'stranger'"),
        ({"device": "reference-mesogun"}, "expected DRIVER@URL"),
        ({"device": "@/dev/ttyUSB0"}, "expected DRIVER@URL"),
        ({"device": "reference-mesogun@nonsense://here"}, "'nonsense://here' is not a port"),
        ({"device": ""}, "device"),
        ({"device": "reference-mesogun@/dev/tty\udcff"}, "no text"),
        ({"device": "reference-mesogun@sim://stranger?seed=1"}, "no simulator is called 'stranger'"),
        ({"device": f"./board.toml@{URL}"}, "board.toml: found no such file"),
        ({"protocol": "meso-face-gun-intradermol"}, "did you mean 'meso-face-gun-intradermal'"),
        ({"protocol": "unheard-of"}, "no treatment protocol is called 'unheard-of'"),
        ({"protocol": "missing.toml"}, "missing.toml"),
        ({"subject": ""}, "subject"),
        ({"subject": "  "}, "subject"),
        ({"practitioner": ""}, "practitioner"),
        ({"electrode-area": "8 cm"}, "wrong dimension"),
        ({"electrode-area": "8 furlong"}, "'furlong'"),
        ({"electrode-area": "0 cm**2"}, "more than zero"),
        ({"for": "45"}, "no unit"),
        ({"for": "0 s"}, "more than zero"),
        ({"for": "-1 min"}, "more than zero"),
        ({"for": "2 mL"}, "wrong dimension"),
        ({"for": "soon"}, "'soon' is not a quantity"),
        ({"for": "3 fortnights"}, "'fortnights'"),
        ({"until-quiet": "1 parsec"}, "'parsec'"),
        ({"for": "1 s", "until-quiet": "1 s"}, "exclude each other"),
        ({"subject": "P-\udcff"}, "subject"),
        ({"practitioner": "Dr. \udcff"}, "practitioner"),
        ({"zone": "\udcff"}, "zone"),
        ({"zone": ""}, "zone"),
    ],
)
def test_a_recording_that_cannot_be_meant_is_refused(box: Devicelog, changed: dict[str, str], named: str) -> None:
    sentence = box.refuses(*_words(**changed))
    assert named in sentence
    assert not box.store.exists(), "a store was made for a recording that was refused"


def test_the_same_port_twice_is_refused(box: Devicelog) -> None:
    assert "given twice" in box.refuses(*_words(), "--device", DEVICE)
    assert not box.store.exists()


@pytest.mark.parametrize("left_out", ["device", "protocol", "subject", "practitioner"])
def test_a_recording_without_a_needed_option_is_refused(box: Devicelog, left_out: str) -> None:
    words = _words()
    at = words.index(f"--{left_out}")
    assert f"--{left_out}" in box.refuses(*words[:at], *words[at + 2 :])


def test_a_subject_never_seen_before_is_simply_new(box: Devicelog) -> None:
    box(*_words(subject="P-1"), "--for", "100 ms")
    box(*_words(subject="P-2"), "--for", "100 ms")
    box(*_words(subject=" P-2 "), "--for", "100 ms")
    with box.reader() as reader:
        first, second, third = (row.subject for row in reader.sessions())
        assert first != second == third
        assert [reader.reference(first), reader.reference(second)] == ["P-1", "P-2"]


@pytest.mark.parametrize(
    "words",
    [
        ["recrod"],
        ["record", "--devise", DEVICE],
        ["sessions", "--since", "yesterday-ish"],
        ["sessions", "superfluous"],
        ["simulate", "reference-mesogum"],
        ["simulate", "reference-mesogun", "--speed", "0"],
        ["simulate", "reference-mesogun", "--speed", "quick"],
        ["simulate", "reference-mesogun", "--seed", "one"],
        ["simulate", "reference-mesogun", "--scenario", "missing.toml"],
        ["simulate", "reference-mesogun", "--scenario", "no-such"],
        ["simulate", "reference-mesogun", "--faults", "missing.toml"],
        ["drivers", "stranger"],
        ["protocols", "unheard-of"],
        ["protocols", "check", "missing.toml"],
        ["protocols", "approve", "unheard-of", "--by", "Dr. Test"],
        ["protocols", "approve", "meso-face-gun-intradermal", "--by", " "],
        ["protocols", "approve", "meso-face-gun-intradermal", "--by", "Dr. \udcff"],
        ["protocols", "approve", "meso-face-gun-intradermal"],
        ["show"],
        ["demo", "--speed", "-1"],
    ],
    ids=lambda words: ascii(" ".join(words)),
)
def test_a_command_that_cannot_be_meant_is_refused(box: Devicelog, words: list[str]) -> None:
    box.refuses(*words)
    assert not box.store.exists()


@pytest.mark.parametrize("command", ["sessions", "show", "entries", "export", "verify", "replay"])
def test_reading_where_there_is_no_store_is_refused(box: Devicelog, command: str) -> None:
    more = {"sessions": [], "verify": [], "export": ["last", "--to", "out"]}.get(command, ["last"])
    assert "no store" in box.refuses(command, *more)
    assert not box.store.exists()


@pytest.mark.parametrize("command", ["show", "entries", "export", "verify", "replay"])
@pytest.mark.parametrize("name", ["nothing-of-that-name", "2", ""])
def test_a_session_name_that_is_unknown_or_ambiguous_is_refused(recorded: Devicelog, command: str, name: str) -> None:
    more = ["--to", str(recorded.root / "never")] if command == "export" else []
    sentence = recorded.refuses(command, name, *more)
    if name == "2":
        assert "beginning of 2 sessions" in sentence
    assert not (recorded.root / "never").exists()


def test_entries_of_an_unknown_kind_are_refused(recorded: Devicelog) -> None:
    assert "observation" in recorded.refuses("entries", "last", "--kind", "observations")


def test_an_unknown_format_is_refused(recorded: Devicelog) -> None:
    never = recorded.root / "never"
    sentence = recorded.refuses("export", "last", "--to", str(never), "--format", "json,docx")
    assert "docx" in sentence
    assert "csv" in sentence
    assert not never.exists()


def test_a_subject_that_is_no_text_is_refused(recorded: Devicelog) -> None:
    assert "no text" in recorded.refuses("sessions", "--subject", "P-\udcff")


def test_a_replay_with_an_unknown_driver_is_refused(recorded: Devicelog) -> None:
    assert "no driver is called 'stranger'" in recorded.refuses("replay", "last", "--driver", "stranger")


def test_a_file_as_the_store_is_refused(box: Devicelog) -> None:
    file = box.root / "file"
    file.write_text("not a store", encoding="utf-8")
    for words in (_words(), ["sessions"], ["verify"], ["ports"], ["doctor"], ["show", "last"]):
        assert str(file) in box.refuses(*words, "--store", str(file))
    assert file.read_text(encoding="utf-8") == "not a store"
