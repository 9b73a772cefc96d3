"""/feed.atom: the last versions of zones and documents in words, as feed readers take them (RFC 4287)."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import uuid5
from xml.etree import ElementTree as Xml

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import attribution
from api.language import N_, Gettext, Language, gettext
from api.routes.feed import ATOM, compared
from api.routes.ogc.links import HTML
from api.routes.render import COMMON
from api.routes.requests import Media, Wish
from api.schemas.words import CODES, PROPERTIES, SERVICE
from api.store.feed import select_documents, select_versions
from api.store.zones import LOADER
from api.workflows.feed import Identity, identify
from gis import wording

router = APIRouter(tags=["What changed"])
Row = dict[str, Any]
MEDIA: Media = {"atom": (ATOM, "application/xml", "text/xml")}
NAMESPACE = "http://www.w3.org/2005/Atom"
LAST = 50
UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 has no letters for
NOT_NAMED = ("version", "updated_at")  # they go with every change
ENDS = {
    "withdrawn": N_("%(name)s: withdrawn"), "merged": N_("%(name)s: merged into another zone"),
    "deleted": N_("%(name)s: removed, recorded by mistake"),
}  # fmt: skip


@router.get("/feed.atom", summary=N_("The last changes of zones and documents, for feed readers"))
async def get_atom(request: Request) -> Response:
    """The last fifty, in the language of `lang`; an entry keeps its id in every language and at every address."""
    wish = Wish(request, media=MEDIA)
    reader = request.app.state.reader
    who = await identify(reader)
    found = [(one, zone_entry) for one in await select_versions(reader, LAST)]
    found += [(one, document_entry) for one in await select_documents(reader, LAST)]
    found.sort(key=lambda pair: -pair[0]["revision"])
    feed = head(wish, who, synthetic=reader.synthetic)
    for one, make in found[:LAST]:
        feed.append(make(wish, who, one))
    return Response(Xml.tostring(feed, "utf-8", xml_declaration=True) + b"\n", headers=COMMON, media_type=ATOM)


def head(wish: Wish, who: Identity, *, synthetic: bool) -> Xml.Element:
    """The feed without its entries. It is as new as the register."""
    _ = gettext(wish.language)
    feed = Xml.Element("feed", {"xmlns": NAMESPACE, "xml:lang": wish.language})
    title = " – ".join((_("What changed"), _(SERVICE[0])))
    add(feed, "id", uuid5(who.id, f"feed/{wish.language}").urn)
    add(feed, "title", " – ".join((title, _("Synthetic data – not the real register"))) if synthetic else title)
    add(feed, "subtitle", _("Zones and documents of the register, the newest first"))
    add(feed, "updated", moment(who.moved_at))
    refer(feed, "self", wish.url("/feed.atom", lang=wish.language), ATOM)
    refer(feed, "alternate", wish.url("/feed", f="html", lang=wish.language), HTML)
    add(feed, "rights", attribution.whole(_, synthetic=synthetic))
    return feed


def zone_entry(wish: Wish, who: Identity, one: Row) -> Xml.Element:
    """A version of a zone that came into force, or the end of a zone's record."""
    _, language = gettext(wish.language), wish.language
    history = f"/collections/zones/items/{quote(one['id'], safe='')}/history"
    text = title_of(one, _) % {"name": one[f"name_{language}"], "number": one["version"]}
    made = entry(who, one, "zones", text, author_of(one, _))
    told = wish.url(history, f="html", lang=language)
    refer(made, "alternate", told if one["what"] == "removed"
          else wish.url(f"/zones/{quote(one['id'], safe='')}", lang=language), HTML)  # fmt: skip
    pair = compared(one)
    if pair:
        refer(made, "related", wish.url(history, compare=pair, f="html", lang=language), HTML, _("Compare"))
    add(made, "summary", summary_of(one, _, language), type="text")
    return made


def title_of(one: Row, _: Gettext) -> str:
    if one["what"] == "removed":
        return _(ENDS["deleted"])
    end = ENDS.get(one["life"])
    if end is not None:
        return _(end)
    return _("%(name)s: new in the register") if one["what"] == "added" else _("%(name)s: version %(number)s")


def summary_of(one: Row, _: Gettext, language: Language) -> str:
    """What was done, what changed, and the document that it rests on."""
    action = f"action.{one['action']}"
    if one["action"]:
        done = _(CODES[action])
    else:
        done = _("Loaded from the data files") if one["author"] == LOADER else _("Not made at the desk")
    names = [_(PROPERTIES.get(name, name)) for name in one["properties"] or () if name not in NOT_NAMED]
    parts = [f"{done}."]
    if names:
        parts.append(said(_("What changed"), "; ".join(dict.fromkeys(names))))
    if one["valid_from"]:
        parts.append(said(_("In force from"), wording.day(one["valid_from"], language)))
    if one["document"]:
        parts.append(said(_("Document"), cited(one["document_title"], one["document_number"])))
    return " ".join(parts)


def said(what: str, text: str) -> str:
    return f"{what}: {text}."


def document_entry(wish: Wish, who: Identity, one: Row) -> Xml.Element:
    """A document that facts came from."""
    _ = gettext(wish.language)
    text = _("Document: %(title)s") % {"title": cited(one["title"], one["number"])}
    made = entry(who, one, "sources", text, _(SERVICE[0]))
    refer(made, "alternate", wish.url("/collections/facts/items", source=one["id"], f="html", lang=wish.language), HTML)
    parts = [_("Facts taken from it: %(count)s.") % {"count": wording.number(one["facts"], wish.language)}]
    if one["issuer"]:
        parts.append(said(_("Issued by"), one["issuer"]))
    if one["issued_on"]:
        parts.append(said(_("Date of the document"), wording.day(one["issued_on"], wish.language)))
    add(made, "summary", " ".join(parts), type="text")
    return made


def cited(title: str, number: str | None) -> str:
    return f"{title}, {number}" if number else title


def author_of(one: Row, _: Gettext) -> str:
    """As the history of the zone names the author."""
    return _(CODES[LOADER]) if one["author"] in (None, LOADER) else str(one["author"])


def entry(who: Identity, one: Row, kind: str, title: str, author: str) -> Xml.Element:
    """What every entry has. One of before times were recorded has the first that was."""
    made = Xml.Element("entry")
    at = moment(one["at"] or who.began_at)
    add(made, "id", uuid5(who.id, f"{one['revision']}/{kind}/{one['id']}").urn)
    add(made, "title", title, type="text")
    add(made, "published", at)
    add(made, "updated", at)
    add(Xml.SubElement(made, "author"), "name", author)
    return made


def add(parent: Xml.Element, name: str, text: str, **attributes: str) -> None:
    Xml.SubElement(parent, name, attributes).text = UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)


def refer(parent: Xml.Element, relation: str, address: str, media: str, title: str = "") -> None:
    named = {"title": title} if title else {}
    Xml.SubElement(parent, "link", {"rel": relation, "href": address, "type": media, **named})


def moment(at: datetime) -> str:
    """RFC 3339, with the offset that Atom wants."""
    return at.isoformat(timespec="seconds")
