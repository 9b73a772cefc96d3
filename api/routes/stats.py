"""/stats: fill rates with their basis, and how many zones there are, named and unnamed."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.errors import BadAsOf, BadChoice, BadInteger, UnknownParameter
from api.language import N_
from api.routes.pages import page
from api.routes.render import html_answer, json_answer
from api.routes.requests import DOCUMENT, Wish, whole_number
from api.store.stats import select_census, select_targets
from api.workflows.fill_rates import BY, fill_rates
from gis.dates import Dated, parse_edtf
from gis.errors import BadDate
from gis.fill_rate import DEFAULT, DEFINITIONS

router = APIRouter()
Row = dict[str, Any]
PAGE = 100  # rates on a page


@router.get("/stats/fill-rates", summary=N_("Fill rates of zones or of groups of zones"), tags=["Figures"])
async def get_fill_rates(request: Request) -> Response:
    """`by` zone, province, historic_province, kind or all; `as_of` a date; `definition` nd35_2022 or nd29_2008.

    The JSON is whole; in a browser zones come a hundred at a time, by name: `page` is the number of the page.
    """
    wish = Wish(request, known=("by", "as_of", "definition", "page"))
    definition = wish.params.get("definition", DEFAULT)
    if definition not in DEFINITIONS:
        raise BadChoice("definition", value=definition, known=", ".join(DEFINITIONS))
    by = next((one for one in BY if one == wish.params.get("by", "zone")), None)
    if by is None:
        raise BadChoice("by", value=wish.params["by"], known=", ".join(BY))
    wanted = next(one for one in DEFINITIONS if one == definition)
    if wish.format != "html" and "page" in wish.params:
        raise UnknownParameter("page", known="f, lang, by, as_of, definition")
    reader, order = request.app.state.reader, wish.language if wish.format == "html" else "slug"
    answer = await fill_rates(reader, by, wanted, as_of(wish.params.get("as_of")), order=order)
    if wish.format == "html":
        return html_answer(fill_rates_page(wish, answer))
    return json_answer({**answer, "targets": await select_targets(reader)})


def fill_rates_page(wish: Wish, answer: Row) -> str:
    """The page with its part of the rates. Raises BadInteger, BadChoice: a page that is not there."""
    rates = answer["rates"]
    pages = max(1, -(-len(rates) // PAGE))
    number = whole_number(wish.params.get("page", "1"))
    if not number:
        raise BadInteger("page", value=wish.params["page"], minimum=1)
    if number > pages:
        raise BadChoice("page", value=number, known=f"1–{pages}")
    beside = {rel: wish.same(page=one) for rel, one in (("prev", number - 1), ("next", number + 1)) if 0 < one <= pages}
    first = (number - 1) * PAGE
    return page(
        "fill_rates.html", wish.request, wish.language, answer={**answer, "rates": rates[first : first + PAGE]},
        matched=len(rates), first=first + 1, beside=beside, whole=wish.same(page=None, f="json"),
    )  # fmt: skip


@router.get("/stats/zones", summary=N_("How many zones there are, and what their areas sum up to"), tags=["Figures"])
async def get_census(request: Request) -> Response:
    """By former province and kind: named zones, zones the documents only count, declared and stated areas."""
    Wish(request, media={"json": DOCUMENT["json"]})
    return json_answer({"groups": await select_census(request.app.state.reader)})


def as_of(text: str | None) -> Dated | None:
    if text is None:
        return None
    try:
        date = parse_edtf(text)
    except BadDate:
        raise BadAsOf("as_of", value=text) from None
    if date is None or date.is_period:
        raise BadAsOf("as_of", value=text)
    return date
