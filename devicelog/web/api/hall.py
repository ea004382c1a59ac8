"""What all requests of the API share, one for the application."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from devicelog.web.accesses import Accesses

if TYPE_CHECKING:
    from devicelog.delivery.courier import Courier
    from devicelog.web.api.exporting import Exports
    from devicelog.web.api.feed import Feed
    from devicelog.web.api.held import Readings
    from devicelog.web.api.keys import Keys


@dataclass(frozen=True, slots=True)
class Hall:
    """The one object behind all endpoints."""

    feed: Feed
    readings: Readings
    keys: Keys
    exports: Exports
    courier: Courier
    accesses: Accesses = field(default_factory=Accesses)
