"""The code that docs/driver-authors.md shows."""

from __future__ import annotations

import re

from tests.kit.conftest import REPOSITORY

GUIDE = (REPOSITORY / "docs" / "driver-authors.md").read_text(encoding="utf-8")
#: Language and text of each.
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
PYTHON = [text for kind, text in BLOCKS if kind == "python"]
TESTS = [text for text in PYTHON if text.startswith("def test_")]
