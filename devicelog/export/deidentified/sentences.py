"""Sentences that the program made: kept where they are of a closed list, else said again without what they name."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from devicelog.export.deidentified.cover import LEFT_OUT

#: Why a device's data is missing, a line was lost, an alarm or a session ended, a zone or a syringe came into use.
CAUSES = frozenset(
    {
        "all of it was read back",
        "another device is on the line",
        "another device took its place",
        "asked by the system",
        "asked by the user",
        "chosen",
        "chosen at the start",
        "chosen by a key",
        "chosen on the page",
        "conflict",
        "first",
        "frames are missing",
        "late",
        "link lost",
        "nothing readable arrives",
        "the device is silent",
        "the device paused",
        "the device restarted",
        "the device was not heard to the end",
        "the devices fell silent",
        "the driver failed",
        "the gap was read back as far as it can be",
        "the host was asleep or stopped",
        "the last values of its counters",
        "the device's report",
        "the volume as it was typed",
        "no volume was typed behind the last triggers to hold them against",
        "the number of needles changed",
        "the reader failed",
        "the recorder was not running",
        "the recorder was not running, nobody knows for how long",
        "the session ended",
        "the store could not be written for too long",
        "the test was over",
        "the time was over",
        "unplugged",
        "went on to the hard limit",
    }
)

_ALARMS = tuple(
    (re.compile(pattern, re.DOTALL), said)
    for pattern, said in (
        (r"many bad frames from .*", "many bad frames: wrong settings of the port, or a bad cable"),
        (r"another device on the line: .*", "another device on the line"),
        (r"the device .* is on two links: .*", "a device is on two links: what it reports is counted twice"),
        (r"the .* that came back tells no serial number: .*", "the device that came back tells no serial number"),
        (r"the device on the line of .* does not say who it is: .*", "the device on the line does not say who it is"),
        (r"the link of .* is not read: .*", "the link is not read"),
        (r"the driver .* failed; .*", "the driver failed; its bytes are kept and can be decoded later"),
        (r"a unit of .* cannot be used.*", "a unit of the device cannot be used, the value is kept as sent"),
        (r"a report came again with other content.*", "a report came again with other content, or long after its turn"),
        (r"the device restarted: .*", "the device restarted: what it did around that moment may be missing"),
        (r".* went from -?\d+ to -?\d+: no step.*", "a counter changed as no step, wrap or restart explains"),
        (r".*; what was given in between is not known exactly", "what was given in between is not known exactly"),
        (
            r"the charge dose is a lower bound: .*",
            "the charge dose is a lower bound: samples of the current are missing",
        ),
        (r"nothing is checked: .*", "nothing is checked: no limit applies to what the device reports"),
        (r".* says .*, recorded were .*", "the device's totals are not those that were recorded"),
        (r"\d+ of the device's logs of this session did not come.*", "logs of the device did not come"),
        (r"the log .* of .*", "a log that the device keeps is doubtful"),
        (r"the clock of .* was set or does not run evenly.*", "the device's clock was set or does not run evenly"),
        (
            r"the volume of a trigger stepped from one unit.*",
            "the volume of a trigger stepped from one unit to another",
        ),
        (r"the zone .* is excluded .*", "the zone is excluded"),
        (r"the zone .* is not on the body map.*", "the zone is not on the body map"),
        (r"the zone .* holds one that must not be treated.*", "the zone holds one that must not be treated"),
        (r"the zone .* is outside the area of .*", "the zone is outside the area of the treatment protocol"),
        (r"syringe \d+.*: .*", "a product in the syringe is expired, recalled or not known"),
        (r"learned during the session: .*", "a contraindication was learned during the session"),
        (r"the store .*", "what was recorded could not be kept at once"),
        (r"nobody takes what is printed: .*", "what was recorded could not be kept at once"),
    )
)
_CODE = re.compile(r"[0-9]{1,5}|[A-Z]")
_GAP = re.compile(r"no data from .*?: (.*)", re.DOTALL)


def alarm_sentence(content: dict[str, Any], text: object, state: object) -> str:
    """What an alarm says: of a limit, from its figures, which were covered before; of anything else, what it is about.

    `state` is the code by which the device raised it, if it did; its words are those of a driver, and are left out.
    """
    if content.get("name"):
        return _of_a_limit(content, str(text))
    if state is not None:
        return f"the device raised an alarm{f' (code {state})' if _CODE.fullmatch(str(state)) else ''}"
    gap = _GAP.fullmatch(str(text))
    if gap is not None:
        return f"no data: {gap[1] if gap[1] in CAUSES else LEFT_OUT}"
    return next((said for pattern, said in _ALARMS if pattern.fullmatch(str(text))), f"{LEFT_OUT}: the alarm's words")


def _of_a_limit(content: dict[str, Any], text: str) -> str:
    name, value, bound, unit = (content.get(key) for key in ("name", "value", "bound", "unit"))
    if value is None or bound is None:
        return f"{name} cannot be evaluated" if " cannot be evaluated: " in text else str(name)
    where = f" in {content['zone']}" if content.get("zone") else ""
    try:
        side = "below" if Decimal(value) < Decimal(bound) else "above"
    except (InvalidOperation, TypeError):
        return str(name)
    return f"{name} {value} {unit}{where} is {side} the {content.get('severity')} limit of {bound} {unit}"


def ending(because: object) -> str:
    """Why a session ended, or that it was refused, without what for."""
    text = str(because)
    return "refused" if text.startswith("refused: ") else text if text in CAUSES else LEFT_OUT
