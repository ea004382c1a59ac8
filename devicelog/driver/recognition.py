"""By what a device of a model is known, besides the driver that a person chose for it."""

from __future__ import annotations

from dataclasses import dataclass

from devicelog.driver.event import Identity


@dataclass(frozen=True, slots=True)
class Recognition:
    """What is expected of the device behind a port; empty: anything.

    `usb` are the USB ids (vendor:product) of its port, which are a hint and never a proof: adapters are changed, and
    the ids of most belong to a chip. `models` are what it may call itself. `needs_serial`: it says its serial number.
    """

    usb: frozenset[str] = frozenset()
    models: frozenset[str] = frozenset()
    needs_serial: bool = False

    def fault(self, identity: Identity | None) -> str | None:
        """What of a device's words, or of its silence, is not expected, as the end of a sentence; None: nothing."""
        model, serial = (identity.model, identity.serial) if identity is not None else ("", "")
        if self.models and model not in self.models:
            said = f"it is {model!r}" if model else "nothing of what it is"
            return f"says {said}, expected {' or '.join(sorted(self.models))}"
        if self.needs_serial and not serial:
            return "tells no serial number, expected one"
        return None

    def doubts_port(self, usb: str | None) -> str | None:
        """What speaks against an adapter with these USB ids, as the end of a sentence; None: nothing."""
        if not self.usb or usb is None or usb in self.usb:
            return None
        return f"is on a port with the USB ids {usb}, expected {' or '.join(sorted(self.usb))}"
