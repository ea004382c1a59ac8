"""The keys that a profile of lines has besides those of every profile."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, StrictBool, StrictInt, StrictStr

from devicelog.driver import Asked
from devicelog.profile.spelling import Spelled
from devicelog.profile.tables import MetricTable, Name, PollingTable, ProfileTable, QueryTable, ReportTable, Table, Text
from devicelog_drivers.checks import Check


class LineTable(Table):
    """[line]: how a line looks, whatever it says."""

    begins: StrictStr = Field(default="", max_length=8, description='text with which each line begins, such as "$"')
    ends: list[Text] = Field(min_length=1, max_length=4, description='a list of texts such as ["\\r\\n"]')
    prompts: list[Text] = Field(default=[], max_length=8, description='a list of texts such as [":", ">"]')
    check: Check = Field(default=Check.NONE, description="how a line shows that it is whole")
    separator: StrictStr = Field(default="", max_length=4, description="text between what is said and its check")
    covers: Literal["body", "with_begin", "with_separator", "all"] = Field(
        default="body", description='"body", "with_begin", "with_separator" or "all"'
    )
    longest: StrictInt = Field(default=256, ge=8, le=1024, description="a number of bytes from 8 to 1024")
    echo: StrictBool = Field(default=False, description="true or false: the device sends back what is sent")
    ignore: list[Text] = Field(default=[], description="a list of patterns of lines that say nothing")


class LineQuery(QueryTable):
    """One [[query]]: the exact bytes, or what is put into a line as the device puts its own."""

    request: Text | None = Field(default=None, description='the exact text, such as "*IDN?\\n"')
    body: Text | None = Field(default=None, description="text that is framed as the device's own lines are")
    names_itself: StrictBool = Field(default=False, description="true or false: its reply looks like no other's")


class MemoryTable(Table):
    """[memory]: how the device is asked for reports that were missed: a query without effect, sent as it stands."""

    request: Text = Field(description='the exact text, "#" for each number, such as "LOG? #,#\\n"')
    numbers: list[Asked] = Field(min_length=1, description="what each # stands for: first, last, count or epoch")
    ends_with: Text | None = Field(default=None, max_length=500, description="the pattern of the line behind an answer")
    page: StrictInt = Field(default=50, ge=1, le=10_000, description="how many reports are asked for at once")
    timeout: Text = Field(default="2 s", description='a duration such as "2 s"')
    retries: StrictInt = Field(default=3, ge=0, le=10, description="a whole number from 0 to 10")


class FieldsTable(Table):
    """A line that is fields between separators."""

    separator: Text = Field(description='the text between two fields, such as ","')
    count: StrictInt = Field(ge=1, le=100, description="how many fields there are")
    starts: StrictStr = Field(default="", description="what stands in the first field")


class LineReport(ReportTable):
    """One [[report]]: what its line looks like, and the query that it answers."""

    query: Name | None = Field(default=None, description="the name of a query")
    pattern: Text | None = Field(default=None, max_length=500, description="a pattern with named groups (RE2)")
    remembered: Text | None = Field(
        default=None, max_length=500, description="the same pattern as a line from the device's memory has it (RE2)"
    )
    fields: FieldsTable | None = Field(default=None, description="a table with separator and count")


class LineMetric(MetricTable):
    """One [[report.metric]]: where its value stands in the line; by default in the group of its name."""

    type: Spelled | None = Field(default=None, description="what the text is")
    group: Name | None = Field(default=None, description="the name of a group of the pattern")
    field: StrictInt | None = Field(default=None, ge=0, le=99, description="the number of a field, from 0")
    unit_group: Name | None = Field(default=None, description="the group that holds the unit token")
    unit_field: StrictInt | None = Field(default=None, ge=0, le=99, description="the field that holds the unit token")


class LineProfile(ProfileTable):
    """The whole file."""

    line: LineTable = Field(description="a table [line]")
    polling: PollingTable = Field(default=PollingTable(), description="a table [polling]")
    memory: MemoryTable | None = Field(default=None, description="a table [memory]")
    query: list[dict[str, Any]] = Field(default=[], description="tables written [[query]]; none if it only listens")
