"""How zones stand by the five criteria, with the lights that somebody should look at, and their slow projects."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from api.language import LANGUAGES, Language, gettext
from api.store import assessment as store
from api.store.connect import Reader
from api.workflows.projects import total
from gis.assessment import CRITERIA, LIGHTS, RULES, Criterion, Fact, Light, Lots, Rule, Step, Zone, assess, light_up
from gis.assessment.criteria import FACT, READ, SEEKING
from gis.assessment.lights import STATES, Input
from gis.dates import LEGAL_ZONE
from gis.projects import is_late

Row = dict[str, Any]
EXPANSION = "expansion_area_ha"
# Of facts, what the lights and the criteria read of each zone.
INDICATORS = {EXPANSION, "declared_area_ha", *(one for topic in CRITERIA.values() for one in topic.indicators)}
DEMANDED = {one for topic in CRITERIA.values() for one in topic.demands}


@dataclass(frozen=True, slots=True)
class Assessed:
    """A zone with the states of its lights and criteria. `row` is what the store has of it; the rest is worked out
    again when it is asked for: of thirty thousand zones only a page is.
    """

    row: Row
    today: date
    states: dict[str, str]
    known: dict[str, str]

    @property
    def zone(self) -> Zone:
        return zone_of(self.row, self.today)

    @property
    def lights(self) -> list[Light]:
        return light_up(self.zone)

    @property
    def criteria(self) -> list[Criterion]:
        return assess(self.zone)

    def lit(self, state: str) -> list[str]:
        """The names of the lights in a state."""
        return [name for name, found in self.states.items() if found == state]


def legal_day() -> date:
    return datetime.now(LEGAL_ZONE).date()


async def survey(
    reader: Reader,
    *,
    unit_uids: Collection[str] | None = None,
    slug: str | None = None,
    today: date | None = None,
    language: Language = "vi",
    has_evidence: bool = False,
) -> list[Assessed]:
    """Zones by name with their lights and criteria: one zone, those of some provinces (uids), or all.

    has_evidence: whether criteria and lights name all facts they rest on; their states are the same without.
    """  # fmt: skip
    rows = await store.select_zones(
        reader, INDICATORS if has_evidence else READ, SEEKING, units=None if unit_uids is None else list(unit_uids),
        slugs=None if slug is None else [slug], language=language,
    )  # fmt: skip
    return await asyncio.to_thread(judge, rows, today or legal_day())


def judge(rows: Iterable[Row], today: date) -> list[Assessed]:
    """What the rules say of rows of the store."""
    found = []
    for row in rows:
        zone = zone_of(row, today)
        states: dict[str, str] = {one.name: one.state for one in light_up(zone)}
        known: dict[str, str] = {one.name: one.state for one in assess(zone)}
        found.append(Assessed(row, today, states, known))
    return found


def zone_of(row: Row, today: date) -> Zone:
    """A row of the store as the rules read it."""
    facts = tuple(fact_of(one) for one in row["facts"] or ())
    expanded = set(row["expanded"] or ())
    planned = [one.id for one in facts if one.indicator == EXPANSION and one.id not in expanded]
    return Zone(
        kind=row["kind"], today=today, status=row["status"], status_as_of=row["status_as_of"],
        fill_rate_pct=row["fill_rate_pct"], fill_rate_as_of=row["fill_rate_as_of"],
        fill_rate_source=row["fill_rate_source"], fill_rate_basis=row["fill_rate_basis"],
        has_wastewater_plant=row["has_wastewater_plant"],
        expansions=tuple(dict.fromkeys((*(row["expansions"] or ()), *planned))),
        expansion_area_ha=row["expansion_area_ha"], boundary_quality=row["boundary_quality"],
        declared_ha=row["declared_area_ha"], declared_facts=tuple(row["declared_area_inputs"]),
        measured_ha=row["measured_area_ha"], lots=lots_of(row), projects=row["projects"],
        pages=tuple((id, area) for id, area in row["pages"] or ()), facts=facts,
        steps=tuple(Step(*one) for one in row["steps"] or ()),
    )  # fmt: skip


def fact_of(one: Sequence[Any]) -> Fact:
    id, indicator, kind, value, word, met, as_of, source = one
    return Fact(id, indicator, kind, value, word, met, as_of, source)


def lots_of(row: Row) -> Lots | None:
    if row["lots"] is None:
        return None
    area, leased, as_of, source = row["lots"]
    cleared = row["cleared_area_ha"]
    return Lots(area, leased, None if cleared is None else float(cleared), as_of, source)


async def assess_zones(
    reader: Reader, *, unit_uids: Collection[str] | None = None, slug: str | None = None, today: date | None = None
) -> list[Row]:
    """Zones with all evidence, as JSON: `criteria`, `lights` and `slow_projects`; see `survey` for which.

    A criterion's `evidence` is what documents say of the zone itself, `demands` what they say of all such zones of its
    province; both are whole facts with words, place and source.
    """
    day = today or legal_day()
    zones = await survey(reader, unit_uids=unit_uids, slug=slug, today=day, has_evidence=True)
    within = {uid: await store.select_units_within(reader, uid) for uid in provinces_of(zones)}
    demands = await store.select_demands(
        reader, DEMANDED, {unit for units in within.values() for unit in units}, {one.row["kind"] for one in zones}
    )
    own = {id for one in zones for found in one.criteria for id in found.facts}
    own |= {id for one in zones for light in one.lights for given in light.inputs for id in given.facts}
    facts = await store.select_facts(reader, own | {one[3] for one in demands})
    slow = slow_projects(await store.select_unfinished(reader, [one.row["slug"] for one in zones]), day)
    return [whole(one, facts, demands, within, slow.get(one.row["slug"], none_slow())) for one in zones]


def provinces_of(zones: Iterable[Assessed]) -> set[str]:
    """The provinces by which what is demanded of zones is known: the former one where there was one."""
    return {uid for one in zones if (uid := province_of(one.row))}


def province_of(row: Row) -> str | None:
    """A demand on former Sóc Trăng is not one on all of today's Cần Thơ."""
    uid: str | None = row["historic_province_uid"] or row["province_uid"]
    return uid


def whole(
    one: Assessed, facts: dict[str, Row], demands: Sequence[tuple[str, str, str, str]], within: dict[str, list[str]],
    slow: Row,
) -> Row:  # fmt: skip
    row, zone, lights = one.row, one.zone, one.lights
    units = {*within.get(province_of(row) or "", ()), row["province_uid"]}
    asked = [(indicator, id) for unit, subject, indicator, id in demands
             if unit in units and store.applies_to(row["kind"], subject)]  # fmt: skip
    names = ("slug", "name_vi", "name_en", "kind", "status", "status_as_of", "province", "historic_province")
    return {
        **{name: row[name] for name in names},
        "assessed_on": one.today.isoformat(), "criteria_source": FACT,
        "criteria": [criterion(zone, found, facts, asked) for found in one.criteria],
        "lights": [light(found) for found in lights], **slow,
        "facts": {id: facts[id] for given in lights for put in given.inputs for id in put.facts if id in facts},
    }  # fmt: skip


def criterion(zone: Zone, found: Criterion, facts: dict[str, Row], asked: Sequence[tuple[str, str]]) -> Row:
    topic = CRITERIA[found.name]
    return {
        "criterion": found.name, **titles(topic.title), "state": found.state,
        **{f"known_{language}": found.why.said(gettext(language), language) for language in LANGUAGES},
        "evidence": [facts[id] for id in found.facts if id in facts],
        "lots": lots_document(zone.lots) if found.lots and zone.lots else None,
        "projects": zone.projects if found.projects else None,
        "demands": [facts[id] for indicator, id in asked if indicator in topic.demands and id in facts],
    }  # fmt: skip


def titles(text: str) -> Row:
    return {f"title_{language}": gettext(language)(text) for language in LANGUAGES}


def lots_document(lots: Lots) -> Row:
    return {"area_ha": lots.area_ha, "leased_ha": lots.leased_ha, "cleared_ha": lots.cleared_ha, "as_of": lots.as_of,
            "source": lots.source}  # fmt: skip


def light(found: Light) -> Row:
    return {
        "rule": found.name, **titles(LIGHTS[found.name]), "state": found.state,
        **{f"reason_{language}": found.why.said(gettext(language), language) for language in LANGUAGES},
        "inputs": [input_document(one) for one in found.inputs], **rule_document(found.rule),
    }  # fmt: skip


def input_document(one: Input) -> Row:
    return {"name": one.name, "value": one.value, "unit": one.unit or None, "as_of": one.as_of, "source": one.source,
            "facts": list(one.facts)}  # fmt: skip


def rule_document(rule: Rule) -> Row:
    """A row of law.csv as answers tell it; what it has not is null."""
    return {
        "threshold": rule.threshold, "unit": rule.unit or None, "instrument": rule.instrument or None,
        "article": rule.article or None, "verified": rule.verified, "law_rule": rule.rule,
        **{f"content_{language}": gettext(language)(rule.content) for language in LANGUAGES},
    }  # fmt: skip


def rules() -> list[Row]:
    """Every rule behind a light, with the kinds of zones that it is for."""
    return [
        {"rule": name, **titles(LIGHTS[name]), "applies_to": one.applies_to, **rule_document(one)}
        for name, found in RULES.items() for one in found
    ]  # fmt: skip


def none_slow() -> Row:
    return {"slow_projects": [], "slow_not_named": None, "projects_not_told": 0, "slow_land_ha": total([])}


def slow_projects(rows: Iterable[Row], today: date) -> dict[str, Row]:
    """By zone: `slow_projects`, the public ones by name, late or stalled, with the land they hold; `slow_not_named`,
    how many others are stalled and their land; `projects_not_told`, how many others may be late, which only their dates
    would tell and these are not public.
    """
    found: dict[str, Row] = {}
    for one in rows:
        late = one["is_public"] and is_late(one, today)
        is_stalled = one["state"] == "stalled"
        here = found.setdefault(one["zone"], {**none_slow(), "slow_projects": [], "lands": []})
        if one["is_public"] and (late or is_stalled):
            here["slow_projects"].append({
                name: one[name] for name in ("id", "name", "investor", "state", "land_ha", "operation_planned_for",
                                             "source", "source_title", "source_url", "place")
            } | {"is_late": late})  # fmt: skip
        elif is_stalled:
            here["lands"].append(one["land_ha"])
        elif not one["is_public"]:
            here["projects_not_told"] += 1
    for here in found.values():
        lands = here.pop("lands")
        here["slow_not_named"] = {"projects": len(lands), "land_ha": total(lands)} if lands else None
        here["slow_land_ha"] = total([*(one["land_ha"] for one in here["slow_projects"]), *lands])
    return found


def count_lights(zones: Iterable[Assessed]) -> dict[str, dict[str, int]]:
    """Of how many zones each light is in each state."""
    counted = Counter(one for zone in zones for one in zone.states.items())
    return {name: {state: counted[name, state] for state in STATES} for name in LIGHTS}


def count_criteria(zones: Iterable[Assessed]) -> dict[str, int]:
    """Of how many zones something is known by each criterion."""
    counted = Counter(name for zone in zones for name, state in zone.known.items() if state == "known")
    return {name: counted[name] for name in CRITERIA}


def worst_first(zones: Iterable[Assessed]) -> list[Assessed]:
    """The zones with the most lights on first; of equally many by name, as they came."""
    return sorted(zones, key=lambda one: -len(one.lit("on")))
