"""Who read what is logged before it is shown, but nobody is kept waiting by a disk that does not answer; and which
accesses were logged a short time ago, so that what is read on and on fills no log.
"""

from __future__ import annotations

import threading

from devicelog import clock
from devicelog.store.access import Access, log
from devicelog.store.folder import Folder
from devicelog.store.in_turn import InTurn

#: How long whoever reads waits for the log (s).
_WAIT = 3.0
_LOG = InTurn("accesses")
#: What somebody reads of a session on and on is logged once in this time (ns): more is asked for every few seconds.
_QUIET_NS = 15 * 60 * 1_000_000_000
_MOST = 10_000


def keep(folder: Folder, access: Access) -> str | None:
    """Log an access, durably; None, or in one sentence why it is not there (yet). Never raises: reading goes on."""
    kept = _LOG.do(lambda: log(folder, access), _WAIT)
    if not kept.done():
        return "this access is not logged yet: the disk does not answer"
    failed = kept.exception()
    return str(failed) if failed is not None else kept.result()


class Accesses:
    """Which accesses were logged a short time ago; safe in several threads."""

    def __init__(self) -> None:
        self._logged: dict[tuple[str, str, str], int] = {}
        self._guard = threading.Lock()

    def is_new(self, who: str, what: str, session: str) -> bool:
        """Whether this has to be logged; it then counts as logged."""
        key, now = (who, what, session), clock.boot_ns()
        with self._guard:
            last = self._logged.get(key)
            if last is not None and now - last < _QUIET_NS:
                return False
            if len(self._logged) >= _MOST:
                self._logged = {one: at for one, at in self._logged.items() if now - at < _QUIET_NS}
            self._logged[key] = now
            return True
