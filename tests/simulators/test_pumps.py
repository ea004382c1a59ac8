"""The simulated pumps write what the manual and the recordings of others say, byte for byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from devicelog_simulators.kds_legato import Legato, LegatoScenario
from devicelog_simulators.new_era import NewEra, NewEraScenario

VECTORS = json.loads((Path(__file__).parents[1] / "captures" / "pumps.json").read_text(encoding="utf-8"))


def frame(meaning: str, protocol: str) -> bytes:
    return next(
        bytes.fromhex(vector["hex"])
        for vector in VECTORS
        if (vector["meaning"], vector["protocol"], vector["direction"]) == (meaning, protocol, "from_device")
    )


def new_era(*steps: dict[str, Any], seed: int = 1, **device: Any) -> NewEra:
    scenario = {"simulator": "new-era", "title": "test", "device": device, "steps": list(steps)}
    return NewEra(NewEraScenario.model_validate(scenario), seed)


def legato(*steps: dict[str, Any], seed: int = 1, **device: Any) -> Legato:
    scenario = {"simulator": "kds-legato", "title": "test", "device": device, "steps": list(steps)}
    return Legato(LegatoScenario.model_validate(scenario), seed)


def infuse(rate: str, lasting: str, **more: Any) -> dict[str, Any]:
    return {"do": "infuse", "rate": rate, "for": lasting, **more}


IDLE = {"do": "idle", "for": "1 h"}


# -- New Era ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("framing", "query"), [("basic", b"00DIS\r"), ("safe", bytes.fromhex("02093030444953 3CA8 03"))]
)
def test_a_volume_dispensed_is_the_published_frame(framing: str, query: bytes) -> None:
    pump = new_era(infuse("4500 mL/h", "1 s"), infuse("1 mL/h", "1 h"), framing=framing)
    pump.advance(1.0)

    assert pump.answer(query) == frame("dispensed 1.250 mL, infusing", f"newera_{framing}")


def test_after_a_loss_of_power_the_first_query_of_any_kind_gets_the_alarm_and_clears_it() -> None:
    pump = new_era({"do": "power_loss"}, IDLE)
    pump.advance(0.1)

    assert pump.answer(b"00DIA\r") == frame("ALARM: pump was reset (power interrupted)", "newera_basic")
    assert pump.answer(b"00DIS\r") == b"\x0200SI0.000W0.000ML\x03"


def test_a_pump_whose_safe_mode_was_armed_stops_when_the_host_falls_silent() -> None:
    pump = new_era(infuse("60 mL/h", "1 h"), framing="safe", safe_timeout=4)
    assert pump.advance(10) == b""

    pump.answer(bytes.fromhex("02093030444953 3CA8 03"))

    assert pump.advance(3.9) == b""
    assert b"00A?T" in pump.advance(0.2)


def test_in_safe_framing_an_alarm_is_sent_unasked_and_stays_until_a_query_is_answered_with_it() -> None:
    pump = new_era({"do": "stall"}, IDLE, framing="safe")
    alarm = frame("ALARM: motor stalled", "newera_safe")

    assert pump.advance(0.1) == alarm
    assert pump.answer(bytes.fromhex("02093030444953 3CA8 03")) == alarm
    assert pump.answer(bytes.fromhex("02093030444953 3CA8 03")) != alarm


def test_a_pump_in_one_framing_answers_nothing_in_the_other() -> None:
    assert new_era(IDLE, framing="safe").answer(b"00DIS\r") == b""
    assert new_era(IDLE, framing="basic").answer(bytes.fromhex("02093030444953 3CA8 03")) == b""


@pytest.mark.parametrize(("lasting", "volume"), [(5, "5.000"), (50, "50.00"), (500, "500.0"), (5_000, "5000.")])
def test_a_volume_has_four_digits_and_a_point(lasting: int, volume: str) -> None:
    pump = new_era(infuse("3600 mL/h", "2 h"))
    pump.advance(lasting)

    assert pump.answer(b"00DIS\r") == f"\x0200II{volume}W0.000ML\x03".encode()


def test_a_command_that_would_set_something_is_refused_and_kept() -> None:
    pump = new_era(IDLE)

    assert pump.answer(b"00RAT 5 MM\r") == b"\x0200S?\x03"
    assert pump.heard == [b"RAT 5 MM"]


# -- Legato ----------------------------------------------------------------------------------------------------


def test_an_infused_volume_has_the_form_of_the_recorded_reply() -> None:
    pump = legato(infuse("6.084 mL/h", "1 s"), infuse("0.828 mL/h", "1 h"))
    pump.advance(1.001)

    assert pump.answer(b"@ivolume\r\n") == b"\n1.69 ul\r\n>\x11"


def test_a_diameter_is_the_recorded_reply() -> None:
    assert legato(IDLE, diameter="7.262 mm").answer(b"@diameter\r\n") == frame("syringe diameter", "kds_legato")


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        ("irate lim", "rate limits for diameter"),
        ("wrate lim", "withdrawal rate limits"),
        ("tvolume", "no target volume"),
        ("ttime", "no target time"),
        ("svolume", "syringe volume"),
        ("force", "force"),
        ("time", "device clock, US m/d/y 12 h, no zone"),
    ],
)
def test_what_a_pump_is_set_to_is_the_recorded_reply(query: str, meaning: str) -> None:
    assert legato(IDLE, diameter="7.262 mm").answer(f"@{query}\r\n".encode()) == frame(meaning, "kds_legato")


@pytest.mark.parametrize(
    ("target", "meaning"), [("30 s", "target time (form 1)"), ("90 min", "target time (form 2, h:m:s)")]
)
def test_a_target_time_is_told_in_the_two_recorded_forms(target: str, meaning: str) -> None:
    assert legato(IDLE, target_time=target).answer(b"@ttime\r\n") == frame(meaning, "kds_legato")


@pytest.mark.parametrize(("poll", "end"), [(True, b":\x11"), (False, b":")])
def test_a_reply_ends_with_xon_only_if_somebody_has_set_that(poll: bool, end: bytes) -> None:
    pump = legato(IDLE, poll=poll)

    assert pump.answer(b"@version\r\n") == (
        b"\nFirmware:      v3.0.6\r\nPump address:  0\r\nSerial number: SIM-KL-0001\r\n" + end
    )


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 ul"), (1, "10 nl"), (250, "2.5 ul"), (99_999, "999.99 ul"), (150_000, "1.5 ml")]
)
def test_the_unit_of_a_volume_follows_its_size(seconds: int, said: str) -> None:
    pump = legato(infuse("0.036 mL/h", "100 h"))
    pump.advance(seconds)

    assert pump.answer(b"@ivolume\r\n") == f"\n{said}\r\n>\x11".encode()


@pytest.mark.parametrize(("event", "prompt"), [("stall", b"*"), ("target", b"T*")])
def test_what_stopped_the_pump_stays_in_its_prompt(event: str, prompt: bytes) -> None:
    pump = legato(infuse("36 mL/h", "1 s"), {"do": event}, IDLE)
    pump.advance(5)

    assert pump.answer(b"@ivolume\r\n") == b"\n10 ul\r\n" + prompt + b"\x11"


def test_another_pump_s_address_stands_before_its_prompt() -> None:
    pump = legato({"do": "idle", "for": "1 h", "address": 2})
    pump.advance(0.1)

    assert pump.answer(b"@ivolume\r\n").endswith(b"\r\n02:\x11")


# -- both ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [new_era, legato])
@settings(deadline=None)
@example(request=b"@iv\xffolume\r\n\xff\r")
@given(request=st.binary(max_size=40))
def test_whatever_bytes_are_sent_a_pump_is_silent_or_replies_in_ascii(make: Any, request: bytes) -> None:
    pump = make(IDLE)
    pump.advance(0.1)

    reply = pump.answer(request) + pump.answer(b"\r\n")

    assert reply.isascii()
    assert pump.heard


@pytest.mark.parametrize("make", [new_era, legato])
def test_late_replies_keep_their_order_and_the_same_seed_gives_the_same_bytes(make: Any) -> None:
    queries = {new_era: [b"00DIS\r", b"00RAT\r"], legato: [b"@ivolume\r\n", b"@irate\r\n"]}[make]

    def play(seed: int) -> list[bytes]:
        pump = make(infuse("36 mL/h", "1 h", late="800 ms"), seed=seed)
        pump.advance(1)
        assert [pump.answer(query) for query in queries] == [b"", b""]
        return [pump.advance(0.1) for _ in range(30)]

    late = play(1)
    assert late == play(1)
    assert late != play(2)
    on_time = make(infuse("36 mL/h", "1 h"))
    on_time.advance(1)
    assert b"".join(late) == b"".join(on_time.answer(query) for query in queries)


@pytest.mark.parametrize("make", [new_era, legato])
def test_a_pump_is_finished_when_its_scenario_is_over_and_every_reply_is_out(make: Any) -> None:
    pump = make(infuse("36 mL/h", "2 s", late="800 ms"))
    pump.advance(1.9)
    pump.answer(b"00DIS\r" if make is new_era else b"@ivolume\r\n")
    pump.advance(0.2)
    assert not pump.finished

    pump.advance(2)

    assert pump.finished
