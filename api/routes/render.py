"""Bytes of answers: JSON, pages, and the headers that each carries."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import orjson
from starlette.responses import Response

from gis.formats.delimited import table

UNUSED = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"  # of what a browser can do for a page
COMMON = {"Vary": "Accept, Accept-Language, Accept-Encoding", "X-Content-Type-Options": "nosniff"}


def json_bytes(document: Any) -> bytes:
    """JSON in UTF-8; a trailing line break keeps a terminal's prompt readable."""
    return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE, default=plain)


def plain(value: object) -> object:
    """A decimal as a number, whole where it is whole."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(type(value))


def map_policy(basemap: str) -> str:
    """The policy of a page with a map of MapLibre: its worker from here, tiles from here and, where an operator has set
    one, from the host of the basemap, an https address as BASEMAP_TILES has it.
    """
    host = f" https://{urlsplit(basemap).netloc}" if basemap else ""
    return f"{policy()}; worker-src 'self'; connect-src 'self'{host}".replace("data:;", "data: blob:;")


def policy(*, scripts: str = "", frames: str = "'self'") -> str:
    """The content security policy: nothing from elsewhere; inline scripts only by hash; `frames` may hold the page."""
    return (
        f"default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        f"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {frames}"
    )


def json_answer(
    document: Any, media: str = "application/json", headers: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    """An answer from a document, or from bytes that are JSON already."""
    body = document if isinstance(document, bytes) else json_bytes(document)
    return Response(body, status, {**COMMON, **(headers or {})}, media)


def csv_answer(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A table of a page as a file `name`.csv."""
    headers = {**COMMON, "Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(table(columns, rows), headers=headers, media_type="text/csv; charset=utf-8")


def html_answer(body: str, headers: Mapping[str, str] | None = None, status: int = 200) -> Response:
    """A page under the content security policy."""
    fixed = {**COMMON, "Content-Security-Policy": policy(), "Permissions-Policy": UNUSED}
    return Response(body, status, {**fixed, **(headers or {})}, "text/html; charset=utf-8")


def desk_answer(body: str, headers: Mapping[str, str] | None = None, status: int = 200) -> Response:
    """A page for one person: nobody may put it into a frame, and where it links to learns nothing."""
    fixed = {"Content-Security-Policy": policy(frames="'none'"), "Referrer-Policy": "same-origin"}
    return html_answer(body, {**fixed, **(headers or {})}, status)
