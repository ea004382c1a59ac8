"""USB adapters for processes of their own: what pyserial lists there is what a file says (clinic.py)."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

#: The environment variable that names the file.
FILE = "PLUGGED_IN"
#: In these tests a device has so long to say who it is (s).
SOON = 2.0


def plug() -> None:
    """List what the file says, each time anew, instead of what is plugged into this computer."""
    from devicelog.attach import confirmation

    confirmation.PATIENCE = SOON
    list_ports.comports = _listed


def _listed(include_links: bool = False) -> list[Any]:
    listed = json.loads(Path(os.environ[FILE]).read_text(encoding="utf-8"))
    return [_port(name, info) for name, info in listed.items()]


def _port(name: str, info: dict[str, Any]) -> ListPortInfo:
    port = ListPortInfo(name)
    for key, value in info.items():
        setattr(port, key, value)
    return port
