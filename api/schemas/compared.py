"""How a comparison is worded: its groups, rows and values, in a reader's language."""

from collections.abc import Callable
from typing import Any

from api.language import N_, Language, gettext
from api.schemas.words import CODES, PROPERTIES, UNITS
from api.workflows.quantities import with_unit
from gis import wording
from gis.comparable import Reason

Row = dict[str, Any]
GROUPS = {
    "place": N_("Place"), "status": N_("Status"), "areas": N_("Areas"), "fill_rate": N_("Fill rate"),
    "land": N_("Land for lease"), "outline": N_("Outline"), "use": N_("Tenants and investment"),
    "infrastructure": N_("Infrastructure and obligations"), "doubts": N_("Doubts"), "documents": N_("Documents"),
}  # fmt: skip
ROWS = {
    "former": N_("Before 1 July 2025"), "steps": N_("Steps reached"), "leasable_area_ha": N_("All land for lease"),
    "leased_area_ha": N_("Land leased"), "available_area_ha": N_("Free land"), "cleared_area_ha": N_("Cleared land"),
    "boundary_quality": N_("Quality"), "boundary_accuracy_m": N_("Accuracy"), "tenants": N_("Enterprises leasing land"),
    "workers": N_("Workers"), "projects": N_("Projects in the zone"), "investment_vnd_bn": N_("Investment capital"),
    "listed_projects": N_("Projects in the register"), "listed_land_ha": N_("Land held by projects in the register"),
    "wastewater_capacity_m3_day": N_("Capacity for wastewater"), "demanded": N_("Demanded of the zone"),
    "targets": N_("Targets for the zone"), "documents": N_("Documents"),
    "demanded_of_all": N_("Demanded of all such zones of the province"),
}  # fmt: skip
REASONS: dict[Reason, str] = {
    "inexact": N_("not comparable: one is not exact"),
    "unit": N_("not comparable: different units"),
    "definition_unknown": N_("not comparable: definition not stated"),
    "definition": N_("not comparable: found in different ways"),
    "undated": N_("not comparable: date not stated"),
    "period": N_("not comparable: several years together"),
    "dates": N_("not comparable: a year or more apart"),
    "not_all_stated": N_("no largest: not stated for every zone"),
}  # fmt: skip
BASES = {
    "lots": N_("from the lots"), "areas": N_("from stated areas"), "derived": N_("derived"), "implied": N_("implied"),
    "reported": N_("as reported"),
}  # fmt: skip
SPACE = "\N{NO-BREAK SPACE}"
DEFINITIONS = {
    None: N_("definition not stated"), "nd35_2022": N_("by Decree 35/2022"), "nd29_2008": N_("by Decree 29/2008"),
}  # fmt: skip
MET = {True: N_("met"), False: N_("not met")}


def row_title(row: Row, language: Language) -> str:
    """What a row is called: its own word, else the property's, else the indicator's label."""
    name = row["name"]
    known = ROWS.get(name) or (None if row["labels"] else PROPERTIES.get(name))
    return gettext(language)(known) if known else str(row["labels"][language])


def remark(row: Row, language: Language) -> str:
    """Why its figures cannot be compared; '' where they can, or where there is nothing to compare."""
    return gettext(language)(REASONS[row["reason"]]) if row["reason"] in REASONS else ""


def told(one: Row, language: Language) -> str:
    """A value as a reader writes it, with its unit."""
    _ = gettext(language)
    writers: dict[str, Callable[[Any], str]] = {
        "number": lambda given: wording.number(given, language) + (SPACE + UNITS[one["unit"]] if one["unit"] else ""),
        "percent": lambda given: wording.percent(given, language),
        "metres": lambda given: wording.distance(given, language).replace(" ", SPACE),
        "code": lambda given: _(CODES[given]) if given in CODES else given,
        "note": lambda given: _(given) if given else "",
        "candidate": lambda given: _(N_("perhaps {place}, to be confirmed")).format(place=given),
        "document": lambda given: document_told(given, language),
        "amount": lambda _given: wording_of_fact(one["said"], language),
        "words": lambda _given: wording_of_fact(one["said"], language),
        "demand": lambda _given: f"{one['labels'][language]}: {wording_of_fact(one['said'], language)}",
    }
    return writers.get(one["kind"], str)(one["value"])


def document_told(document: Row, language: Language) -> str:
    """D001 Resolution 03-NQ/TU, 29 Jun 2021."""
    day = document["issued_on"]
    parts = (document["id"], document[f"kind_{language}"], document["number"])
    return " ".join(part for part in parts if part) + (f", {wording.edtf(day, language)}" if day else "")


def wording_of_fact(fact: Row, language: Language) -> str:
    """What a fact says: over 65%, 250–400 ha, about 1,230 bn VND, or its words."""
    _ = gettext(language)
    if fact["value"] is None:
        return str(fact[f"value_text_{language}"] or fact["value_text"])
    if fact["unit"] == "year":
        return str(fact["value"])
    figure = wording.number(fact["value"], language, 2)
    if fact["value_max"] is not None:
        figure += "–" + wording.number(fact["value_max"], language, 2)
    figure = with_unit(figure, fact["unit"], language)
    pattern = {"gt": N_("over {amount}"), "gte": N_("at least {amount}"), "approx": N_("about {amount}")}
    return _(pattern.get(fact["comparator"], "{amount}")).format(amount=figure)


def aside(one: Row, language: Language) -> str:
    """How a value was found: by which definition, from lots, implied; '' where a document simply states it."""
    _ = gettext(language)
    found = [BASES[one["basis"]]] if one["basis"] in BASES else []
    if one["kind"] == "percent":
        found.append(DEFINITIONS[one["definition"]])
    if one["met"] is not None:
        found.append(MET[one["met"]])
    return ", ".join(_(part) for part in found)
