"""Where each value of a zone comes from: the fact behind it, and the facts that say something else."""

from typing import Any

from api.store import provenance as store
from api.store.connect import Reader
from api.workflows import figures as figures_of

Row = dict[str, Any]
# What a rate of each basis rests on; lots are no facts, they are listed with the zone.
RATE_FACTS = {"reported": ("fill_rate_pct",), "areas": tuple(figures_of.AREAS), "lots": ()}


async def zone_provenance(reader: Reader, slug: str, number: int | None = None) -> Row | None:
    """Everything known of a zone with its documents, or None. number: of the version, the current one if unsaid.

    `values` holds one entry a value shown: property, value, as_of, basis, `facts` (the ids it rests on) and `others`
    (ids of facts of the same indicator that are not the one shown); `facts`, `sources`, `evidence`, `milestones` and
    `phases` are the rows themselves.
    """
    version = await store.select_version(reader, slug, number)
    if version is None:
        return None
    facts = await store.select_facts(reader, slug)
    evidence = await store.select_evidence(reader, slug)
    steps = await store.select_steps(reader, slug)
    phases = await store.select_phases(reader, slug)
    used = {fact["source"] for fact in facts} | {one["source"] for one in evidence} | set(version["sources"])
    figures = await store.select_figures(reader, slug)
    return {
        "slug": slug, "version": version, "figures": figures,
        "values": values(version, figures, facts, steps, phases), "facts": facts,
        "milestones": steps, "phases": phases, "evidence": evidence,
        "sources": await store.select_sources(reader, sorted(used)),
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
    if steps:
        reached = [one["fact_id"] for one in steps if one["rank"] == steps[0]["rank"]]
        rest = [one["fact_id"] for one in steps if one["fact_id"] not in reached]
        basis = "implied" if steps[0]["basis"] == "implied" else "stated"
        entries.append(entry("status", figures["status"], figures["status_as_of"], basis, reached, rest))
    if figures["fill_rate_pct"] is not None:
        behind = RATE_FACTS[figures["fill_rate_basis"]]
        shown = [
            fact["id"] for fact in facts
            if fact["indicator"] in behind and fact["class"] == "observation"
            and fact["as_of"] == figures["fill_rate_as_of"] and fact["source"] == figures["fill_rate_source"]
        ]  # fmt: skip
        entries.append(entry(
            "fill_rate_pct", figures["fill_rate_pct"], figures["fill_rate_as_of"], figures["fill_rate_basis"], shown,
            others(facts, "fill_rate_pct", shown),
        ))  # fmt: skip
    expansions = [one["fact_id"] for one in phases if one["is_expansion"] and one["in_force"] is not True]
    if figures["expansion_area_ha"] is not None:
        entries.append(entry("expansion_area_ha", figures["expansion_area_ha"], None, "stated", expansions, []))
    return entries


def entry(name: str, value: object, as_of: str | None, basis: str | None, facts: list[str], rest: list[str]) -> Row:
    return {"property": name, "value": value, "as_of": as_of, "basis": basis, "facts": facts, "others": rest}


def others(facts: list[Row], indicator: str, shown: list[str]) -> list[str]:
    return [
        fact["id"] for fact in facts
        if fact["indicator"] == indicator and fact["class"] == "observation" and fact["id"] not in shown
    ]  # fmt: skip
