"""The description of the API: OpenAPI 3.1, of the endpoints themselves; a record has the schema of session.json."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.responses import Response

from devicelog import __version__
from devicelog.web.api.beginning import EndOf, Statement
from devicelog.web.api.exports import ExportOf
from devicelog.web.api.gate import Api, Called
from devicelog.web.api.plans import PlanTables
from devicelog.web.api.problem import Problem
from devicelog.web.api.sessions import WantedOf
from devicelog.web.api.webhooks import WebhookOf
from devicelog.web.gate import Open

if TYPE_CHECKING:
    from fastapi import FastAPI

api = Api("description")

_SAID = "Sessions of the station as they are recorded and kept. docs/api.md says what holds."
#: Models that are sent, or that only problems are made of: no answer names them.
_SENT: tuple[type[BaseModel], ...] = (EndOf, ExportOf, PlanTables, Problem, Statement, WantedOf, WebhookOf)
_REF = "#/components/schemas/{model}"


@api.get("/api/v1/openapi.json", needs=Open.KNOWN, responses={200: {"description": "OpenAPI 3.1."}})
def openapi(caller: Called) -> Response:
    """This description."""
    return Response(json.dumps(description(caller.request.app)), media_type="application/json")


def description(app: FastAPI) -> dict[str, Any]:
    """The description of an application; made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _made(app)
    return app.openapi_schema


def _made(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(
        title="devicelog station", version=__version__, openapi_version="3.1.0", description=_SAID, routes=app.routes
    )
    parts = found.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    _, sent = models_json_schema([(model, "validation") for model in _SENT], ref_template=_REF)
    schemas |= sent["$defs"]
    schemas |= _record()
    parts["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "A service token; docs/api.md has its scopes."}
    }
    return found


def _record() -> dict[str, Any]:
    """The schema of a record, its definitions under names of their own."""
    text = resources.files("devicelog.export.json").joinpath("session.schema.json").read_text(encoding="utf-8")
    return {_name(name): _moved(schema) for name, schema in json.loads(text)["$defs"].items()}


def _name(name: str) -> str:
    return "Record" if name == "record" else f"Record.{name}"


def _moved(schema: Any) -> Any:
    """A schema whose references are to the components of the description."""
    if isinstance(schema, list):
        return [_moved(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _moved(one) for name, one in schema.items()}
    ref = found.get("$ref")
    if isinstance(ref, str):
        name, slash, rest = ref.removeprefix("#/$defs/").partition("/")
        found["$ref"] = _REF.format(model=_name(name)) + slash + rest
    return found
