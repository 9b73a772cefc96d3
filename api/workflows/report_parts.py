"""The parts of a periodic report: zones with their figures, sums, rates, changes, targets, and the cells to fill."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from api.store import reports as store
from api.store.connect import Reader
from api.store.reports import Scope
from api.workflows import figures
from api.workflows.fill_rates import zone_row
from api.workflows.progress import assess
from gis.dates import parse_edtf
from gis.fill_rate import DEFAULT, DEFINITIONS, FillRate, Lots, group_fill_rate
from gis.periodic import Figure, add_up, age_years, why_to_fill
from gis.periods import Period

Row = dict[str, Any]
KINDS = ("industrial_park", "industrial_cluster", "economic_zone")
MEASURES = ("declared_area_ha", "leasable_area_ha", "leased_area_ha", "available_area_ha")
COMPARED = ("status", *MEASURES, "fill_rate_pct")  # what is set beside the end of the period before
OF_TARGET = (
    "id", "province", "unit_uid", "subject", "subject_kind", "zone", "zone_name_vi", "zone_name_en", "indicator",
    "indicator_vi", "indicator_en", "unit", "comparator", "value", "value_max", "milestone", "milestone_vi",
    "milestone_en", "applies_to", "period", "year", "source", "place", "state", "reason", "reason_vi", "reason_en",
    "observation", "measured", "relation",
)  # fmt: skip
AT_THE_ZONE = ("status", "declared_area_ha")  # cells that a change of the zone fills; the others the form of figures


async def put_together(
    reader: Reader, scope: Scope, province: Row, period: Period, known_at: datetime, day: date
) -> Row:
    """All parts of the content. known_at: when the register came to the revision; day: the day of the report."""
    units = [province["uid"], *(one["uid"] for one in province["former"])]
    inputs = await store.select_zones(reader, scope, figures.INDICATORS)
    zones = [zone_of(one, scope) for one in inputs]
    former = Scope(scope.unit, period.before.start, period.before.end, scope.revision)
    before = [zone_of(one, former) for one in await store.select_zones(reader, former, figures.INDICATORS)]
    listed = [one for one in zones if not one["is_ended"]]
    targets = await targets_of(reader, units, scope.until, min(day, period.end + timedelta(days=1)))
    changes = {
        "versions": await store.select_versions(reader, scope, known_at),
        "figures": differing(before, zones),
        "facts": await store.select_recorded(reader, scope),
    }
    stated = await store.select_stated(reader, scope, units)
    parts = {
        "zones_in_scope": len(listed), "zones_ended": len(zones) - len(listed),
        "counts": counts(zones), "stated": stated, "areas": areas(listed),
        "definitions": [definition_row(one) for one in DEFINITIONS], "rates": rates(listed),
        "zones": [{name: value for name, value in one.items() if name != "found"} for one in zones],
        "changes": changes, "targets": targets, "cells": cells(listed, scope, period),
    }  # fmt: skip
    return {**parts, "sources": await store.select_documents(reader, sources_of(plain(parts)))}


# Zones


def zone_of(inputs: Row, scope: Scope) -> Row:
    """A zone with its figures as of the last day. `found`: its rates by definition, for the sums of groups."""
    lots = figures.lots_of(inputs, scope.until)
    found = {one: figures.fill_rate(inputs, one, scope.until) for one in DEFINITIONS}
    rate, is_ended = found[DEFAULT], inputs["life"] != "listed"
    stated = {"as_of": rate.as_of, "source": rate.source} if rate.is_known or rate.denominator_ha is not None else {}
    status = {"value": "withdrawn", "as_of": inputs["valid_from"]} if is_ended else {
        "value": inputs["status"], "as_of": inputs["status_as_of"], "basis": inputs["status_basis"],
        "source": inputs["status_source"],
    }  # fmt: skip
    aged = aging(scope.until)
    return {
        **{name: inputs[name] for name in ("slug", "name_vi", "name_en", "kind", "version", "life")},
        "former_province_uid": inputs["historic_province_uid"],
        "is_ended": is_ended, "found": found, "status": aged(status),
        "declared_area_ha": aged(declared(inputs, scope.until)),
        "leasable_area_ha": aged({"value": rate.denominator_ha, **stated}),
        "leased_area_ha": aged({"value": rate.numerator_ha, **stated}),
        "available_area_ha": aged(available(lots)),
        "rates": {one: aged(rate_row(inputs, found[one])) for one in DEFINITIONS},
    }  # fmt: skip


def declared(inputs: Row, until: date) -> Row:
    """The declared area of the version in force, unless the documents behind it speak only of a later time."""
    behind = inputs["declared"] or []
    row: Row = {
        "value": inputs["declared_area_ha"] and Decimal(inputs["declared_area_ha"]),
        "basis": inputs["declared_area_basis"], "as_of": behind[0]["as_of"] if behind else None,
        "source": behind[0]["source"] if behind else None,
    }  # fmt: skip
    dated = parse_edtf(row["as_of"] or "")
    if row["value"] is not None and dated is not None and dated.end > until:
        return {"value": None, "later": row["as_of"], "source": row["source"]}
    return row


def available(lots: Lots | None) -> Row:
    """Free land, from lots alone; unknown where the status of one that may count is not stated."""
    counted = [lot for lot in lots.lots if lot.land_use in DEFINITIONS[DEFAULT].land_uses] if lots else []
    if lots is None or not counted or any(lot.status is None for lot in counted):
        return {"value": None}
    value = sum((lot.area_ha or Decimal(0) for lot in counted if lot.status == "available"), Decimal(0))
    return {"value": value, "as_of": lots.as_of.text if lots.as_of else None, "source": lots.source}


def rate_row(inputs: Row, rate: FillRate) -> Row:
    told = zone_row({**inputs, "province_uid": None}, rate)
    names = ("basis", "numerator_ha", "denominator_ha", "definition", "as_of", "source", "reason_unknown",
             "definition_by_law", "issues")  # fmt: skip
    return {"value": told["value_pct"], **{name: told[name] for name in names}}


def aging(day: date) -> Callable[[Row], Row]:
    """Gives a figure the members that all have, and its age in full years on a day."""

    def aged(figure: Row) -> Row:
        whole = {"value": None, "as_of": None, "source": None, **figure}
        return {**whole, "age_years": age_years(whole["as_of"], day) if whole["value"] is not None else None}

    return aged


# Sums


def counts(zones: Sequence[Row]) -> list[Row]:
    """How many zones of each kind have each status; `status` is null where none is stated."""
    found: dict[tuple[str, str | None], int] = {}
    for one in zones:
        key = (one["kind"], one["status"]["value"])
        found[key] = found.get(key, 0) + 1
    return [{"kind": kind, "status": status, "zones": number} for (kind, status), number in sorted(
        found.items(), key=lambda item: (KINDS.index(item[0][0]), item[0][1] or ""))]  # fmt: skip


def groups_of(zones: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """All zones, and those of each kind that there are."""
    kinds = [(kind, [one for one in zones if one["kind"] == kind]) for kind in KINDS]
    return [("all", list(zones)), *((kind, members) for kind, members in kinds if members)]


def areas(zones: Sequence[Row]) -> list[Row]:
    """The sums of areas, each of how many zones, and how many it leaves out."""
    made = []
    for group, members in groups_of(zones):
        for measure in MEASURES:
            total = add_up(one[measure]["value"] for one in members)
            made.append({"group": group, "measure": measure, "value": total.value, "zones": len(members),
                         "zones_known": total.known, "zones_left_out": total.left_out})  # fmt: skip
    return made


def rates(zones: Sequence[Row]) -> list[Row]:
    """The fill rate of each group by each definition: leased over leasable land, never from reported rates."""
    made = []
    for definition in DEFINITIONS:
        for group, members in groups_of(zones):
            rate = group_fill_rate([one["found"][definition] for one in members], definition)
            made.append({
                "definition": definition, "group": group, "value": rate.value_pct, "assessable": rate.assessable,
                "numerator_ha": rate.numerator_ha, "denominator_ha": rate.denominator_ha,
                "known_part_pct": rate.known_part_pct, "zones": rate.total, "zones_known": rate.known,
                "zones_reported_only": rate.reported_only, "zones_unknown": rate.unknown,
                "zones_without_leasable_land": rate.without_leasable_land, "as_of": list(rate.as_of),
                "sources": list(rate.sources),
            })  # fmt: skip
    return made


def definition_row(name: Any) -> Row:
    legal = DEFINITIONS[name]
    return {
        "id": name, "formula_vi": legal.formula_vi, "formula_en": legal.formula_en, "instrument": legal.instrument,
        "article": legal.article, "verified": legal.verified,
    }  # fmt: skip


# What is different, demanded, wanting


def differing(before: Sequence[Row], after: Sequence[Row]) -> list[Row]:
    """What the figures of zones say otherwise than at the end of the period before, both by what is known now."""
    former = {one["slug"]: one for one in before}
    made = []
    for zone in after:
        old = former.get(zone["slug"])
        for name in COMPARED:
            was, now = (told(one, name) if one else None for one in (old, zone))
            if was != now:
                made.append({"zone": zone["slug"], "name_vi": zone["name_vi"], "name_en": zone["name_en"],
                             "property": name, "before": was, "after": now})  # fmt: skip
    return made


def told(zone: Row, name: str) -> Any:
    return zone["rates"][DEFAULT]["value"] if name == "fill_rate_pct" else zone[name]["value"]


async def targets_of(reader: Reader, units: Collection[str], until: date, day: date) -> list[Row]:
    """What documents demand, with its state by what is dated up to the last day. day: which years are over by then."""
    rows = await assess(reader, unit_uids=units, until=until, today=day)
    return [{name: one[name] for name in OF_TARGET} for one in rows]


def cells(zones: Sequence[Row], scope: Scope, period: Period) -> list[Row]:
    """What somebody must fill so that the next report says more, each with the page of the desk where that is done."""
    made = []
    for zone in zones:
        for name in COMPARED:
            figure = zone["rates"][DEFAULT] if name == "fill_rate_pct" else zone[name]
            why = why_to_fill(
                Figure(figure["value"], figure["as_of"], is_dated=name != "declared_area_ha",
                       is_reported=figure.get("basis") == "reported", is_later=bool(figure.get("later"))),
                date.min if name == "status" else period.start,
            )  # fmt: skip
            if why:
                place = desk_of(zone) if name in AT_THE_ZONE else desk_for(scope.unit, period)
                made.append({
                    "zone": zone["slug"], "name_vi": zone["name_vi"], "name_en": zone["name_en"], "property": name,
                    "why": why, "value": figure["value"], "as_of": figure["as_of"] or figure.get("later"),
                    "age_years": figure["age_years"], "desk": place,
                })  # fmt: skip
    return made


def desk_for(unit: str, period: Period) -> str:
    """The form of figures of a province and period."""
    return "/desk/figures?" + urlencode({"province": unit, "period": period.text}, safe=":")


def desk_of(zone: Row) -> str:
    """Where a change of a zone is begun."""
    return f"/desk?q={quote(zone['name_vi'])}#zones"


def sources_of(content: object) -> set[str]:
    """The ids of all documents that parts of the content name."""
    if isinstance(content, list):
        return set().union(*map(sources_of, content)) if content else set()
    if not isinstance(content, dict):
        return set()
    named = {one for one in (content.get("source"), *(content.get("sources") or [])) if isinstance(one, str)}
    return named.union(*map(sources_of, content.values()))


def plain(content: Row) -> Row:
    """As JSON has it: decimals are numbers, days and times are texts."""
    made: Row = orjson.loads(orjson.dumps(content, default=number_of))
    return made


def number_of(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(type(value))
