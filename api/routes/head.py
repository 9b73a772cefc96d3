"""What a page's head says of itself to search engines and to those who share it: addresses, and nothing not known."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request

from api.language import LANGUAGES

PRIVATE = ("/desk", "/changes")
MAPS = ("/", "/map")
SIGHTS = ("colour", "units", "view", "bbox", "zone", "pick")  # how somebody looks at the map; the page is the same
ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&'\u2028\u2029"}


@dataclass(frozen=True)
class Addresses:
    """The absolute addresses of a page: in its language, in each of them, and where the reader's browser decides."""

    canonical: str
    languages: dict[str, str]
    default: str


def addresses(request: Request, language: str, path: str | None = None) -> Addresses | None:
    """Those of this page, or of the page at `path` that says the same; None for pages that depend on who asks."""
    if request.url.path.startswith(PRIVATE):
        return None
    kept = []
    if path is None:
        path = request.url.path
        dropped = ("lang", *SIGHTS) if path in MAPS else ("lang",)
        kept = [(name, value) for name, value in request.query_params.multi_items() if name not in dropped]
    base = base_of(request) + path

    def address(*more: tuple[str, str]) -> str:
        query = urlencode([*kept, *more])
        return f"{base}?{query}" if query else base

    each: dict[str, str] = {one: address(("lang", one)) for one in LANGUAGES}
    return Addresses(each[language], each, address())


def base_of(request: Request) -> str:
    """The address of the service, without a slash at its end."""
    fixed: str = request.app.state.settings.public_url
    return (fixed or str(request.base_url)).rstrip("/")


def data_block(document: dict[str, Any]) -> Markup:
    """JSON for a script element: no character in it can end the element."""
    return Markup(json.dumps(document, ensure_ascii=False).translate(ESCAPES))  # noqa: S704 (nothing in it is markup)
