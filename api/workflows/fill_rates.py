"""Fill rates of zones and of groups of zones, and how many zones each figure leaves out."""

from datetime import date
from typing import Any, Literal, get_args

from api.store import zones
from api.store.connect import Reader
from api.store.stats import select_unit_names
from api.workflows import figures
from gis.dates import Dated
from gis.fill_rate import DEFINITIONS, DefinitionId, FillRate, applicable_definition, group_fill_rate

Row = dict[str, Any]
By = Literal["zone", "province", "historic_province", "kind", "all"]
BY: tuple[By, ...] = get_args(By)
GROUP_COLUMN = {"province": "province_uid", "historic_province": "historic_province_uid", "kind": "kind"}


async def fill_rates(
    reader: Reader, by: By, definition: DefinitionId, as_of: Dated | None, *, order: str = "slug"
) -> Row:
    """Every zone's rate, or each group's.

    as_of: only figures that describe a time up to its end count. A group's rate is the sum of leased over the sum of
    leasable; reported rates never enter it, and it is null unless every zone in it is known. `whole` is the group of
    all zones. order: of zones, by `slug` or by the name in a language; groups come by name.
    """
    until: date | None = as_of.end if as_of else None
    inputs = await zones.read_figure_inputs(reader, figures.INDICATORS, until, order=order)
    rates = {one["slug"]: figures.fill_rate(one, definition, until) for one in inputs}
    legal = DEFINITIONS[definition]
    answer: Row = {
        "by": by, "as_of": as_of.text if as_of else None,
        "definition": {
            "id": definition, "formula_vi": legal.formula_vi, "formula_en": legal.formula_en,
            "instrument": legal.instrument, "article": legal.article, "verified": legal.verified,
        },
        "zones": len(inputs), "zones_unknown": sum(rate.value_pct is None for rate in rates.values()),
    }  # fmt: skip
    answer["whole"] = (await group_rows(reader, "all", inputs, rates, definition))[0] if inputs else None
    if by == "zone":
        answer["rates"] = [zone_row(one, rates[one["slug"]]) for one in inputs]
    else:
        answer["rates"] = await group_rows(reader, by, inputs, rates, definition)
    return answer


def zone_row(inputs: Row, rate: FillRate) -> Row:
    law = applicable_definition(inputs["kind"], figures.date(rate.as_of))
    return {
        "zone": inputs["slug"], "name_vi": inputs["name_vi"], "name_en": inputs["name_en"],
        "kind": inputs["kind"], "value_pct": rate.value_pct, "basis": rate.basis,
        "numerator_ha": rate.numerator_ha, "denominator_ha": rate.denominator_ha, "definition": rate.definition,
        "as_of": rate.as_of, "source": rate.source, "reason_unknown": rate.reason,
        "definition_by_law": {
            "id": law.definition, "instrument": law.instrument, "verified": law.verified,
        },
        "issues": [issue.code for issue in rate.issues],
    }  # fmt: skip


async def group_rows(
    reader: Reader, by: By, inputs: list[Row], rates: dict[str, FillRate], definition: DefinitionId
) -> list[Row]:
    names = await select_unit_names(reader)
    places = {uid: place for place, uid in enumerate(names)}
    members: dict[str | None, list[Row]] = {}
    for one in inputs:
        members.setdefault(one[GROUP_COLUMN[by]] if by in GROUP_COLUMN else "all", []).append(one)
    rows = []
    for key, zones_in in sorted(
        members.items(), key=lambda item: (places.get(item[0] or "", len(places)), item[0] or "")
    ):
        group = group_fill_rate([rates[one["slug"]] for one in zones_in], definition)
        rows.append({
            "group": key, "name": names.get(key or "", key), "value_pct": group.value_pct,
            "assessable": group.assessable, "numerator_ha": group.numerator_ha, "denominator_ha": group.denominator_ha,
            "known_part_pct": group.known_part_pct, "definition": group.definition, "as_of": group.as_of,
            "sources": group.sources, "zones": group.total, "zones_known": group.known,
            "zones_reported_only": group.reported_only, "zones_unknown": group.unknown,
            "zones_without_leasable_land": group.without_leasable_land,
            "reported": [
                {"zone": one["slug"], "value_pct": rates[one["slug"]].value_pct, "as_of": rates[one["slug"]].as_of,
                 "source": rates[one["slug"]].source}
                for one in zones_in if rates[one["slug"]].basis == "reported"
            ],
        })  # fmt: skip
    return rows
