"""What a process of its own logs; it loads no more than that needs (test_access.py)."""

from __future__ import annotations

from devicelog.store.access import Access, log
from devicelog.store.folder import Folder


def log_twenty(folder: Folder, shown: Access) -> None:
    """Log an access twenty times; every one has to be durable."""
    for _ in range(20):
        assert log(folder, shown) is None
