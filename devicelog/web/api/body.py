"""What is sent as JSON: read behind the guard, so that nobody without a token makes the station parse anything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect

from devicelog.web.api.problem import ProblemError, Unusable

Model = TypeVar("Model", bound=BaseModel)


def reads(model: type[Model]) -> Callable[[Request], Awaitable[Model]]:
    """A dependency that gives the body as a model; a problem if it is none."""

    async def read(request: Request) -> Model:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise ProblemError(415, f"found a body of type {kind[:60]!r}; expected application/json.")
        try:
            data = await request.body()
        except ClientDisconnect:
            raise ProblemError(413, "the body is longer than it may be, or broke off; send less.") from None
        try:
            return model.model_validate_json(data)
        except ValidationError as error:
            raise Unusable(map(_said, error.errors(include_url=False, include_input=False))) from None

    return read


def _said(error: Any) -> str:
    where = " ".join(str(part) for part in error["loc"])
    return f"{where}: {error['msg']}" if where else str(error["msg"])


def described(model: type[BaseModel]) -> dict[str, Any]:
    """The body in the description of an endpoint."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
