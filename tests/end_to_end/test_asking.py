"""At a terminal the steps are asked one by one, and during the recording its keys state more; replay finds it again."""

from __future__ import annotations

import os
import signal
import termios
from typing import TYPE_CHECKING

import pytest

from devicelog.screening.rules import load
from devicelog.treatment.protocol import Modality
from tests.end_to_end.plans import plan
from tests.end_to_end.running import PATIENCE, wait_until
from tests.end_to_end.terminal import Terminal

if TYPE_CHECKING:
    from tests.end_to_end.running import Devicelog

pytestmark = pytest.mark.skipif(not hasattr(os, "openpty"), reason="this machine has no ptys")

GUN = "reference-mesogun@sim://reference-mesogun?seed=1"
#: Role, registration number, place; then the medical history.
OPENED = ("physician", "12-345", "Room 2", "y", "hay fever")
#: Consent with its form, version, name, day and three answers; patch test; consultation.
REST = ("y", "Mesotherapy", "3", "", "2026-01-15", "y", "y", "", "n", "skip", "by telephone before")


def words(device: str = GUN, protocol: str = "meso-face-gun-intradermal") -> tuple[str, ...]:
    who = ("--subject", "P-1", "--practitioner", "Dr. Test", "--zone", "forehead")
    return ("record", "--device", device, "--protocol", protocol, *who)


def screening(**other: str) -> list[str]:
    """What is typed to every question of an injection session: what raises nothing, but for others."""
    return [other.get(rule.code, rule.expected.value) for rule in load().asked(Modality.INJECTION)]


def type_lines(terminal: Terminal, *lines: str) -> None:
    terminal.type("".join(f"{line}\r" for line in lines))


# -- asking ----------------------------------------------------------------------------------------------------


def test_at_a_terminal_the_steps_are_asked_and_recorded_when_they_were_answered(box: Devicelog) -> None:
    with Terminal(box, *words()) as terminal:
        terminal.wait_for("Role of who treats")
        assert box.states() == {}, "nothing is kept before the session begins"
        type_lines(terminal, *OPENED)
        terminal.wait_for("Are you pregnant")
        type_lines(terminal, "perhaps")
        terminal.wait_for("expected one of yes, no, unknown, not asked")
        type_lines(terminal, *screening(event_soon=""))
        terminal.wait_for("Was consent given?")
        type_lines(terminal, "n")
        terminal.wait_for("STOPS: consent was not given")
        type_lines(terminal, "back", *REST)
        terminal.wait_for("Which product is used?")
        type_lines(terminal, "Revital", "Example Labs", "L-1", "2099-12", "", "HA, 10 mg/mL", "", "3 mL", "")
        type_lines(terminal, "left tray", "1", "2 mL", "", "right tray", "1", "1 mL", "", "", "30", "4 mm", "")
        terminal.wait_for("begin? [Y/n/back]")
        type_lines(terminal, "")
        terminal.wait_for("z zone · s syringe")
        assert terminal.end() == 0

    (opened,), (product,) = box.of("opened"), box.of("product")
    assert (opened["role"], opened["registration"], opened["place"]) == ("physician", "12-345", "Room 2")
    assert (product["lot"], product["expiry"], product["drawn"]) == ("L-1", "2099-12-31", "3")
    assert [said["volume"] for said in box.of("syringe")] == ["2", "1"]
    assert [said["given"] for said in box.of("consent")] == ["yes"], "what was gone back from is not stated"
    entries = box.entries()
    moments = [entry.t_us for entry in entries if entry.kind in ("opened", "history", "consent", "product")]
    assert moments == sorted(moments)
    assert moments[-1] > moments[0] > 0, "each is of the moment in which it was answered"
    document = box("show", "last", "--json").document
    steps = {step["step"]: step for step in document["steps"]}
    assert steps["screening"]["unanswered"] == ["event_soon"]
    assert (steps["consultation"]["progress"], steps["consultation"]["why"]) == ("skipped", "by telephone before")
    (account,) = document["accounting"]
    assert "the steps before were stated; the port was not open yet" in account["causes"]
    assert "same entries, bit for bit" in box("replay", "last").err
    box("verify")


def test_a_question_is_explained_gone_back_to_and_kept(box: Devicelog) -> None:
    with Terminal(box, *words(protocol="none")) as terminal:
        terminal.wait_for("Role of who treats")
        type_lines(terminal, "nurse", "17", "?")
        terminal.wait_for("Who treats, as what (such as physician)")
        type_lines(terminal, "Room 2", "back", "back")
        terminal.wait_for("[17]")
        type_lines(terminal, "18")
        terminal.wait_for("[Room 2]")
        type_lines(terminal, "keep all", "skip", "yes")
        terminal.wait_for("found 'yes', expected a reason in words")
        type_lines(terminal, "known for years")
        terminal.wait_for("1 of ")
        type_lines(terminal, "skip", "asked on paper", "skip", "on paper", "", "", "Revital", "", "4 mm", "2099-12")
        type_lines(terminal, "", "", "2 mL", "", "", "30", "", "")
        terminal.wait_for("the lot of product 1 is '4 mm', which looks like an amount")
        assert "history: LEFT OUT by Dr. Test, known for years" in terminal.screen
        terminal.wait_for("begin? [Y/n/back]")
        type_lines(terminal, "")
        terminal.wait_for("z zone · s syringe")
        assert terminal.end() == 0

    (opened,), (product,) = box.of("opened"), box.of("product")
    assert (opened["role"], opened["registration"], opened["place"]) == ("nurse", "18", "Room 2")
    assert (product["maker"], product["lot"]) == (None, "4 mm")
    assert "maker not known" in box("show", "last").out
    box("export", "last", "--to", "exported")
    box("verify")


def test_a_stop_without_a_reason_is_kept_as_a_refused_session(box: Devicelog) -> None:
    with Terminal(box, *words()) as terminal:
        terminal.wait_for("Role of who treats")
        type_lines(terminal, *OPENED, *screening(pregnancy="y\rthird month"))
        terminal.wait_for("STOPS: Pregnancy: the answer is yes")
        type_lines(terminal, "", *REST, "", "none is given", "")
        terminal.wait_for("the session is refused; keep that? [Y/n/back]")
        type_lines(terminal, "")
        wait_until(lambda: terminal.look() and terminal.process.poll() is not None, "its end")
        assert terminal.process.returncode == 1
        assert "override screening:pregnancy with a reason by name." in terminal.screen

    assert box.of("refused") == [{"because": ["screening:pregnancy"], "by": "Dr. Test"}]
    assert "link_opened" not in [entry.kind for entry in box.entries()]
    box("verify")


def test_somebody_who_does_not_want_to_begin_records_nothing(box: Devicelog) -> None:
    with Terminal(box, *words(protocol="none")) as terminal:
        terminal.wait_for("Role of who treats")
        skips = [line for step in ("history", "screening") for line in ("skip", f"{step} is known")]
        type_lines(terminal, "", "", "", *skips, "skip", "on paper", "", "", "", "none is given", "")
        terminal.wait_for("begin? [Y/n/back]")
        type_lines(terminal, "n")
        wait_until(lambda: terminal.look() and terminal.process.poll() is not None, "its end")
        assert terminal.process.returncode == 1
        assert "nothing was recorded" in terminal.screen

    assert box.states() == {}


@pytest.mark.parametrize("ends", ["kill", "the end of typing", "Ctrl-C"])
def test_asking_that_breaks_off_leaves_nothing_half(box: Devicelog, ends: str) -> None:
    with Terminal(box, *words()) as terminal:
        terminal.wait_for("Role of who treats")
        type_lines(terminal, *OPENED)
        terminal.wait_for("Are you pregnant")
        if ends == "kill":
            terminal.process.send_signal(signal.SIGKILL)
        else:
            terminal.type("\x04" if ends == "the end of typing" else "\x03")
        wait_until(lambda: terminal.look() and terminal.process.poll() is not None, "its end")
        code = terminal.process.wait(PATIENCE)
        assert code == (-signal.SIGKILL if ends == "kill" else 3)
        assert ends == "kill" or "nothing was recorded" in terminal.screen

    assert box.states() == {}
    with box.reader() as reader:
        assert reader.subject("P-1") is None
    box(*box.recording("sim://reference-mesogun?seed=1&speed=max"), "--until-quiet", "500 ms")
    box("verify")


def test_a_port_that_cannot_be_opened_costs_no_answer(box: Devicelog) -> None:
    port = box.root / "gun"
    with Terminal(box, *words(f"reference-mesogun@{port}", "none")) as terminal:
        terminal.wait_for("Role of who treats")
        type_lines(terminal, "nurse", "", "", "skip", "known well", "skip", "known well", "skip", "on paper", "", "")
        type_lines(terminal, "", "none is given", "")
        terminal.wait_for("begin? [Y/n/back]")
        type_lines(terminal, "")
        terminal.wait_for("the answers are kept; try again? [Y/n]")
        with box.simulator("reference-mesogun", "--seed", "1", "--link", str(port)):
            type_lines(terminal, "")
            terminal.wait_for("z zone · s syringe")
            assert terminal.end() == 0

    assert [said["role"] for said in box.of("opened")] == ["nurse"]
    assert "link_opened" in [entry.kind for entry in box.entries()]


# -- keys ------------------------------------------------------------------------------------------------------


def test_keys_during_the_recording_are_entries_and_replay_finds_them_again(box: Devicelog) -> None:
    file = plan(box.root / "plan.toml", device=GUN)
    with Terminal(box, "record", "--plan", file) as terminal:
        before = terminal.modes()
        terminal.wait_for("z zone · s syringe")
        assert not terminal.modes() & (termios.ICANON | termios.ECHO)
        terminal.type("zface.chin")
        terminal.wait_for("face.chin")
        assert len(box.of("zone")) == 1, "nothing counts before Enter"
        terminal.type("\r")
        terminal.wait_for("kept: zone Chin")
        terminal.wait_for("syringe 1 left tray")
        terminal.type("zelbow\r")
        terminal.wait_for("zone refused: found 'elbow', expected a number of the list")
        terminal.type("s3\r")
        terminal.wait_for("found '3', expected the number of a syringe (1, 2)")
        terminal.type("s2\r")
        terminal.wait_for("kept: syringe 2, right tray")
        terminal.type("pa telephone\r")
        terminal.wait_for("■ PAUSED, recording")
        terminal.wait_for("p resume")
        terminal.wait_for("GIVEN WHILE PAUSED: ")
        terminal.type("p\r")
        terminal.wait_for("kept: resumed")
        terminal.type("nthe skin is warm\r")
        terminal.wait_for("kept: note: the skin is warm")
        terminal.type("e3 at the chin\r")
        terminal.wait_for("kept: event: pain, at the chin")
        terminal.type("nnever kept\x1b")
        terminal.wait_for("dropped")
        assert terminal.end() == 0
        assert terminal.modes() == before

    expected = ["zone", "syringe_in_use", "paused", "resumed", "note", "event"]
    assert [entry.kind for entry in box.entries() if entry.t_us > 0 and entry.kind in expected] == expected
    (note,), (event,), (paused,) = box.of("note"), box.of("event"), box.of("paused")
    assert note["text"].keys() == event["text"].keys() == {"sealed", "digest"}
    assert event["code"] == "pain"
    assert paused["because"].keys() == {"sealed", "digest"}
    assert box.of("zone")[-1]["code"] == "face.chin"
    assert "the skin is warm" in box("show", "last").out
    assert "same entries, bit for bit" in box("replay", "last").err
    box("verify")


def test_an_excluded_zone_that_is_chosen_by_a_key_alarms(box: Devicelog) -> None:
    unit = "reference-noneedle@sim://reference-noneedle?seed=1"
    unasked = ("--no-ask", "a test of the keys")
    with Terminal(box, *words(unit, "noneedle-ionto-dc-face"), *unasked) as terminal:
        terminal.wait_for("z zone · s syringe")
        terminal.type("zface.orbital\r")
        terminal.wait_for("EXCLUDED: the zone face.orbital is excluded")
        wait_until(lambda: any(alarm.get("zone") == "face.orbital" for alarm in box.of("alarm")), "the alarm")
        assert terminal.end() == 0


def test_a_contraindication_that_is_learned_is_a_high_alarm_and_the_recording_goes_on(box: Devicelog) -> None:
    unit = "reference-noneedle@sim://reference-noneedle?seed=1"
    unasked = ("--no-ask", "a test of the keys")
    with Terminal(box, *words(unit, "noneedle-ionto-dc-face"), *unasked) as terminal:
        terminal.wait_for("z zone · s syringe")
        terminal.type("cactive_imp she says now\r")
        terminal.wait_for("kept: contraindication learned")
        wait_until(lambda: len(box.of("alarm")) > 0, "the alarm")
        before = len(box.of("observation"))
        wait_until(lambda: terminal.look() and len(box.of("observation")) > before + 3, "more of the treatment")
        assert terminal.end() == 0

    (answer,) = box.of("screening")
    assert (answer["code"], answer["answer"], answer["raises"], answer["from"]) == (
        "active_implant",
        "yes",
        "stop",
        "learned",
    )
    assert answer["detail"].keys() == {"sealed", "digest"}
    document = box("show", "last", "--json").document
    (alarm,) = [alarm for alarm in document["alarms"] if alarm["text"].startswith("learned during the session: ")]
    assert (alarm["priority"], alarm["latching"]) == ("high", True)
    assert "learned during the session" in box("show", "last").out
    missing = {item["aspect"]: item["missing"] for item in document["completeness"]}["screening"]
    assert "active_implant stops such a treatment, and was learned when it had begun" in missing
    box("replay", "last")
    box("verify")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_terminal_is_given_back_whatever_ends_the_recording(box: Devicelog, number: int) -> None:
    with Terminal(box, *words(protocol="none"), "--no-ask", "a test of the keys") as terminal:
        before = terminal.modes()
        terminal.wait_for("z zone · s syringe")
        terminal.type("na begun note")
        terminal.wait_for("a begun note")
        assert terminal.modes() != before
        terminal.process.send_signal(number)
        wait_until(lambda: terminal.look() and terminal.process.poll() is not None, "the end of the recording")
        assert terminal.process.returncode == 0
        assert terminal.modes() == before

    assert box.of("note") == []


def test_beside_a_typed_device_a_colon_begins_a_line_for_the_keys(box: Devicelog) -> None:
    card = box.root / "gun.txt"
    card.write_text("device Acme Injector 3 serial 0417\nneedles 1\nbasis depth extension\n", encoding="utf-8")
    typed = words(f"manual@keyboard://{card}", "none")
    with Terminal(box, *typed, "--no-ask", "a test of the keys") as terminal:
        terminal.wait_for("type ▸")
        terminal.wait_for(": and then z zone")
        terminal.type(":nat the chin\r")
        terminal.wait_for("kept: note: at the chin")
        terminal.type("dose 0.02 mL\r\r")
        terminal.wait_for("kept: dose 0.02 mL")
        terminal.type("shots 4\r\r")
        terminal.wait_for("kept: shots 4")
        assert terminal.end() == 0

    assert len(box.of("note")) == 1
    assert not [entry for entry in box.entries() if entry.kind == "bad_frame"]
    assert box("show", "last", "--json").document["totals"]["injections"]["volume"]["value"] == "0.08"
