"""What may stand in a DLR1 frame with a right CRC: whatever it is, nothing is raised and nothing impossible is read."""

from __future__ import annotations

from binascii import crc_hqx

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.driver import BadFrame, Driver, Event, Reading
from devicelog_drivers import reference_mesogun, reference_noneedle

TYPES = ["INJ", "EP", "CFG", "HB", "EOS", "ID", "CAP", "LOG", "LOGE", "LOG,INJ", "LOG,EP", "LOG,LOG", "NEW", ""]
FIELDS = st.one_of(
    st.sampled_from(["", "0", "-0", "-1", "007", "4294967295", "4294967296", "N", "P", "R", "EP", "INJ", "needles=1"]),
    st.sampled_from(
        ["area=0", "depth=", "=", "a==b", "current=rms", "9" * 30, "1.5", "+1", " 1", "é", "\t", "\r", "\n"]
    ),
    st.integers(-10, 10**13).map(str),
    st.text(alphabet=st.characters(max_codepoint=255, exclude_characters="$*"), max_size=12),
)
BODIES = st.one_of(
    st.builds(
        lambda kind, fields: ",".join(["DLR1", kind, *fields]), st.sampled_from(TYPES), st.lists(FIELDS, max_size=14)
    ),
    st.text(alphabet=st.characters(max_codepoint=255, exclude_characters="$*"), max_size=150),
)


def events(driver: Driver, body: str) -> list[Event]:
    raw = body.encode("latin-1")
    return driver.decoder().feed(b"$%b*%04X\r\n" % (raw, crc_hqx(raw, 0xFFFF)))


@pytest.mark.parametrize("driver", [reference_mesogun.DRIVER, reference_noneedle.DRIVER], ids=lambda d: d.name)
@given(body=BODIES)
def test_a_right_crc_over_anything_gives_a_bad_frame_or_a_reading_that_can_be(driver: Driver, body: str) -> None:
    for event in events(driver, body):
        if type(event) is BadFrame:
            assert event.reason
        if type(event) is Reading:
            names = [metric.name for metric in driver.report(event.report).metrics]
            values = dict(zip(names, event.values, strict=True))
            assert all(isinstance(value, int) and value >= 0 for value in event.values[:3])
            assert all(values.get(name) is None or int(str(values[name])) >= 0 for name in ("volume", "depth"))
            assert (event.report == "purge") == (values.get("mode") == "P")


@given(st.integers(0, 0xFFFF), st.sampled_from(["INJ,17,483920,3,42,180317,20000,1500,,N,0", "HB,1,2,3,R,0"]))
def test_of_all_checks_only_one_is_right(check: int, content: str) -> None:
    body = f"DLR1,{content}".encode()
    right = crc_hqx(body, 0xFFFF)

    (event,) = reference_mesogun.DRIVER.decoder().feed(b"$%b*%04X\r\n" % (body, check))

    assert (type(event) is Reading) == (check == right)


def test_ten_thousand_digits_are_refused_at_once_and_not_turned_into_a_number() -> None:
    found = events(reference_mesogun.DRIVER, "DLR1,INJ," + "9" * 10_000)

    assert {type(event) for event in found} == {BadFrame}
