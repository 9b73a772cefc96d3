"""What a request wants: its language, its format, its parameters. Anything not understood is refused by name."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from fastapi import FastAPI
from starlette.requests import Request
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from api import language
from api.errors import BadChoice, BadInteger, BadText, NotAcceptable, RepeatedParameter, UnknownParameter
from gis.formats import FORMATS

Media = Mapping[str, Sequence[str]]
PAGE = ("text/html", "application/xhtml+xml")
DOCUMENT: Media = {"json": ("application/json", "application/geo+json"), "html": PAGE}
DOCUMENTS = ("application/problem+json", *DOCUMENT["json"])
FEATURES: Media = {"json": ("application/geo+json", "application/json"), "html": PAGE}
FILES: Media = {name: (one.media.partition(";")[0],) for name, one in FORMATS.items() if name != "json"}
ITEMS: Media = {**FEATURES, **FILES}
TABLES: Media = {**DOCUMENT, "csv": FILES["csv"]}
REPORT: Media = {**DOCUMENT, "xlsx": FILES["xlsx"]}
CORNERS: Media = {**DOCUMENT, "csv": FILES["csv"], "xlsx": FILES["xlsx"]}


def fitting(*, has_geometry: bool) -> Media:
    """The formats that features can be had in."""
    return {name: names for name, names in ITEMS.items()
            if has_geometry or name not in FORMATS or not FORMATS[name].needs_geometry}  # fmt: skip


class Wish:
    """A request, read: `params` are its parameters apart from `f` and `lang`, each given at most once.

    `media` are the formats that can be had, each with the names Accept may use, its own first. `repeated` are those
    that forms give once for each value: the values stand behind each other with commas then.
    """

    def __init__(
        self, request: Request, *, known: Sequence[str] = (), media: Media = DOCUMENT, repeated: Sequence[str] = ()
    ) -> None:
        self.request = request
        self.language = choose_language(request)
        allowed = ("f", "lang", *known)
        self.params: dict[str, str] = {}
        for name, value in request.query_params.multi_items():
            if name not in allowed:
                raise UnknownParameter(name, known=", ".join(allowed))
            if name in self.params and name not in repeated:
                raise RepeatedParameter(name)
            if "\0" in value or "\N{REPLACEMENT CHARACTER}" in value:
                raise BadText(name, value=value.replace("\0", "\N{SYMBOL FOR NULL}"))
            self.params[name] = f"{self.params[name]},{value}" if name in self.params else value
        language_wish = self.params.pop("lang", None)
        if language_wish not in (None, *language.LANGUAGES):
            raise BadChoice("lang", value=language_wish, known=", ".join(language.LANGUAGES))
        self.format = self.choose_format(media)

    def choose_format(self, media: Media) -> str:
        """`f=`, else the best of Accept; the first of `media` where anything will do."""
        wish = self.params.pop("f", None)
        if wish is not None:
            if wish not in media:
                raise BadChoice("f", value=wish, known=", ".join(media))
            return wish
        wishes = accepted(self.request)
        best = max(media, key=lambda name: quality(wishes, media[name]))
        if quality(wishes, media[best]) <= 0:
            raise NotAcceptable(known=", ".join(names[0] for names in media.values()))
        return best

    def limit(self, default: int, most: int) -> int:
        """The page size; above the maximum it is clamped, below 1 it is refused."""
        value = self.params.get("limit")
        if value is None:
            return default
        digits = value.lstrip("0")
        if not digits.isascii() or not digits.isdigit():
            raise BadInteger("limit", value=value, minimum=1)
        return min(int(digits), most) if len(digits) <= len(str(most)) else most

    @property
    def base(self) -> str:
        """The address of the service, without a slash at its end."""
        fixed: str = self.request.app.state.settings.public_url
        return (fixed or str(self.request.base_url)).rstrip("/")

    def url(self, path: str, **params: object) -> str:
        """An address of the service; parameters that are None are left out."""
        query = urlencode({name: value for name, value in params.items() if value is not None})
        return f"{self.base}{path}{'?' if query else ''}{query}"

    def same(self, **changes: object) -> str:
        """The address of this request with some parameters changed, or taken out by None."""
        given: Mapping[str, object] = dict(self.request.query_params)
        return self.url(self.request.url.path, **{**given, **changes})


def whole_number(text: str, digits: int = 15) -> int | None:
    """A number in an address: ASCII digits alone, and no more than so many; None where it is no such number."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None


def routes_at(app: FastAPI, scope: Scope) -> list[BaseRoute]:
    """The routes at an address, whatever their methods. FastAPI keeps those of each router, none of which has a prefix
    here, in an entry of its own.
    """
    routes: list[BaseRoute] = []
    for entry in app.routes:
        router = getattr(entry, "original_router", None)
        routes += [entry] if router is None else router.routes
    return [route for route in routes if route.matches({**scope, "method": "GET"})[0] != Match.NONE]


def methods_at(app: FastAPI, scope: Scope) -> set[str]:
    """What can be done at an address; HEAD where there is GET. Nothing where there is nothing."""
    methods: set[str] = set()
    for route in routes_at(app, scope):
        methods |= set(getattr(route, "methods", None) or {"GET"})
    return methods | {"HEAD"} if "GET" in methods else methods


def media_taken(app: FastAPI, scope: Scope) -> dict[str, list[str]]:
    """The media types that POST and PATCH take at an address, where a route tells its body (`openapi_extra`)."""
    found: dict[str, list[str]] = {}
    for route in routes_at(app, scope):
        content = (getattr(route, "openapi_extra", None) or {}).get("requestBody", {}).get("content", {})
        for method in {"POST", "PATCH"} & set(getattr(route, "methods", None) or ()):
            if content:
                found[method] = list(content)
    return found


def choose_language(request: Request) -> language.Language:
    """`lang=` if it is one of ours, else the first of Accept-Language that is, else Vietnamese."""
    wish = request.query_params.get("lang")
    for one in language.LANGUAGES:
        if wish == one:
            return one
    return language.choose(",".join(request.headers.getlist("accept-language")))


def accepted(request: Request) -> str:
    """What Accept says, in one line; anything where it says nothing."""
    return ",".join(request.headers.getlist("accept")).strip() or "*/*"


def quality(accept: str, names: Sequence[str]) -> float:
    """How much an Accept header wants one of the media types: the most specific range that fits decides, 0 is not."""
    best, precision = 0.0, -1
    for part in accept.lower().split(","):
        media, *rest = (one.strip() for one in part.split(";"))
        weight = min((language.parse_quality(one) for one in rest if one.startswith(("q=", "q "))), default=1.0)
        for offered in names:
            fits = {offered: 2, offered.split("/")[0] + "/*": 1, "*/*": 0, "*": 0}.get(media, -1)
            if fits > precision or (fits == precision and fits >= 0 and weight > best):
                best, precision = weight, fits
    return best


def wants_page(request: Request) -> bool:
    """Whether a person with a browser asks."""
    wishes = accepted(request)
    return request.query_params.get("f") != "json" and quality(wishes, PAGE) > quality(wishes, DOCUMENTS)
