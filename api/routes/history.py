"""The history of a zone: its versions, and any two compared, for programs and as pages."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.errors import BadChoice, BadComparison
from api.language import N_
from api.routes.ogc.links import GEOJSON, link, self_and_alternate
from api.routes.pages import page
from api.routes.render import html_answer, json_answer
from api.routes.requests import Wish, whole_number
from api.workflows.history import compare_versions, tell_history

router = APIRouter(tags=["Zones"])
Row = dict[str, Any]
DEFAULT, MOST = 10, 50
VERSION = 9  # digits of the number of a version


@router.get("/collections/zones/items/{item}/history", summary=N_("The versions of a zone, and any two compared"))
async def get_history(request: Request, item: str) -> Response:
    """Who made each version by which document, since when it is in force and known; `compare=2,5` compares two."""
    wish = Wish(request, known=("compare", "from", "to", "below", "limit"))
    reader = request.app.state.reader
    if "from" in wish.params or "to" in wish.params:  # a form has a field for each
        pair = f"{wish.params.get('from', '')},{wish.params.get('to', '')}"
        one, other = read_pair("compare", pair)
        return RedirectResponse(
            wish.same(**{"from": None, "to": None, "compare": f"{one},{other}"}), HTTPStatus.SEE_OTHER
        )
    if "compare" in wish.params:
        one, other = read_pair("compare", wish.params["compare"])
        found = await compare_versions(reader, request.app.state.settings.data_dir, item, one, other)
        if wish.format == "html":
            return html_answer(page("comparison.html", request, wish.language, **found))
        return json_answer({**told(wish, item, found), "links": self_and_alternate(wish)})
    below = None
    if "below" in wish.params:
        below = whole_number(wish.params["below"], VERSION)
        if below is None:
            raise BadChoice("below", value=wish.params["below"], known=N_("the number of a version"))
    found = await tell_history(reader, item, below=below, limit=wish.limit(DEFAULT, MOST))
    further = None if found["next"] is None else wish.same(below=found["next"])
    if wish.format == "html":
        return html_answer(page("history.html", request, wish.language, **found, further=further))
    links = self_and_alternate(wish)
    if further:
        links.append(link(further, "next", "application/json"))
    if found["zone"]["life"] != "deleted":
        links.append(link(wish.url(f"/collections/zones/items/{item}", f="json"), "latest-version", GEOJSON))
    return json_answer({**told(wish, item, found), "links": links})


def read_pair(parameter: str, text: str) -> tuple[int, int]:
    """Two numbers of versions. Raises BadComparison."""
    one, comma, other = text.partition(",")
    numbers = whole_number(one.strip(), VERSION), whole_number(other.strip(), VERSION)
    if not comma or numbers[0] is None or numbers[1] is None:
        raise BadComparison(parameter, value=text)
    return numbers[0], numbers[1]


def told(wish: Wish, item: str, found: Row) -> Row:
    """As JSON: each version with the links that open it."""
    rest = {name: value for name, value in found.items() if name not in ("next", "total", "zone")}
    listed = found["versions"] if "versions" in found else [found["before"], found["after"]]
    places = {one["version"]: address(wish, item, one) for one in listed}
    linked = {one["version"]: {**one, "links": links_of(wish, item, one, places)} for one in listed}
    if "versions" in found:
        rest["versions"] = [linked[one["version"]] for one in listed]
    else:
        rest |= {side: linked[found[side]["version"]] for side in ("before", "after")}
    return {**found["zone"], "numberMatched": found["total"], **rest}


def address(wish: Wish, item: str, version: Row) -> str | None:
    """Where a version can be read for good: as it was known when it was first shown, or as of a day."""
    feature = f"/collections/zones/items/{item}"
    if version["known_at"]:
        return wish.url(feature, known_at=version["known_at"].isoformat(), f="json")
    return wish.url(feature, datetime=version["opens"], f="json") if version["opens"] else None


def links_of(wish: Wish, item: str, version: Row, places: dict[int, str | None]) -> list[dict[str, str]]:
    """The version itself, as of its day, those before and after it on this page, and what it changed."""
    number, feature = version["version"], f"/collections/zones/items/{item}"
    links = []
    if version["opens"]:
        links.append(link(wish.url(feature, datetime=version["opens"], f="json"), "item", GEOJSON))
    if version["known_at"]:
        links.append(link(places[number] or "", "memento", GEOJSON))
    near = {"predecessor-version": number - 1, "successor-version": number + 1}
    links += [link(place, rel, GEOJSON) for rel, one in near.items() if (place := places.get(one))]
    if number > 1:
        pair = f"{number - 1},{number}"
        links.append(link(wish.url(f"{feature}/history", compare=pair, f="json"), "related", "application/json"))
    return links
