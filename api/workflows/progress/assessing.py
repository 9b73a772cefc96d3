"""Every target with its one state as a row that can be written as JSON."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from api.store.connect import Reader
from api.store.progress import select_progress
from api.workflows.progress.reading import OF_UNITS, OF_ZONES, register_of
from api.workflows.progress.wording import Names, reason
from gis.dates import LEGAL_ZONE, Dated, parse_edtf
from gis.progress import (
    STATES,
    Judged,
    Measured,
    Observation,
    Pace,
    Relation,
    Result,
    relations,
)
from gis.progress import assess as decide

Row = dict[str, Any]


async def assess(
    reader: Reader, *, unit_uids: Collection[str] | None = None, year: int | None = None, today: date | None = None,
    until: date | None = None,
) -> list[Row]:  # fmt: skip
    """Every target once, by province, year and indicator, as docs/progress.md says.

    unit_uids: of these units; one of today stands for the former ones it took in. year: that the targets' time ends
    in. today: decides whether a target's time is over, the legal day by default. until: only what describes a time up
    to that day counts.
    """
    found = await select_progress(reader, units=unit_uids, until=until, of_zones=OF_ZONES, of_units=OF_UNITS)
    return await asyncio.to_thread(rows_of, found, today or datetime.now(LEGAL_ZONE).date(), year)


def summarise(rows: Iterable[Row]) -> dict[str, int]:
    """How many targets are in each state, all of them named."""
    counted = Counter(one["state"] for one in rows)
    return {state: counted[state] for state in STATES}


def rows_of(found: Row, today: date, year: int | None) -> list[Row]:
    """Rows of targets, in the order of the store."""
    register = register_of(found)
    results, related = decide(register, today), relations(register.targets)
    names = Names({one["slug"]: one for one in found["zones"]}, found["labels"] or {}, found["step_labels"] or {})
    made = []
    for target in found["targets"]:
        dated = parse_edtf(target["period"] or "")
        if year is None or (dated is not None and dated.end.year == year):
            made.append(row_of(target, dated, results[target["id"]], related.get(target["id"]), names))
    return made


def row_of(target: Row, period: Dated | None, result: Result, relation: Relation | None, names: Names) -> Row:
    """A target with what was found of it."""
    told = {name: target[name] for name in (
        "id", "province", "province_code", "unit_uid", "subject", "subject_kind", "zone", "zone_name_vi",
        "zone_name_en", "indicator", "indicator_vi", "indicator_en", "unit", "comparator",
    )}  # fmt: skip
    rest = {name: target[name] for name in (
        "milestone", "milestone_vi", "milestone_en", "applies_to", "period", "source", "source_title",
        "source_number", "place", "quote", "note",
    )}  # fmt: skip
    return {
        **told, "value": exact(target["value"]), "value_max": exact(target["value_max"]), **rest,
        "year": period.end.year if period else None, "state": result.state,
        "reason": {"code": result.code, **{name: plain(one) for name, one in result.facts.items()}},
        "reason_vi": reason(target, result, names, "vi"), "reason_en": reason(target, result, names, "en"),
        "observation": observed(result.observation), "related": observed(result.related),
        "others": [{**(observed(one) or {}), "state": state} for one, state in result.others],
        "measured": measured_of(result.measured), "zones": [zone_of(one, names) for one in result.zones],
        "relation": {"kind": relation.kind, "facts": list(relation.facts)} if relation else None,
        "pace": pace_of(result.pace),
        "points": [{"as_of": when.text, "value": plain(value)} for when, value in result.points],
        "series": [observed(one) for one in result.series],
    }  # fmt: skip


def observed(one: Observation | None) -> Row | None:
    if one is None:
        return None
    return {
        "id": one.id, "indicator": one.indicator, "value": plain(one.value), "value_max": plain(one.value_max),
        "comparator": one.comparator, "as_of": one.when.text if one.when else None, "source": one.source,
    }  # fmt: skip


def measured_of(one: Measured | None) -> Row | None:
    if one is None:
        return None
    return {
        "value": plain(one.value), "low": plain(one.low), "high": plain(one.high), "known": one.known,
        "total": one.total, "unnamed": one.unnamed, "known_part_pct": plain(one.known_part), "basis": one.basis,
        "definition": one.definition,
    }  # fmt: skip


def zone_of(one: Judged, names: Names) -> Row:
    zone = names.zones[one.zone]
    return {
        "slug": one.zone, "name_vi": zone["name_vi"], "name_en": zone["name_en"], "kind": zone["kind"],
        "state": one.state, "reason": one.code, "reason_vi": names.short(one, "vi"),
        "reason_en": names.short(one, "en"), "value": plain(one.value), "comparator": one.comparator,
        "step": one.step, "basis": one.basis, "as_of": one.as_of, "source": one.source, "fact": one.fact,
    }  # fmt: skip


def pace_of(one: Pace | None) -> Row | None:
    if one is None:
        return None
    return {
        "needed_per_year": plain(one.needed_per_year), "reached_per_year": plain(one.reached_per_year),
        "from": {"as_of": one.since.text, "value": plain(one.value)}, "projected": plain(one.projected),
        "before": {"as_of": one.before[0].text, "value": plain(one.before[1])} if one.before else None,
    }  # fmt: skip


def exact(text: str | None) -> Any:
    return plain(None if text is None else Decimal(text))


def plain(value: Any) -> Any:
    """A decimal as a number of JSON, whole where it is whole."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
