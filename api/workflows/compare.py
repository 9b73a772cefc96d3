"""Zones side by side: the values of each in rows, every one with its origin, and what can be compared. docs/compare.md.

Language-free: a value says of what kind it is, and `routes/compare` writes it. A cell is a list of values; an empty one
is not stated.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from api.errors import TooManyZones, UnknownZones
from api.store import compare as store
from api.store.collections import SUBJECTS_OF
from api.store.connect import Reader
from api.store.projects import select_public
from api.workflows.projects import summarise
from api.workflows.provenance import zone_provenance
from gis.comparable import Figure, judge

Row = dict[str, Any]
Cell = list[Row]
MOST = 4
EXACT = (None, "eq")
MEASURED = ("surveyed", "digitised")
GROUPS = ("place", "status", "areas", "fill_rate", "land", "outline", "use", "infrastructure", "doubts", "documents")
DATED = {"fill_rate", "land", "use", "infrastructure"}  # what changes with time
BETTER = ("available_area_ha", "cleared_area_ha")  # more of it is better; of nothing is less better
NUMBERS = ("number", "percent", "metres", "amount")
IN_USE = ("tenants", "workers", "projects", "investment_vnd_bn", "fdi_projects", "fdi_investment_vnd_bn")
ELSEWHERE = ("declared_area_ha", "fill_rate_pct", "expansion_area_ha")  # rows of their own, chosen by provenance


async def compare(reader: Reader, slugs: Sequence[str]) -> Row:
    """`zones` (slug, names, kind, status, end) in the order of `slugs`, and `rows`.

    Raises UnknownZones, TooManyZones.
    """
    if len(slugs) > MOST:
        raise TooManyZones("zones", most=MOST, count=len(slugs))
    features = await store.select_features(reader, slugs)
    unknown = [slug for slug in slugs if slug not in features]
    if unknown:
        raise UnknownZones("zones", value=", ".join(unknown))
    zones = [features[slug] for slug in slugs]
    lots = await store.select_lot_origins(reader, slugs)
    provinces = {uid for one in zones for uid in provinces_of(one)}
    everywhere = await store.select_demanded_of_all(reader, sorted(provinces))
    columns = []
    for zone in zones:
        sheet = await zone_provenance(reader, zone["slug"], zone["version"])
        assert sheet is not None  # a served zone has the version that it is served with
        projects = await select_public(reader, zone["slug"])
        demanded = [one for one in everywhere if one["unit_uid"] in provinces_of(zone)
                    and one["subject_kind"] in SUBJECTS_OF[zone["kind"]]]  # fmt: skip
        columns.append(column_of(zone, sheet, lots.get(zone["slug"]), projects, demanded))
    heads = ("slug", "name_vi", "name_en", "kind", "province", "status", "status_reason", "successor")
    return {"zones": [{name: zone[name] for name in heads} for zone in zones], "rows": rows_of(columns)}


def provinces_of(zone: Row) -> list[str]:
    """The uids of its provinces, of today and before: either may demand something of it."""
    return [uid for uid in (zone["province_uid"], zone["historic_province_uid"]) if uid]


def rows_of(columns: Sequence[dict[tuple[str, str], Cell]]) -> list[Row]:
    """The rows that any zone has, group by group in the order of the first that has them; with what can be compared."""
    keys = list(dict.fromkeys(key for column in columns for key in column))
    keys.sort(key=lambda key: (GROUPS.index(key[0]), place_in_group(key[1])))
    rows = []
    for group, name in keys:
        cells = [column.get((group, name), []) for column in columns]
        first = next((one for cell in cells for one in cell), {})
        row: Row = {"group": group, "name": name, "labels": first.get("labels"), "unit": first.get("unit")}
        numeric = any(one["kind"] in NUMBERS for cell in cells for one in cell)
        verdict = judge(
            [figure(cell) for cell in cells], dated=group in DATED, more_is_better=name in BETTER
        ) if numeric else None  # fmt: skip
        row["comparable"] = verdict.comparable if verdict else None
        row["reason"] = verdict.reason if verdict else None
        row["best"] = list(verdict.best) if verdict else []
        rows.append({**row, "cells": cells})
    return rows


def place_in_group(name: str) -> int:
    return IN_USE.index(name) if name in IN_USE else len(IN_USE)


def figure(cell: Cell) -> Figure | None:
    """The figure of a cell that holds one number; several are never compared."""
    if len(cell) != 1 or cell[0]["value"] is None:
        return None
    one = cell[0]
    return Figure(one["value"], one["unit"], one["definition"], one["as_of"], one["exact"])


def column_of(
    zone: Row, sheet: Row, lots: tuple[str | None, str | None] | None, projects: list[Row], demanded: list[Row]
) -> dict[tuple[str, str], Cell]:
    """All cells of one zone, by group and row. Every zone has the fixed rows, empty or not."""
    drawn = [sheet["version"]["boundary_source"]]
    return {
        **place_of(zone, sheet), **status_of(sheet), **areas_of(zone, sheet), **land_of(sheet, lots),
        ("outline", "boundary_quality"): text(zone["boundary_quality"], "code", sources=drawn),
        ("outline", "boundary_accuracy_m"): text(zone["boundary_accuracy_m"], "metres", unit="m"),
        **use_of(sheet, projects), **documents_say(sheet),
        ("infrastructure", "demanded"): [demand(one) for one in sheet["facts"] if one["class"] == "obligation"],
        ("infrastructure", "targets"): [demand(one) for one in sheet["facts"]
                                        if one["class"] == "target" and one["indicator"] not in ELSEWHERE],
        ("infrastructure", "demanded_of_all"): [demand(one) for one in demanded],
        ("doubts", "doubts"): text(zone["doubts"], "note"),
        ("documents", "documents"): [value(one, "document", dated=False) for one in sheet["sources"]
                                     if one["kind"] != "web_page"],
    }  # fmt: skip


def place_of(zone: Row, sheet: Row) -> dict[tuple[str, str], Cell]:
    version = sheet["version"]
    former = ", ".join(one for one in (zone["historic_district"], zone["historic_province"]) if one)
    located = [one for one in sheet["facts"] if one["indicator"] == "location_district"]
    commune = text(zone["commune"], "text")
    if not commune and version["commune_candidate"]:
        commune = text(version["commune_candidate"], "candidate")
    return {
        ("place", "kind"): text(zone["kind"], "code"),
        ("place", "province"): text(zone["province"], "text"),
        ("place", "former"): text(former or None, "text", facts=located),
        ("place", "commune"): commune,
        ("place", "location_accuracy_m"): text(zone["location_accuracy_m"], "metres", unit="m"),
    }


def status_of(sheet: Row) -> dict[tuple[str, str], Cell]:
    facts = {one["id"]: one for one in sheet["facts"]}
    status = entry_of(sheet, "status", "code")
    if sheet["version"]["life"] != "listed":
        status = text(sheet["version"]["life"], "code")
    for one in status:
        one["others"] = []  # they are the next row
    steps = sorted(sheet["milestones"], key=lambda one: (one["rank"], one["as_of_end"]))
    together: dict[tuple[str, str | None, str], list[Row]] = {}
    for one in steps:
        behind = together.setdefault((one["step"], one["as_of"], one["basis"]), [])
        behind += [facts[one["fact_id"]]] if one["fact_id"] in facts else []
    reached = [
        value(step, "code", as_of=as_of, basis="implied" if basis == "implied" else None, facts=behind)
        for (step, as_of, basis), behind in together.items()
    ]
    return {("status", "status"): status, ("status", "steps"): reached}


def areas_of(zone: Row, sheet: Row) -> dict[tuple[str, str], Cell]:
    measured = zone["measured_area_ha"] if zone["boundary_quality"] in MEASURED else None
    drawn = [sheet["version"]["boundary_source"]]
    return {
        ("areas", "declared_area_ha"): entry_of(sheet, "declared_area_ha", "number", unit="ha"),
        ("areas", "measured_area_ha"): text(measured, "number", unit="ha", sources=drawn),
        ("areas", "expansion_area_ha"): entry_of(sheet, "expansion_area_ha", "number", unit="ha"),
    }  # fmt: skip


def land_of(sheet: Row, lots: tuple[str | None, str | None] | None) -> dict[tuple[str, str], Cell]:
    """The fill rate, and the land that it is made of. What lots add up to is of the lots' date and document."""
    figures = sheet["figures"]
    rate = entry_of(sheet, "fill_rate_pct", "percent", unit="%")
    definition = figures["fill_rate_definition"]
    for one in rate:
        one["definition"] = None if definition == "not_stated" else definition
        one["sources"] = one["sources"] or marks([], [figures["fill_rate_source"]])
    basis = "lots" if lots else "areas"
    as_of, source = lots or (figures["fill_rate_as_of"], figures["fill_rate_source"])
    names = {"available_area_ha": "lots", "cleared_area_ha": "lots", "leasable_area_ha": basis, "leased_area_ha": basis}
    return {
        ("fill_rate", "fill_rate_pct"): rate,
        **{("land", name): [] if figures[name] is None else [value(
            figures[name], "number", unit="ha", as_of=as_of, basis=found, definition=found, sources=[source],
        )] for name, found in names.items()},
    }  # fmt: skip


def use_of(sheet: Row, projects: list[Row]) -> dict[tuple[str, str], Cell]:
    """Observations of documents, and what the list of projects adds up to."""
    cells: dict[tuple[str, str], Cell] = {("use", name): [] for name in IN_USE[:4]}
    cells["infrastructure", "wastewater_capacity_m3_day"] = []
    rank = {one["id"]: place for place, one in enumerate(sheet["sources"])}
    found: dict[str, list[Row]] = {}
    for fact in sheet["facts"]:
        of_another = fact["id"] in sheet["version"]["declared_area_inputs"]
        if fact["class"] == "observation" and fact["indicator"] not in ELSEWHERE and not of_another:
            found.setdefault(fact["indicator"], []).append(fact)
    for indicator, facts in found.items():
        # the latest first, as they come; of equals that of the higher document
        shown = min(facts, key=lambda one: (one["as_of"] != facts[0]["as_of"], rank.get(one["source"], len(rank))))
        group = "infrastructure" if indicator.startswith("wastewater") else "use"
        cells[group, indicator] = [{**stated(shown), "others": [one["id"] for one in facts if one is not shown]}]
    if projects:
        summary = summarise(projects)
        cells["use", "listed_projects"] = text(summary["standing"], "number")
        land = text(summary["land_ha"]["sum"], "number", unit="ha")
        cells["use", "listed_land_ha"] = [{**one, "left_out": summary["land_ha"]["unknown"]} for one in land]
    return cells


def documents_say(sheet: Row) -> dict[tuple[str, str], Cell]:
    """Statements that are neither measured nor demanded: a row for each indicator."""
    cells: dict[tuple[str, str], Cell] = {}
    for fact in sheet["facts"]:
        if fact["class"] == "statement" and fact["indicator"] not in ("location_district", "status"):
            group = "infrastructure" if fact["indicator"] != "obstacle" else "doubts"
            cells.setdefault((group, fact["indicator"]), []).append(stated(fact))
    return cells


def entry_of(sheet: Row, name: str, kind: str, *, unit: str | None = None) -> Cell:
    """A value that provenance knows, with the facts behind it and those that say otherwise."""
    facts = {one["id"]: one for one in sheet["facts"]}
    return [
        value(one["value"], kind, unit=unit, as_of=one["as_of"], definition=one["basis"] or "",
              basis=None if one["basis"] == "stated" else one["basis"],
              facts=[facts[id] for id in one["facts"] if id in facts], others=one["others"])
        for one in sheet["values"] if one["property"] == name
    ]  # fmt: skip


def stated(fact: Row) -> Row:
    """What a fact says: a figure with its unit, or words."""
    labels = {"vi": fact["indicator_vi"], "en": fact["indicator_en"]}
    one = value(
        fact["value"], "amount" if fact["value"] is not None else "words", unit=fact["unit"], as_of=fact["as_of"],
        exact=fact["comparator"] in EXACT, facts=[fact],
    )  # fmt: skip
    words = {name: fact[name] for name in
             ("comparator", "value", "value_max", "unit", "value_text", "value_text_vi", "value_text_en")}  # fmt: skip
    return {**one, "said": words, "labels": labels, "period": fact["period"], "met": fact["met"]}


def demand(fact: Row) -> Row:
    """What a document demands, with what of; such rows hold many and are never compared."""
    return {**stated(fact), "kind": "demand", "dated": False}


def text(given: Any, kind: str, *, unit: str | None = None, **origin: Any) -> Cell:
    """A cell with a value that has no date of its own, or none."""
    return [] if given is None else [value(given, kind, unit=unit, dated=False, **origin)]


def value(
    given: Any, kind: str, *, unit: str | None = None, as_of: str | None = None, dated: bool = True,
    definition: str | None = "", basis: str | None = None, exact: bool = True, facts: Iterable[Row] = (),
    sources: Iterable[str | None] = (), others: Sequence[str] = (),
) -> Row:  # fmt: skip
    """One value of a cell. `dated` says whether it has a time at all; `others` are facts that say something else."""
    return {
        "value": given, "kind": kind, "unit": unit, "as_of": as_of, "period": None, "dated": dated,
        "definition": definition, "basis": basis, "exact": exact, "met": None,
        "sources": marks(facts, sources), "others": list(others),
    }  # fmt: skip


def marks(facts: Iterable[Row], sources: Iterable[str | None]) -> list[Row]:
    """Where a value comes from: documents, with the fact and its place in them where there is one."""
    known = [{"source": one["source"], "fact": one["id"], "place": one["place"]} for one in facts]
    return known or [{"source": one, "fact": None, "place": None} for one in sources if one]
