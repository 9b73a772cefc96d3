"""What a request sends: read whole, within a limit, as JSON or as a form with files."""

import re
from collections.abc import Sequence
from typing import Any

import orjson
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Scope

from api.errors import BadBody, TooLarge, WrongMedia

MEGABYTE = 1_000_000
LARGEST_JSON = 20 * MEGABYTE
LARGEST_FORM = 40 * MEGABYTE
JSON = ("application/json", "application/geo+json", "application/merge-patch+json")
FORM = ("multipart/form-data", "application/x-www-form-urlencoded")


def media_of(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_body(request: Request, most: int = LARGEST_JSON) -> bytes:
    """All of it. Raises TooLarge before more than `most` bytes are in memory."""
    check_length(request, most)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise TooLarge(most=told(most))
    return bytes(body)


async def read_json(request: Request, most: int = LARGEST_JSON, *, known: Sequence[str] = JSON) -> dict[str, Any]:
    """An object of JSON, sent as one of the `known` media types. Raises WrongMedia, TooLarge, BadBody."""
    if media_of(request) not in known:
        raise WrongMedia(media=media_of(request), known=", ".join(known))
    body = await read_body(request, most)
    try:
        document = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as error:
        raise BadBody(f"{error.lineno}:{error.colno}", "this is not JSON in UTF-8") from error
    if not isinstance(document, dict):
        raise BadBody("/", "this must be an object of JSON")
    return document


async def read_form(request: Request, most: int = LARGEST_FORM) -> FormData:
    """The fields and files of a form; asked again it gives the same. The front closes its files after the answer.

    Raises WrongMedia, TooLarge, BadBody.
    """
    kept = getattr(request.state, "form", None)
    if isinstance(kept, FormData):
        return kept
    if media_of(request) not in FORM:
        raise WrongMedia(media=media_of(request), known=", ".join(FORM))
    charset = re.search(r"charset\s*=\s*\"?([^\s;\"]*)", request.headers["content-type"], re.IGNORECASE)
    if charset and charset[1].lower() not in ("utf-8", "utf8"):
        raise WrongMedia(media=request.headers["content-type"][:200], known=", ".join(FORM) + " (UTF-8)")
    body = await read_body(request, most)

    async def again() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {name: value for name, value in request.scope.items() if name != "app"}  # else Starlette answers itself
    whole = Request(scope, again)
    try:
        request.state.form = form = await whole.form(max_files=10, max_fields=200, max_part_size=most)
    except MultiPartException as error:
        raise BadBody("form", error.message) from error
    return form


async def close_form(scope: Scope) -> None:
    """Let go of the files of a form that was read; for whoever ends a request."""
    kept = scope.get("state", {}).get("form")
    if isinstance(kept, FormData):
        await kept.close()


def check_length(request: Request, most: int) -> None:
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        raise TooLarge(most=told(most))


def told(most: int) -> str:
    return f"{most // MEGABYTE} MB" if most >= MEGABYTE else f"{most} B"
