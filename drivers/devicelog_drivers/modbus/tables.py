"""The keys that a Modbus profile has besides those of every profile."""

from __future__ import annotations

from typing import Any

from pydantic import Field, StrictBool, StrictInt

from devicelog.profile.binary import Binary, Order
from devicelog.profile.spelling import Spelled
from devicelog.profile.tables import MetricTable, Name, PollingTable, ProfileTable, QueryTable, ReportTable, Table


class LineTable(Table):
    """[modbus]: who is asked, and what is true of the whole map."""

    slave: StrictInt = Field(ge=1, le=247, description="the address of the device, from 1 to 247")
    order: Order = Field(default=Order.ABCD, description="the order of the bytes of a value")
    echo: StrictBool = Field(default=False, description="true or false: the adapter sends back what is sent")


class ModbusQuery(QueryTable):
    """One [[query]]: a function code that only reads, and what it reads."""

    function: StrictInt = Field(description="a function code that only reads: 1, 2, 3, 4, 17 (0x11) or 43 (0x2B)")
    start: StrictInt | None = Field(default=None, ge=0, le=65_535, description="an address from 0 to 65535")
    count: StrictInt | None = Field(default=None, ge=1, le=2000, description="how many registers or bits to read")
    category: StrictInt = Field(default=1, ge=1, le=3, description="1 basic, 2 regular or 3 extended identification")


class ModbusReport(ReportTable):
    """One [[report]]: what is read from the reply to a query."""

    query: Name = Field(description="the name of a query")


class ModbusMetric(MetricTable):
    """One [[report.metric]]: where its value stands."""

    address: StrictInt = Field(ge=0, le=65_535, description="the address of a register or bit, as the query counts")
    type: Binary | None = Field(default=None, description="what the registers hold")
    order: Order | None = Field(default=None, description="the order of the bytes of this value")
    text_is: Spelled | None = Field(default=None, description="what a text says")
    length: StrictInt | None = Field(default=None, ge=1, le=125, description="how many registers a text takes")

    @property
    def wraps_at(self) -> int | None:
        return self.type.wraps_at if self.type is not None else None


class ModbusProfile(ProfileTable):
    """The whole file."""

    modbus: LineTable = Field(description="a table [modbus]")
    polling: PollingTable = Field(default=PollingTable(), description="a table [polling]")
    query: list[dict[str, Any]] = Field(min_length=1, description="one table or more, [[query]]")
