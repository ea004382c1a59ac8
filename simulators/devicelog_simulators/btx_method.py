"""A stored method of a BTX Gemini X2, as `sendmtd` sends it: 104 bytes, little-endian, in hexadecimal."""

from __future__ import annotations

import struct
from typing import Annotated, Literal

from pydantic import Field

from devicelog_simulators.quantities import Micrometres, Microseconds, Milliseconds
from devicelog_simulators.toml_file import Table

#: Version, name, kind, voltage (V), duration (us), resistance (ohm), capacitance (uF), pulses, interval (ms), gap (mm).
_PAYLOAD = struct.Struct("<I28sI4xI4xI4xIIIIf28x")


class Method(Table):
    """What a user has stored."""

    name: Annotated[str, Field(pattern=r"^[!-~]{1,28}$")]
    wave: Literal["exponential", "square"] = "exponential"
    voltage: Annotated[int, Field(ge=5, le=3_000)]
    duration: Microseconds = 0
    resistance: Annotated[int, Field(ge=0)] = 0
    capacitance: Annotated[int, Field(ge=0)] = 0
    pulses: Annotated[int, Field(ge=1, le=10)] = 1
    interval: Annotated[Milliseconds, Field(ge=0)] = 0
    gap: Micrometres

    @property
    def payload(self) -> bytes:
        """As it is sent."""
        return _PAYLOAD.pack(
            1,
            self.name.encode("ascii"),
            int(self.wave == "square"),
            self.voltage,
            self.duration,
            self.resistance,
            self.capacitance,
            self.pulses,
            self.interval,
            self.gap / 1_000,
        )


def catalogue(methods: list[Method]) -> list[str]:
    """What `cat "*.BTX"` lists; each method has the size 1."""
    rows = [f"{method.name:<16} 1" for method in methods]
    return ["Method name      Size", "---------------  ----", *rows, "", f"{len(rows)} file(s) using {len(rows)} steps"]
