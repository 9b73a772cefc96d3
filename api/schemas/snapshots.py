"""What a snapshot says of itself in both languages: titles, terms of use, how it is cited."""

from typing import Any

from api import attribution
from api.language import LANGUAGES, N_, gettext
from api.schemas.licences import DOCUMENTS, PAGES, SYNTHETIC, Terms, terms_of
from api.schemas.words import COLLECTIONS as TEXTS
from api.schemas.words import PROPERTIES, SERVICE
from api.store.collections import COLLECTIONS
from api.store.snapshots import Moment
from api.workflows.snapshots import Texts, Wanted
from gis.formats import About

Row = dict[str, Any]
TABLES = {
    "sources": (N_("Documents"), N_("Documents and public pages that values come from, by the ids that facts name.")),
    "indicators": (N_("Indicators"), N_("What can be measured or demanded, with its unit, range and definition.")),
}
CITED = N_("%(title)s, snapshot of %(day)s, revision %(revision)s, %(register)s.")
WISHES = {one: gettext(one) for one in LANGUAGES}
vi, en = WISHES.values()
OWN = Terms(N_("Names and definitions of indicators"), N_("Written for the register"))


def wanted(address: str) -> Wanted:
    """What a snapshot of the register at an address says. `address` is empty where nobody said."""

    def of_file(name: str, moment: Moment) -> Texts:
        title, description = TABLES.get(name) or TEXTS[name]
        collection, synthetic = COLLECTIONS.get(name), moment.synthetic
        units = {one.name: one.unit for one in collection.properties} if collection else {}
        named = {one: text for one, text in PROPERTIES.items() if not collection or one in units or one == "geometry"}
        members = {
            "collection": name if collection else None, **both("title", title), **both("description", description),
            "licence": [licence(one) for one in terms(name, synthetic=synthetic)],
        }  # fmt: skip
        columns = {
            one: {**({"unit": units[one]} if units.get(one) else {}), **both("title", text)}
            for one, text in named.items()
        }
        from_whom = attribution.of_collection(name, synthetic=synthetic)
        about = About(vi(title), vi(description), vi(from_whom), address, "", moment.day)
        return Texts(about, {one: vi(text) for one, text in named.items()}, members, columns)

    def whole(facts: Row, moment: Moment) -> Row:
        files = facts.pop("files")
        cited = {"day": moment.day, "revision": moment.revision, "register": facts["register"]}
        told: Row = {}
        for language, wish in WISHES.items():
            citation = wish(CITED) % {**cited, "title": wish(SERVICE[0])}
            told[f"citation_{language}"] = f"{citation} {address}".strip()
            told[f"attribution_{language}"] = attribution.whole(wish, synthetic=moment.synthetic)
        return {**both("title", SERVICE[0]), "address": address or None, **facts, **told, "files": files}

    return Wanted(of_file, whole)


def terms(name: str, *, synthetic: bool) -> tuple[Terms, ...]:
    """Terms of a collection, or of one of the tables beside."""
    if name in COLLECTIONS:
        return terms_of(name, synthetic=synthetic)
    return (OWN,) if name == "indicators" else (SYNTHETIC,) if synthetic else (DOCUMENTS, PAGES)


def both(name: str, text: str) -> Row:
    return {f"{name}_vi": vi(text), f"{name}_en": en(text)}


def licence(terms: Terms) -> Row:
    """Terms of use, as /licence tells them."""
    return {
        **both("what", terms.what), **both("origin", terms.origin), **both("licence", terms.licence),
        "address": terms.address or None,
    }  # fmt: skip
