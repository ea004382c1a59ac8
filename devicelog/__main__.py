"""`python -m devicelog`."""

from __future__ import annotations

from devicelog.cli import main

main()
