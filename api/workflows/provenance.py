"""Where each value of a zone comes from: the fact behind it, and the facts that say something else."""

from datetime import datetime
from typing import Any

from api.store import provenance as store
from api.store.connect import Reader
from api.workflows import figures as figures_of

Row = dict[str, Any]
# What a rate of each basis rests on; lots are no facts, they are listed with the zone.
RATE_FACTS = {"reported": ("fill_rate_pct",), "areas": tuple(figures_of.AREAS), "lots": ()}


async def zone_provenance(
    reader: Reader, slug: str, number: int | None = None, known_at: datetime | None = None
) -> Row | None:
    """Everything known of a zone with its documents, or None. number: of the version, the current one if unsaid;
    known_at: only facts that were recorded by then.

    `values` holds one entry a value shown: property, value, as_of, basis, `facts` (the ids it rests on) and `others`
    (ids of facts of the same indicator that are not the one shown); `facts`, `sources`, `evidence`, `milestones` and
    `phases` are the rows themselves.
    """
    record = await store.select_record(reader, slug, number, known_at)
    return None if record is None else with_values(slug, record)


def with_values(slug: str, record: Row, shown: Row | None = None) -> Row:
    """A record of the store with `values`. shown: the properties of the zone in a former state, whose figures are taken
    then; what they rested on is told as far as it is still the same.
    """
    if shown is not None:
        record = record | {"figures": former(record["figures"], shown)}
    entries = values(record["version"], record["figures"], record["facts"], record["milestones"], record["phases"])
    return {"slug": slug, "values": entries, **record}


def former(today: Row, shown: Row) -> Row:
    """The figures of a former state. The document of its rate is not kept with it; that of the same rate is."""
    same = all(shown[name] == today[name] for name in ("fill_rate_pct", "fill_rate_basis", "fill_rate_as_of"))
    return {
        **today, **{name: shown[name] for name in today if name in shown},
        "fill_rate_source": today["fill_rate_source"] if same else None,
    }  # fmt: skip


def values(version: Row, figures: Row, facts: list[Row], steps: list[Row], phases: list[Row]) -> list[Row]:
    """The values a page shows and what each rests on; a value nobody states has no entry."""
    slug_facts = {fact["id"]: fact for fact in facts}
    entries = []
    if version["declared_area_ha"] is not None:
        inputs = version["declared_area_inputs"]
        as_of = {slug_facts[one]["as_of"] for one in inputs if one in slug_facts}
        entries.append(entry(
            "declared_area_ha", version["declared_area_ha"], as_of.pop() if len(as_of) == 1 else None,
            version["declared_area_basis"], inputs, others(facts, "declared_area_ha", inputs),
        ))  # fmt: skip
    if steps and (steps[0]["status"], steps[0]["as_of"]) == (figures["status"], figures["status_as_of"]):
        reached = [one["fact_id"] for one in steps if one["rank"] == steps[0]["rank"]]
        rest = [one["fact_id"] for one in steps if one["fact_id"] not in reached]
        basis = "implied" if steps[0]["basis"] == "implied" else "stated"
        entries.append(entry("status", figures["status"], figures["status_as_of"], basis, reached, rest))
    if figures["fill_rate_pct"] is not None:
        behind = RATE_FACTS[figures["fill_rate_basis"]]
        shown = [
            fact["id"] for fact in facts
            if fact["indicator"] in behind and fact["class"] == "observation"
            and fact["as_of"] == figures["fill_rate_as_of"] and is_of_rate(fact, figures)
        ]  # fmt: skip
        entries.append(entry(
            "fill_rate_pct", figures["fill_rate_pct"], figures["fill_rate_as_of"], figures["fill_rate_basis"], shown,
            others(facts, "fill_rate_pct", shown),
        ))  # fmt: skip
    expansions = [one["fact_id"] for one in phases if one["is_expansion"] and one["in_force"] is not True]
    if figures["expansion_area_ha"] is not None:
        entries.append(entry("expansion_area_ha", figures["expansion_area_ha"], None, "stated", expansions, []))
    return entries


def is_of_rate(fact: Row, figures: Row) -> bool:
    """Whether a fact of the rate's date is of its document; of a former rate, whether it is what was reported."""
    if figures["fill_rate_source"] is not None:
        return bool(fact["source"] == figures["fill_rate_source"])
    return figures["fill_rate_basis"] == "reported" and bool(fact["value"] == figures["fill_rate_pct"])


def entry(name: str, value: object, as_of: str | None, basis: str | None, facts: list[str], rest: list[str]) -> Row:
    return {"property": name, "value": value, "as_of": as_of, "basis": basis, "facts": facts, "others": rest}


def others(facts: list[Row], indicator: str, shown: list[str]) -> list[str]:
    return [
        fact["id"] for fact in facts
        if fact["indicator"] == indicator and fact["class"] == "observation" and fact["id"] not in shown
    ]  # fmt: skip
