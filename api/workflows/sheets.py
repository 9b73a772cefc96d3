"""The fact sheet of a zone: what is known of it, put together for one page; what is worked out says so."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import shapely

from api.language import N_
from api.store import sheets as store
from api.store.connect import Reader
from api.workflows import figures
from api.workflows.corners import legal_zone
from api.workflows.provenance import with_values
from gis.charts import Observation, Target
from gis.crs import CRS84
from gis.dates import Dated, parse_edtf
from gis.errors import GisError
from gis.fill_rate import zone_fill_rate
from gis.receipts import receipt

Row = dict[str, Any]
FLAGGED_PCT = 1.0  # a difference of areas that somebody should look at
SAME_PCT = 0.05  # one that is not seen
LAND_USES = ("industrial", "service", "infrastructure", "green", "road", "water", "other")
LOT_STATUSES = ("available", "reserved", "leased", "not_cleared", None)
BUSINESS = {
    "tenants": N_("Enterprises leasing land"), "projects": N_("Projects"), "workers": N_("Workers"),
    "investment_vnd_bn": N_("Investment"),
}  # fmt: skip
INFRASTRUCTURE = {
    "wastewater_capacity_m3_day": N_("Wastewater treatment capacity"),
    "wastewater_plant_status": N_("Wastewater plant"),
}
ELSEWHERE = {"declared_area_ha", "fill_rate_pct", "expansion_area_ha", "target_fill_rate_pct", "location_district",
             *figures.AREAS}  # fmt: skip


async def zone_sheet(
    reader: Reader,
    data_dir: Path,
    slug: str,
    number: int,
    known_at: datetime | None = None,
    state: Row | None = None,
) -> Row | None:
    """All that the page shows of a version, None where there is none: the record with `values` (see
    `provenance.zone_provenance`), and `said`, `further`, `held`, `duties`, `rates`, `targets`, `areas`, `land`.

    state: the zone's properties in a former state. Lots are known as they stand today alone, so that is without them.
    """
    is_past = state is not None
    record = await store.select_sheet(reader, slug, number, known_at)
    if record is None:
        return None
    if is_past:
        record |= {"lots": [], "lot_shapes": []}
    sheet = with_values(slug, record, state)
    facts = record["facts"]
    own = [one for one in facts if one["zone"] == slug]  # the others are what derived values follow from
    by_id = {one["id"]: one for one in (*facts, *record["demands"])}
    ranks = {one["id"]: place for place, one in enumerate(record["sources"])}
    used = {*BUSINESS, *INFRASTRUCTURE, *ELSEWHERE}
    plain = [one for one in own if one["class"] in ("observation", "statement") and one["indicator"] not in used]
    return sheet | {
        "entries": {one["property"]: one for one in sheet["values"]},
        "differing": {one["property"]: disagreeing(one, by_id, record["evidence"]) for one in sheet["values"]},
        "pages": {
            "declared_area_ha": pages_apart(record["version"]["declared_area_ha"], record["evidence"]),
            "status": [one for one in record["evidence"] if one["claim_type"] == "status"],
        },
        "by_id": by_id,
        "place_pages": place_pages(record["version"], record["evidence"]),
        "documents": {one["id"]: one for one in record["sources"]},
        "said": {name: shown(own, name, ranks) for name in (*BUSINESS, *INFRASTRUCTURE)},
        "further": [shown(plain, name, ranks) for name in dict.fromkeys(one["indicator"] for one in plain)],
        "held": held(record["milestones"]),
        "duties": duties(own, record["demands"]),
        "rates": rates(own, None if is_past else record["figures"]),
        "targets": targets([*own, *record["demands"]]),
        "areas": await areas(reader, data_dir, sheet),
        "land": land(record["lots"]),
    }


def shown(facts: Sequence[Row], indicator: str, ranks: dict[str, int]) -> Row:
    """The fact to be shown of an indicator: the latest as-of, then the higher document; `others` are the rest."""
    found = [one for one in facts if one["indicator"] == indicator and one["class"] in ("observation", "statement")]
    found.sort(key=lambda one: (end_of(one["as_of"]), -ranks.get(one["source"], 0)), reverse=True)
    return {"indicator": indicator, "fact": found[0] if found else None, "others": found[1:],
            "differing": differing(found[:1], found[1:])}  # fmt: skip


def end_of(text: str | None) -> str:
    dated = parse_edtf(text or "")
    return dated.end.isoformat() if dated else ""


def differing(shown: Sequence[Row], others: Sequence[Row]) -> int:
    """How many documents say of one time different things; 0 where none disagrees. A value of another time is none."""
    same_time = {one["as_of"] for one in shown}
    said = {(one["value"], one["value_max"], one["value_text"], one["comparator"]) for one in shown}
    apart = [
        one for one in others
        if (one["as_of"] in same_time or one["as_of"] is None or None in same_time)
        and (one["value"], one["value_max"], one["value_text"], one["comparator"]) not in said
    ]  # fmt: skip
    return len({one["source"] for one in (*shown, *apart)}) if apart else 0


def disagreeing(entry: Row, by_id: dict[str, Row], evidence: Sequence[Row]) -> int:
    """The same of a value with an entry; of an area, public pages that give another one count too."""
    if entry["property"] == "status":  # steps follow each other: an earlier one is no other opinion
        return 0
    behind = [by_id[one] for one in entry["facts"]]
    apart = differing(behind, [by_id[one] for one in entry["others"]])
    pages = {one["source"] for one in pages_apart(entry["value"], evidence)}
    if entry["property"] != "declared_area_ha" or not pages:
        return apart
    return max(apart, len({one["source"] for one in behind})) + len(pages)


def pages_apart(declared: float | None, evidence: Sequence[Row]) -> list[Row]:
    """The public pages that give another area than the declared one, or one where none is declared."""
    return [
        one for one in evidence
        if one["area_ha"] is not None and (not declared or abs(off_pct(one["area_ha"], declared)) >= SAME_PCT)
    ]  # fmt: skip


def off_pct(area_ha: float, declared: float) -> float:
    return round(100 * (area_ha - declared) / declared, 6)


def place_pages(version: Row, evidence: Sequence[Row]) -> list[Row]:
    """The public pages that the place of a version rests on: those about where it lies, else about which zone it is."""
    if version["location_evidence"] != "external":
        return []
    for claim in ("location", "identity"):
        if found := [one for one in evidence if one["claim_type"] == claim]:
            return found
    return []


def held(milestones: Sequence[Row]) -> list[Row]:
    """The steps that documents state, in the order of a zone's life: each once, with the first date that is told of it
    and all facts behind it.
    """
    steps: dict[str, list[Row]] = {}
    for one in sorted(milestones, key=lambda one: (one["rank"], one["as_of_end"] or "9999")):
        steps.setdefault(one["step"], []).append(one)
    return [
        {"step": step, "as_of": rows[0]["as_of"], "facts": [one["fact_id"] for one in rows],
         "is_implied": all(one["basis"] == "implied" for one in rows)}
        for step, rows in steps.items()
    ]  # fmt: skip


def duties(own: Sequence[Row], demands: Sequence[Row]) -> list[Row]:
    """What documents demand: of the zone itself (`scope` is None), then of all zones of a kind of its province. Each
    group has the facts, and whether any of them tells that it is met or not.
    """
    asked = [one for one in own if one["class"] in ("obligation", "target") and one["indicator"] not in ELSEWHERE]
    groups: dict[tuple[str | None, str | None], list[Row]] = {(None, None): asked} if asked else {}
    for one in demands:
        if one["class"] == "obligation":
            groups.setdefault((one["subject_kind"], one["historic_province"]), []).append(one)
    return [
        {"scope": scope, "province": province, "facts": facts,
         "tells": any(one["met"] is not None for one in facts)}
        for (scope, province), facts in groups.items()
    ]  # fmt: skip


def rates(facts: Sequence[Row], known: Row | None) -> list[Row]:
    """Every fill rate that is known, the latest first: as reported, from the areas of one document, and from the lots
    as they stand, where `known` are the zone's figures of today. `facts` are the ids that a rate rests on.
    """
    found = [
        {"value": one["value"], "value_max": one["value_max"], "comparator": one["comparator"], "as_of": one["as_of"],
         "basis": "reported", "facts": [one["id"]], "source": one["source"]}
        for one in facts if one["indicator"] == "fill_rate_pct" and one["class"] == "observation"
    ]  # fmt: skip
    stated = [one for one in facts if one["indicator"] in figures.AREAS and one["comparator"] in figures.EXACT]
    for one in figures.areas_of(stated):
        rate = zone_fill_rate(areas=[one])
        if rate.value_pct is not None:
            behind = [fact["id"] for fact in stated if (fact["as_of"], fact["source"]) == (rate.as_of, rate.source)]
            found.append({"value": float(rate.value_pct), "value_max": None, "comparator": "eq", "as_of": rate.as_of,
                          "basis": "areas", "facts": behind, "source": rate.source})  # fmt: skip
    if known and known["fill_rate_basis"] == "lots":
        found.append({"value": float(known["fill_rate_pct"]), "value_max": None, "comparator": "eq",
                      "as_of": known["fill_rate_as_of"], "basis": "lots", "facts": [],
                      "source": known["fill_rate_source"]})  # fmt: skip
    return sorted(found, key=lambda one: end_of(one["as_of"]), reverse=True)


def targets(facts: Sequence[Row]) -> list[Row]:
    """Demanded fill rates by the time they are due."""
    found = [one for one in facts if one["indicator"] == "target_fill_rate_pct" and one["value"] is not None]
    return sorted(found, key=lambda one: end_of(one["period"]))


def observations(rows: Sequence[Row]) -> list[Observation]:
    """Rates as the chart takes them."""
    return [
        Observation(one["value"], when(one["as_of"]), one["comparator"], one["value_max"], one["basis"]) for one in rows
    ]


def applying(rows: Sequence[Row], status: str | None) -> list[Row]:
    """The targets that are demanded of a zone of this status."""
    return [one for one in rows if status == "operating" or one.get("applies_to") != "operating"]


def steps(rows: Sequence[Row]) -> list[Target]:
    """Targets as the chart takes them: those that say by when."""
    return [
        Target(one["value"], dated, one["comparator"], one["value_max"])
        for one in rows if (dated := when(one["period"])) is not None
    ]  # fmt: skip


def when(text: str | None) -> Dated | None:
    return parse_edtf(text or "")


async def areas(reader: Reader, data_dir: Path, sheet: Row) -> list[Row]:
    """Every area that is known of the zone, beside the declared one: `code`, `area_ha`, what is told with it, and how
    far it is from the declared area in per cent, `flagged` where that is more than one.
    """
    version, made = sheet["version"], list[Row]()
    declared = version["declared_area_ha"]
    entry = next((one for one in sheet["values"] if one["property"] == "declared_area_ha"), None)
    made.append({"code": "declared", "area_ha": declared, "fact": None, "crs": None})
    if entry:
        facts = {one["id"]: one for one in sheet["facts"]}
        made += [{"code": "other", "area_ha": facts[one]["value"], "fact": facts[one], "crs": None}
                 for one in entry["others"] if facts[one]["value"] is not None]  # fmt: skip
    made += [{"code": "page", "area_ha": one["area_ha"], "fact": None, "crs": None, "page": one}
             for one in pages_apart(declared, sheet["evidence"])]  # fmt: skip
    if version["boundary_quality"] in ("surveyed", "digitised"):
        made += await measured(reader, data_dir, sheet)
    if sheet["lots"]:
        total = sum(one["area_ha"] for one in sheet["lots"])
        made.append({"code": "lots", "area_ha": total, "fact": None, "crs": None})
    for one in made:
        is_other = one["code"] != "declared" and declared and one["area_ha"] is not None
        off = off_pct(one["area_ha"], declared) if is_other else None
        one |= {"off_pct": 0.0 if off is not None and abs(off) < SAME_PCT else off,
                "flagged": off is not None and abs(off) > FLAGGED_PCT}  # fmt: skip
    return made


async def measured(reader: Reader, data_dir: Path, sheet: Row) -> list[Row]:
    """The outline on the ellipsoid and in the plane of a TM-3 zone: from its receipt, else measured now in the zone
    that is legal in its province.
    """
    version, told = sheet["version"], sheet["version"]["receipt"]
    if told is None:
        wkb = await store.select_real_outline(reader, sheet["slug"], version["version"])
        if wkb is None:
            return []
        plane = legal_zone(data_dir, sheet["province"])
        try:
            done = await asyncio.to_thread(receipt, shapely.from_wkb(wkb), CRS84, plane)
        except GisError:  # no plane of Viet Nam holds it
            return [{"code": "geodesic", "area_ha": sheet["measured_area_ha"], "fact": None, "crs": None}]
        told = done.document()
    rows = [
        {"code": "geodesic", "area_ha": told["area_ha"], "fact": None, "crs": None},
        {"code": "plane", "area_ha": told["plane_area_ha"], "fact": None, "crs": told["plane_crs_name"]},
    ]
    if told["operation"]:  # its document has corners in VN-2000
        rows.append({"code": "corners", "area_ha": None, "fact": None, "crs": told["crs_name"]})
    return rows


def land(lots: Sequence[Row]) -> Row | None:
    """Lots as a table: a row a land use, a column a status, with sums; None where no lots are known."""
    if not lots:
        return None
    rows = []
    for use in LAND_USES:
        parts = {one["status"]: one for one in lots if one["land_use"] == use}
        if parts:
            rows.append({"land_use": use, "parts": parts, "count": sum(one["count"] for one in parts.values()),
                         "area_ha": sum(one["area_ha"] for one in parts.values())})  # fmt: skip
    dates = {one["as_of"] for one in lots}
    return {
        "rows": rows, "statuses": [one for one in LOT_STATUSES if any(lot["status"] == one for lot in lots)],
        "as_of": dates.pop() if len(dates) == 1 else None,
        "sources": sorted({source for one in lots for source in one["sources"] or ()}),
        "count": sum(one["count"] for one in rows), "area_ha": sum(one["area_ha"] for one in rows),
    }  # fmt: skip
