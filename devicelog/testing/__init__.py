"""Kit for driver authors: a conformance suite (`conformance`) and a pytest plugin (`plugin`); docs/driver-authors.md.

Only this package imports pytest and hypothesis, which a driver's tests bring along.
"""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite(
    *(f"devicelog.testing.{module}" for module in ("conformance", "declarations", "hardiness", "line", "meaning"))
)
