"""What a request wants: its language, its format, its parameters. Anything not understood is refused by name."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from starlette.requests import Request

from api import language
from api.errors import BadChoice, BadInteger, BadParameter, NotAcceptable, RepeatedParameter, UnknownParameter

FORMATS = {
    "json": ("application/geo+json", "application/json"),
    "html": ("text/html", "application/xhtml+xml"),
}


class Wish:
    """A request, read: `params` are its parameters apart from `f` and `lang`, each given at most once."""

    def __init__(
        self, request: Request, *, known: Sequence[str] = (), formats: Sequence[str] = ("json", "html")
    ) -> None:
        self.request = request
        self.language = choose_language(request)
        allowed = ("f", "lang", *known)
        self.params: dict[str, str] = {}
        for name, value in request.query_params.multi_items():
            if name not in allowed:
                raise UnknownParameter(name, known=", ".join(allowed))
            if name in self.params:
                raise RepeatedParameter(name)
            if "\0" in value:
                raise BadParameter(name, value=value.replace("\0", "\N{SYMBOL FOR NULL}"))
            self.params[name] = value
        language_wish = self.params.pop("lang", None)
        if language_wish not in (None, *language.LANGUAGES):
            raise BadChoice("lang", value=language_wish, known=", ".join(language.LANGUAGES))
        self.format = self.choose_format(formats)

    def choose_format(self, formats: Sequence[str]) -> str:
        """`f=`, else the best of Accept; the first of `formats` where anything will do."""
        wish = self.params.pop("f", None)
        if wish is not None:
            if wish not in formats:
                raise BadChoice("f", value=wish, known=", ".join(formats))
            return wish
        accept = self.request.headers.get("accept", "*/*")
        ranked = sorted(((quality(accept, name), -place) for place, name in enumerate(formats)), reverse=True)
        best, place = ranked[0]
        if best <= 0:
            known = ", ".join(FORMATS[name][0] for name in formats)
            raise NotAcceptable(known=known)
        return formats[-place]

    def limit(self, default: int, most: int) -> int:
        """The page size; above the maximum it is clamped, below 1 it is refused."""
        value = self.params.get("limit")
        if value is None:
            return default
        if not value.isascii() or not value.isdigit() or int(value) < 1 or len(value) > 12:
            raise BadInteger("limit", value=value, minimum=1)
        return min(int(value), most)

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


def choose_language(request: Request) -> language.Language:
    """`lang=` if it is one of ours, else the first of Accept-Language that is, else Vietnamese."""
    wish = request.query_params.get("lang")
    for one in language.LANGUAGES:
        if wish == one:
            return one
    return language.choose(request.headers.get("accept-language", ""))


def quality(accept: str, name: str) -> float:
    """How much an Accept header wants a format: the most specific range that fits decides, 0 is not at all."""
    best, precision = 0.0, -1
    for part in accept.split(","):
        media, _, rest = part.partition(";")
        media = media.strip().lower()
        given = [language.parse_quality(one) for one in rest.split(";") if one.strip().startswith("q")]
        weight = min(given, default=1.0)
        for offered in FORMATS[name]:
            fits = {offered: 2, offered.split("/")[0] + "/*": 1, "*/*": 0}.get(media, -1)
            if fits > precision or (fits == precision and fits >= 0 and weight > best):
                best, precision = weight, fits
    return best
