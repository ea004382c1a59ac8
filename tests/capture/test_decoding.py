"""A capture through a driver gives what the device said, as a session would have it, and stores nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from devicelog.capture.decoding import Decoding
from devicelog.capture.file import CaptureFile
from devicelog.chunk import ChunkKind
from devicelog.errors import BadInputError
from devicelog.record.record import fold
from devicelog.testing.simulated import play
from devicelog_drivers import kds_legato, reference_mesogun
from devicelog_simulators import kds_legato as legato_simulator
from devicelog_simulators import reference_mesogun as gun_simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from devicelog.driver import Driver

GUN, LEGATO = reference_mesogun.DRIVER, kds_legato.DRIVER
VERSION = b"\nFirmware:      v3.0.6\r\nPump address:  0\r\nSerial number: D101754\r\n:\x11"


def entries(path: Path, driver: Driver, links: Sequence[int] = (), asked: int | None = None) -> list[tuple[str, Any]]:
    return [(entry.kind, entry.content) for entry, _ in Decoding(CaptureFile(path), driver, "", links, asked).entries()]


def observations(path: Path, driver: Driver, **options: Any) -> list[Any]:
    return [content[2] for kind, content in entries(path, driver, **options) if kind == "observation"]


def test_a_captured_session_is_decoded_to_its_end(captured: Callable[..., Path]) -> None:
    path = captured(play(GUN, gun_simulator.SIMULATOR.start(1, None), 3600))

    record = fold([entry for entry, _ in Decoding(CaptureFile(path), GUN, "").entries()])

    assert record.tally.session.triggers == 100
    assert record.tally.session.volume_ml == 2
    assert record.missing_things() == []
    assert record.ended == "the simulation was over"


def test_what_was_asked_pairs_replies_that_do_not_name_themselves(captured: Callable[..., Path]) -> None:
    path = captured(play(LEGATO, legato_simulator.SIMULATOR.start(1, None), 30))

    reports = {content["report"] for kind, content in entries(path, LEGATO) if kind == "layout"}

    assert {"infused", "withdrawn", "infusion_rate"} <= reports


def test_a_tap_of_both_directions_pairs_them_too(said: Callable[..., Path]) -> None:
    talk = [(2, b"@version\r\n"), (1, VERSION), (2, b"@ivol"), (2, b"ume\r\n"), (1, b"\n1.69023 ul\r\n>\x11")]
    path = said(*talk, links=2)

    alone, paired = observations(path, LEGATO, links=[1]), observations(path, LEGATO, asked=2)

    assert [values[0] for values in alone] == [None]
    assert [Decimal(values[0]) for values in paired] == [Decimal("1.69023")]


def test_each_line_has_a_decoder_of_its_own(said: Callable[..., Path], captured: Callable[..., Path]) -> None:
    sent = [chunk.data for chunk in play(GUN, gun_simulator.SIMULATOR.start(1, None), 60) if chunk.kind == "received"]
    halves = [(link, piece) for data in sent for link, piece in ((1, data), (2, data[:9]), (2, data[9:]))]
    path = said(*halves, links=2)

    both, one = entries(path, GUN), entries(path, GUN, links=[2])

    assert sum(kind == "observation" for kind, _ in both) == 2 * sum(kind == "observation" for kind, _ in one) > 0


def test_a_bad_frame_comes_with_its_bytes(said: Callable[..., Path]) -> None:
    path = said((1, b"\x01\x02noise\r\n"), (1, b"$DLR1,HB,0,0,1,I,0*0000\r\n"))

    bad = [raw for entry, raw in Decoding(CaptureFile(path), GUN, "").entries() if entry.kind == "bad_frame"]

    assert b"".join(bad) == b"\x01\x02noise\r\n$DLR1,HB,0,0,1,I,0*0000\r\n"


def test_a_capture_without_an_end_is_decoded_up_to_where_it_was_cut_off(captured: Callable[..., Path]) -> None:
    chunks = list(play(GUN, gun_simulator.SIMULATOR.start(1, None), 60))
    path = captured(chunk for chunk in chunks if chunk.kind is not ChunkKind.ENDED)
    path.write_bytes(path.read_bytes()[:-5])

    record = fold([entry for entry, _ in Decoding(CaptureFile(path), GUN, "").entries()])

    assert record.ended == "the capture is cut off"
    assert record.tally.session.triggers > 0


def test_silence_in_a_capture_is_a_gap_as_in_a_session(captured: Callable[..., Path]) -> None:
    chunks = list(play(GUN, gun_simulator.SIMULATOR.start(1, None), 60))
    silent = (chunks[0].boot_ns + 30_000_000_000, chunks[0].boot_ns + 45_000_000_000)
    path = captured(chunk for chunk in chunks if not silent[0] < chunk.boot_ns < silent[1])

    gaps = [content for kind, content in entries(path, GUN) if kind == "gap"]

    assert [gap["cause"] for gap in gaps] == ["the device is silent"]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"links": [3]}, "has no link 3; expected one of 1, 2"),
        ({"asked": 3}, "has no link 3"),
        ({"links": [1], "asked": 1}, "link 1 cannot be both"),
    ],
)
def test_lines_that_are_not_there_are_told(said: Callable[..., Path], options: dict[str, Any], why: str) -> None:
    path = said((1, b"x"), links=2)

    with pytest.raises(BadInputError, match=why):
        Decoding(CaptureFile(path), GUN, "", **options)
