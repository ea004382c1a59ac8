"""What stands in addresses of the API."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

#: A session by its whole id; the beginning of one is not enough for a program.
SessionId = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,64}$", description="The id of a session, whole.")]
