"""What a profile of a display bus says besides the common tables: framing, pages, keys, timer, where values stand."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StrictInt, StrictStr

from devicelog.profile.binary import Binary
from devicelog.profile.tables import MetricTable, Number, ProfileTable, Table, Text
from devicelog_drivers.checks import Check
from devicelog_drivers.dgus.map import PAGE_SET_AT, PAGE_TOLD_AT, Says

Address = Annotated[StrictInt, Field(ge=0, le=0xFFFF)]
_ADDRESS = "an address from 0x0000 to 0xFFFF"


class Held(StrEnum):
    """What a variable holds: a number, highest byte first, or text."""

    U16 = "u16"
    I16 = "i16"
    U32 = "u32"
    I32 = "i32"
    F32 = "f32"
    TEXT = "text"
    NUMBER = "number"
    """A number written as text."""
    HEX = "hex"
    """A number written in hexadecimal digits."""
    DURATION = "duration"
    """mm:ss or h:mm:ss, in seconds."""


class FramingTable(Table):
    """[framing]: how the display is set."""

    header: Annotated[StrictStr, Field(pattern="^[0-9A-Fa-f]{2} [0-9A-Fa-f]{2}$")] = Field(
        default="5A A5", description='two bytes such as "5A A5"'
    )
    check: Literal[Check.NONE, Check.MODBUS, Check.XMODEM] = Field(
        default=Check.NONE, description='"none", "modbus-le" or "xmodem-be"'
    )
    longest: StrictInt = Field(default=255, ge=5, le=255, description="the greatest length byte, from 5 to 255")


class PageTable(Table):
    """One [[page]]: what the device does on it."""

    function: Text = Field(description="a word for what the device does there")
    numbers: list[Address] = Field(min_length=1, description="the numbers of the page, one for each language")
    state: Text = Field(default="idle", description="the state that the device is in once the page is entered")


class CountdownTable(Table):
    """[countdown]: the time left, and what says that it runs."""

    metric: Text = Field(description="the name of the metric that counts down, once a second")
    running_at: Address = Field(description=f"{_ADDRESS} that holds 1 while the device runs, 0 when it was stopped")
    reload: Text | None = Field(
        default=None, description='what the timer is loaded with when its time is over: "30 min"'
    )


class KeysTable(Table):
    """[keys]: what is touched."""

    address: Address = Field(description=f"{_ADDRESS} at which the display tells the code of a key")
    names: dict[Annotated[StrictStr, Field(pattern="^[0-9A-F]{4}$")], StrictStr] = Field(
        default={}, description='a table such as { "0016" = "start" }'
    )


class DgusMetric(MetricTable):
    """A metric: a variable of the display, or what is known of the panel."""

    address: Address | None = Field(default=None, description=_ADDRESS)
    holds: Held | None = Field(default=None, description="what the variable holds")
    says: Says | None = Field(default=None, description="what is known of the panel")
    on_leaving: Number | StrictStr | None = Field(
        default=None, description="what the device sets it to when its page is left, and does not send"
    )

    @property
    def wraps_at(self) -> int | None:
        word = "" if self.holds is None else self.holds.value
        return Binary(word).wraps_at if word in tuple(Binary) else None


class DgusProfile(ProfileTable):
    """The whole file."""

    engine: Literal["dgus"] = Field(description='"dgus"')
    framing: FramingTable = Field(default=FramingTable(), description="a table [framing]")
    page: list[PageTable] = Field(default=[], description="one table or more, [[page]]")
    page_set_at: Address = Field(default=PAGE_SET_AT, description=_ADDRESS)
    page_told_at: Address = Field(default=PAGE_TOLD_AT, description=_ADDRESS)
    simulated_at: Address | None = Field(default=None, description=f"{_ADDRESS} at which a simulator says its name")
    countdown: CountdownTable | None = Field(default=None, description="a table [countdown]")
    keys: KeysTable | None = Field(default=None, description="a table [keys]")
