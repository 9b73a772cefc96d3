"""Writing zones as OpenAPI 3.0 describes it: what is taken, by whom, and what is answered."""

from typing import Any

from api.language import N_, Gettext
from api.routes.ogc.answers import TEXT, refer
from api.routes.ogc.links import JSON
from api.routes.ogc.transactions import ITEM, ITEMS, PATCH, WHOLE
from api.schemas.features import geometry_schema
from api.schemas.properties import WRITE_ONLY, written_properties
from api.store.collections import COLLECTIONS

Described = dict[str, Any]
METHODS = {ITEMS: ("post",), ITEM: ("put", "patch", "delete")}
SECURITY: list[Described] = [{"basic": []}, {"bearer": []}, {"session": [], "token": []}]
SCHEMES: Described = {
    "basic": {"type": "http", "scheme": "basic", "description": N_("The login and, as its password, an API key.")},
    "bearer": {"type": "http", "scheme": "bearer", "description": N_("An API key.")},
    "session": {"type": "apiKey", "in": "cookie", "name": "session", "description": N_("A browser that is signed in.")},
    "token": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token",
              "description": N_("With a session: what its pages hold.")},
}  # fmt: skip
REFUSALS = {
    "401": N_("Nobody is signed in, or the key is not good."),
    "403": N_("The account may not do this in the zone's province."),
    "409": N_("It does not fit what is there: the checks fail, or another draft stands in the way."),
    "410": N_("The zone was deleted as an error."),
    "412": N_("The zone was changed since: what is in force, and a comparison of all three."),
    "413": N_("The body is too large."),
    "415": N_("The body is of a kind that is not read."),
    "428": N_("This would publish, and does not say by If-Match what it was made from."),
}
OF_METHOD = {
    "post": ("400", "401", "403", "409", "413", "415", "503"),
    "put": ("400", "401", "403", "404", "409", "410", "412", "413", "415", "428", "503"),
    "delete": ("400", "401", "403", "404", "409", "410", "412", "503"),
}
DRAFT = N_("A draft of the new zone. Its author can read it at the address in Location.")
CHANGE = N_("Stored as a change that is not published yet; its address is in Link.")


def operation(made: Described, method: str, _: Gettext) -> Described:
    """A write, from what FastAPI made of its route."""
    summary: str = made["summary"]
    written = {
        "summary": _(summary), "tags": ["zones"], "parameters": parameters(method, _),
        "responses": answers(method, _), "security": SECURITY,
    }  # fmt: skip
    if method != "delete":
        name = "patch" if method == "patch" else "written"
        media = PATCH if method == "patch" else WHOLE
        content = {one: {"schema": refer("schemas", f"zones.{name}")} for one in media}
        written["requestBody"] = {"required": True, "content": content}
    return written


def parameters(method: str, _: Gettext) -> list[Described]:
    def header(name: str, text: str) -> Described:
        return {"name": name, "in": "header", "required": False, "description": _(text), "schema": TEXT}

    named = [] if method == "post" else [refer("parameters", "featureId")]
    if method != "delete":
        named.append(header("Content-Crs", N_("The system of the coordinates in the body; unsaid, CRS84.")))
    if method != "post":
        named.append(header("If-Match", N_("The ETag of what it was made from, in whichever form that was read.")))
    if method in ("put", "patch"):
        named.append(header("Prefer", N_("respond-async: only to be collected in a draft.")))
    return [*named, refer("parameters", "lang")]


def answers(method: str, _: Gettext) -> Described:
    def answer(text: str, *headers: str, body: bool = True) -> Described:
        told: Described = {"description": _(text), "headers": {name: {"schema": TEXT} for name in headers}}
        if body:
            told["content"] = {JSON: {"schema": refer("schemas", "change")}}
        return told

    refused = {status: refer("responses", status) for status in OF_METHOD.get(method, OF_METHOD["put"])}
    if method == "post":
        return {"201": answer(DRAFT, "Location", "Link"), **refused}
    done = N_("The zone was only proposed, and that is withdrawn.") if method == "delete" else N_("It is published.")
    headers = ("Link",) if method == "delete" else ("ETag", "Link")
    return {"202": answer(CHANGE, "Link"), "204": answer(done, *headers, body=False), **refused}


def schemas() -> Described:
    """What is taken: a feature, a patch of one; and what is answered while it waits."""
    zones = COLLECTIONS["zones"]
    values = {name: {**one, "nullable": True} for name, one in written_properties().items()}
    beside = {name: {**one, "nullable": True} for name, one in WRITE_ONLY.items()}
    members = {
        "type": {"type": "string", "enum": ["Feature"]}, "id": TEXT,
        "geometry": {**geometry_schema(zones), "nullable": True},
        "properties": {"type": "object", "properties": {**values, **beside}},
    }  # fmt: skip
    number = {"type": "integer"}
    return {
        "zones.written": {"type": "object", "required": ["type", "geometry", "properties"], "properties": members},
        "zones.patch": {"type": "object", "properties": members},
        "change": {"type": "object", "properties": {
            "id": TEXT, "change": number, "state": TEXT, "version": {**number, "nullable": True},
            "links": {"type": "array", "items": refer("schemas", "link")}}},
    }  # fmt: skip
