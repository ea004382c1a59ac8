"""Devices: what is bound and plugged in, test readings, binding, and simulated devices to train with.

choice.py    which port and which driver are meant, and what must be said before the port is opened
overview.py  all of them on one page     testing.py   test readings
binding.py   bind and unbind             training.py  a session with a simulated device
"""

from __future__ import annotations

from devicelog.web.gate import Gate
from devicelog.web.pages.devices import binding, overview, testing, training

GATES: tuple[Gate, ...] = (overview.pages, testing.pages, binding.pages, training.pages)
