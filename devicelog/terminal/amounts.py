"""Numbers, units, durations and sentences of the record: the words of `record.amounts`, which every reader uses."""

from devicelog.record.amounts import (
    amount,
    bound,
    dose,
    injections,
    local,
    number,
    place,
    sentence,
    since_start,
    triggers,
    unit_text,
    with_units,
    words,
)

__all__ = [
    "amount",
    "bound",
    "dose",
    "injections",
    "local",
    "number",
    "place",
    "sentence",
    "since_start",
    "triggers",
    "unit_text",
    "with_units",
    "words",
]
