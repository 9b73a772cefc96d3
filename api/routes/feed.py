"""/feed: what changed in what is served, by revision, for copies of the register; and as a page for people."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.errors import BadSince, SinceAhead, UnknownParameter
from api.language import N_, gettext
from api.routes.ogc.links import GEOJSON, HTML, JSON, link
from api.routes.pages import page
from api.routes.render import html_answer, json_answer
from api.routes.requests import Wish, whole_number
from api.schemas.words import COLLECTIONS as TEXTS
from api.store.collections import COLLECTIONS
from api.store.feed import COVERED, select_timeline
from api.store.zones import LOADER
from api.workflows.feed import BEGUN_WITH, identify, read_feed

router = APIRouter(tags=["What changed"])
Row = dict[str, Any]
DEFAULT, MOST = 500, 2000
REVISIONS, MOST_REVISIONS = 20, 50
ATOM = "application/atom+xml"


@router.get("/feed", summary=N_("What changed in the register, by revision"))
async def get_feed(request: Request) -> Response:
    """`since` a revision: every feature that was added, changed or removed after it, complete and without gaps; a
    `next` link leads on. In a browser the last revisions, the newest first; `before` leads to older ones.
    """
    wish = Wish(request, known=("since", "after", "before", "limit"))
    unfit = [one for one in (("after",) if wish.format == "html" else ("before",)) if one in wish.params]
    if unfit:
        known = "since, before, limit" if wish.format == "html" else "since, after, limit"
        raise UnknownParameter(unfit[0], known=f"f, lang, {known}")
    since = number_of(wish, "since", 0)
    if wish.format == "html":
        return await feed_page(wish, since)
    if "after" in wish.params and "since" not in wish.params:
        raise BadSince("since", value="")
    reader = request.app.state.reader
    who, found = (
        await identify(reader),
        await read_feed(reader, since, wish.params.get("after"), wish.limit(DEFAULT, MOST)),
    )
    links = [
        link(wish.same(f="json"), "self", JSON),
        link(wish.same(f="html", after=None, limit=None), "alternate", HTML),
    ]
    if found.since is not None:
        links.append(link(wish.same(since=found.since, after=found.after, f="json"), "next", JSON))
    links.append(link(wish.url("/feed.atom", lang=wish.language), "related", ATOM))
    return json_answer({
        "register": who.id.urn, **({"synthetic": True} if reader.synthetic else {}),
        "revision": found.revision, "since": since,
        "from": found.entries[0]["revision"] if found.entries else None, "to": found.to,
        "complete": found.since is None,
        "covers": list(COLLECTIONS), "numberReturned": len(found.entries),
        "entries": [told(wish, one) for one in found.entries], "links": links,
    })  # fmt: skip


def number_of(wish: Wish, name: str, otherwise: int) -> int:
    """A revision. Raises BadSince."""
    text = wish.params.get(name)
    if text is None:
        return otherwise
    number = whole_number(text)
    if number is None:
        raise BadSince(name, value=text)
    return number


def told(wish: Wish, entry: Row) -> Row:
    """An entry for programs: what happened to which feature, why, and where to read it."""
    collection = COVERED[entry["number"]]
    return {
        "revision": entry["revision"], "time": entry["at"], "collection": collection.name, "id": entry["id"],
        "what": entry["what"], "name_vi": entry["name_vi"], "name_en": entry["name_en"],
        **({"version": entry["version"]} if collection.part == "zones" else {}),
        "properties": entry["properties"], "cause": cause_of(entry), "links": links_of(wish, entry),
    }  # fmt: skip


def cause_of(entry: Row) -> Row | None:
    """Why, as far as it is recorded and everybody may know."""
    author = None if entry["author"] == LOADER else entry["author"]
    document = {"id": entry["document"], "title": entry["document_title"], "number": entry["document_number"]}
    facts = {
        "kind": entry["cause"] or ("load" if entry["author"] == LOADER else None), "action": entry["action"],
        "author": author, "reviewer": entry["reviewer"], "document": document if entry["document"] else None,
    }  # fmt: skip
    return facts if any(facts.values()) else None


def links_of(wish: Wish, entry: Row) -> list[dict[str, str]]:
    """The feature as it is now, in each collection that has it; of a zone its versions, and the two to compare."""
    name, id = COVERED[entry["number"]].name, quote(entry["id"], safe="")
    feature = f"/collections/{name}/items/{id}"
    links = []
    if entry["what"] != "removed":
        links.append(link(wish.url(feature, f="json"), "item", GEOJSON))
    if name == "zones":
        if entry["what"] != "removed":
            links.append(link(wish.url(f"/collections/zone-points/items/{id}", f="json"), "item", GEOJSON))
        links.append(link(wish.url(f"{feature}/history", f="json"), "version-history", JSON))
        pair = compared(entry)
        if pair:
            links.append(link(wish.url(f"{feature}/history", compare=pair, f="json"), "related", JSON))
    return links


def compared(entry: Row) -> str | None:
    """The two versions between which a zone changed, if it did between two."""
    before, version = entry["before"], entry["version"]
    return f"{before},{version}" if before and version and before != version else None


async def feed_page(wish: Wish, since: int) -> Response:
    """The last revisions behind `since`, each with the first of its entries. Raises BadSince, SinceAhead."""
    reader = wish.request.app.state.reader
    who = await identify(reader)
    if since > who.revision:
        raise SinceAhead("since", value=since, revision=who.revision)
    before, limit = number_of(wish, "before", who.revision + 1), wish.limit(REVISIONS, MOST_REVISIONS)
    revisions = await select_timeline(reader, since=since, before=before, limit=limit, most=BEGUN_WITH)
    last = revisions[-1].revision if revisions else 0
    older = wish.same(before=last) if len(revisions) == limit and last > since + 1 else None
    _ = gettext(wish.language)
    return html_answer(page(
        "feed.html", wish.request, wish.language, revisions=revisions, revision=who.revision, since=since, older=older,
        titles=[_(TEXTS[one.name][0]) for one in COVERED], names=[one.name for one in COVERED], compared=compared,
        whole=wish.same(f="json", before=None, limit=None), atom=wish.url("/feed.atom", lang=wish.language),
        loader=LOADER,
    ))  # fmt: skip
