"""/sitemap.xml and /robots.txt: which pages search engines may show, in both languages, and when they last changed."""

from datetime import datetime

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from api.errors import BadChoice
from api.language import LANGUAGES, N_
from api.routes.render import COMMON
from api.routes.requests import Wish, whole_number
from api.store.sheets import Listed, list_zones, select_bounds

router = APIRouter(tags=["Pages"])
XML = {"xml": ("application/xml", "text/xml")}
TEXT = {"txt": ("text/plain",)}
MOST = 20_000
"""Zones in a file: two addresses each, and a file may have 50,000."""
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
PAGES = ("/", "/map")
REFUSED = ("/desk", "/changes", "/collections/", "/tiles/", "/health/")


@router.get("/sitemap.xml", summary=N_("The sitemap: every zone in both languages"))
async def sitemap(request: Request) -> Response:
    """A list of pages; above 20,000 zones a list of such lists, of which `part` names one."""
    wish = Wish(request, known=("part",), media=XML)
    reader, part = request.app.state.reader, None
    bounds = await select_bounds(reader, MOST)
    if "part" in wish.params:
        part = whole_number(wish.params["part"], 5)
        if part is None or not 1 <= part <= len(bounds):
            raise BadChoice("part", value=wish.params["part"], known=", ".join(map(str, range(1, len(bounds) + 1))))
    elif len(bounds) > 1:
        return xml("sitemapindex", [entry_of_index(wish, number, at) for number, (_, at) in enumerate(bounds, 1)])
    after = bounds[part - 2][0] if part and part > 1 else ""
    zones = await list_zones(reader, after, MOST)
    entries = [] if part and part > 1 else [one for path in PAGES for one in entries_of(wish, path, None)]
    entries += [one for zone in zones for one in entries_of_zone(wish, zone)]
    return xml("urlset", entries)


def entry_of_index(wish: Wish, number: int, at: datetime) -> Markup:
    return Markup("<sitemap><loc>{}</loc><lastmod>{}</lastmod></sitemap>\n").format(
        wish.url("/sitemap.xml", part=number), at.isoformat(timespec="seconds")
    )


def entries_of_zone(wish: Wish, zone: Listed) -> list[Markup]:
    return entries_of(wish, f"/zones/{zone.slug}", zone.updated_at)


def entries_of(wish: Wish, path: str, at: datetime | None) -> list[Markup]:
    """A page in each language, each with all of them as alternates."""
    links: dict[str, str] = {one: wish.url(path, lang=one) for one in LANGUAGES}
    links["x-default"] = wish.url(path)
    alternates = Markup("").join(
        Markup('<xhtml:link rel="alternate" hreflang="{}" href="{}"/>').format(one, address)
        for one, address in links.items()
    )
    changed = Markup("<lastmod>{}</lastmod>").format(at.isoformat(timespec="seconds")) if at else Markup("")
    return [Markup("<url><loc>{}</loc>{}{}</url>\n").format(links[one], changed, alternates) for one in LANGUAGES]


def xml(root: str, entries: list[Markup]) -> Response:
    head = f'{HEAD}<{root} xmlns="{SITEMAPS}" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
    return Response(head + str(Markup("").join(entries)) + f"</{root}>\n", headers=COMMON, media_type="application/xml")


@router.get("/robots.txt", summary=N_("What search engines may read"))
async def robots(request: Request) -> Response:
    """The pages, but not each feature, filter and format. Pages of made-up data are open, since they say themselves
    that nobody should list them; no sitemap leads there.
    """
    wish = Wish(request, media=TEXT)
    lines = ["User-agent: *", *(f"Disallow: {one}" for one in REFUSED), "Allow: /"]
    if not request.app.state.reader.synthetic:
        lines.append(f"Sitemap: {wish.url('/sitemap.xml')}")
    return Response("\n".join(lines) + "\n", headers=COMMON, media_type="text/plain; charset=utf-8")
