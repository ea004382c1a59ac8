"""devicelog reads treatment devices over serial and keeps a record that can be proved; it never acts on a device."""

from __future__ import annotations

__version__ = "0.1.0"
