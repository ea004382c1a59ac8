"""Tools of tests/faults by their names: a check whose tool is not there is "not built", and spoils no other."""

from __future__ import annotations

import importlib
from typing import Any

from tests.faults.torture.check import NotBuiltError


def tool(name: str) -> Any:
    """The module of that name under tests.faults; raises NotBuiltError if there is none."""
    try:
        return importlib.import_module(f"tests.faults.{name}")
    except ModuleNotFoundError as error:
        raise NotBuiltError(str(error)) from None


def told(faults: list[str]) -> str:
    """The first fault, behind what a row says anyway."""
    return f"; first: {faults[0][:300]}" if faults else ""
