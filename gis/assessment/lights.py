"""The lights: each a rule of one zone, that holds (`on`), does not (`off`), or of which too little is said (`unknown`).

A light is on only where documents or the register's own data say so; silence never switches it on, nor off.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from gis.assessment.law import Rule, rule_of, threshold_of
from gis.assessment.saying import Saying
from gis.assessment.zone import Zone, dated, months_after
from gis.issues import N_

State = Literal["on", "off", "unknown"]
STATES: tuple[State, ...] = ("on", "off", "unknown")
MEASURED = ("surveyed", "digitised")
PLANNED = 20  # rank of the first step by which a zone stands in a plan
SAME_PCT = 0.05  # a difference of areas that is not seen
WITHDRAWN = Saying(N_("The zone is withdrawn."))
OF_STANDING = ("low_fill_expanding", "no_investor", "no_wastewater_plant")  # what a withdrawn zone is not asked


@dataclass(frozen=True)
class Input:
    """A value that a light rests on; None is not stated. unit: `%`, `ha`, or empty."""

    name: str
    value: Any
    unit: str = ""
    as_of: str | None = None
    source: str | None = None
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Light:
    """What a rule says of a zone, why, and from what."""

    name: str
    state: State
    why: Saying
    inputs: tuple[Input, ...]
    rule: Rule


Told = tuple[State, Saying, tuple[Input, ...]]
Check = Callable[[Zone], Told]
CHECKS: dict[str, Check] = {}
LIGHTS = {
    "low_fill_expanding": N_("Filled below the threshold, and to be expanded"),
    "no_investor": N_("No investor for years: a candidate for removal from planning"),
    "no_wastewater_plant": N_("In operation without a wastewater plant"),
    "outdated": N_("Fill rate or status older than a year"),
    "outline_not_surveyed": N_("Outline not surveyed"),
    "areas_apart": N_("Areas that do not reconcile"),
}


def light_up(zone: Zone) -> list[Light]:
    """All lights of a zone, in the order of LIGHTS."""
    found = []
    for name in LIGHTS:
        state, why, inputs = CHECKS[name](zone)
        if zone.status == "withdrawn" and name in OF_STANDING:
            state, why = "off", WITHDRAWN
        found.append(Light(name, state, why, inputs, rule_of(name, zone.kind)))
    return found


def check(made: Check) -> Check:
    CHECKS[made.__name__] = made
    return made


@check
def low_fill_expanding(zone: Zone) -> Told:
    """A fill rate below the threshold while a document plans to expand the zone."""
    threshold = threshold_of("low_fill_expanding", zone.kind)
    inputs = (fill_rate(zone), Input("expansion_area_ha", zone.expansion_area_ha, "ha", facts=zone.expansions))
    told = {"pct": zone.fill_rate_pct, "as_of": zone.fill_rate_as_of, "threshold_pct": threshold}
    if zone.fill_rate_pct is None:
        if zone.expansions:
            return "unknown", Saying(N_("Documents plan to expand it; its fill rate is not stated.")), inputs
        return "unknown", Saying(N_("Neither its fill rate is stated nor whether it is to be expanded.")), inputs
    if zone.fill_rate_pct >= threshold:
        return "off", Saying(N_("{pct} filled ({as_of}), not below {threshold_pct}."), told), inputs
    if not zone.expansions:
        message = N_("{pct} filled ({as_of}), below {threshold_pct}; whether it is to be expanded is not stated.")
        return "unknown", Saying(message, told), inputs
    message = N_("{pct} filled ({as_of}), below {threshold_pct}, and documents plan to expand it.")
    if zone.expansion_area_ha is not None:
        message = N_("{pct} filled ({as_of}), below {threshold_pct}, and documents plan to expand it by {ha} ha.")
    return "on", Saying(message, told | {"ha": zone.expansion_area_ha}), inputs


SEEN = {
    "projects": N_("Documents count {count} projects ({as_of})."),
    "tenants": N_("Documents count {count} enterprises that lease land ({as_of})."),
    "fill_rate_pct": N_("Land is leased: {pct} filled ({as_of})."),
    "leased_ha": N_("Land is leased: lots of {ha} ha ({as_of})."),
    "listed": N_("The register has {count} projects in it that hold land."),
}


@check
def no_investor(zone: Zone) -> Told:
    """None for so many years since the first dated step of the zone, by the latest document that counts them."""
    years = int(threshold_of("no_investor", zone.kind))
    seen = sightings(zone)
    first = min(
        (one for one in zone.steps if one.rank >= PLANNED and not one.is_implied and dated(one.as_of)),
        key=lambda one: ends(one.as_of), default=None,
    )  # fmt: skip
    since = first.as_of if first else None
    inputs = (*seen, Input("first_step", first.step if first else None, "", since, first.source if first else None,
                           (first.fact,) if first else ()))  # fmt: skip
    if not seen:
        return "unknown", Saying(N_("No document says whether it has investors or projects.")), inputs
    latest = seen[0]
    if latest.value > 0:
        told = {"count": latest.value, "pct": latest.value, "ha": latest.value, "as_of": latest.as_of}
        return "off", Saying(SEEN[latest.name], told), inputs
    return *counted_none(latest.as_of, since, years), inputs


def counted_none(as_of: str | None, since: str | None, years: int) -> tuple[State, Saying]:
    """Whether between a step and a count of none surely lie so many years, surely not, or who knows."""
    counted, begun = dated(as_of), dated(since)
    facts = {"as_of": as_of, "since": since, "count": years}
    if counted is None or begun is None:
        return "unknown", Saying(N_("Documents count none, but not since when: a date is missing."))
    if months_after(begun.end, 12 * years) <= counted.start:
        message = N_("Documents count none ({as_of}), at least {count} years after its first dated step ({since}).")
        return "on", Saying(message, facts)
    if months_after(begun.start, 12 * years) > counted.end:
        message = N_("Documents count none ({as_of}), less than {count} years after its first dated step ({since}).")
        return "off", Saying(message, facts)
    message = N_("Documents count none ({as_of}); its first dated step ({since}) is too vague to count {count} years.")
    return "unknown", Saying(message, facts)


def sightings(zone: Zone) -> list[Input]:
    """Each kind of figure that tells of investors, the latest first; of equally late ones one that saw any."""
    found = []
    for name in ("projects", "tenants"):
        if told := [one for one in zone.told(name) if one.value is not None]:
            found.append(Input(name, told[0].value, "", told[0].as_of, told[0].source, (told[0].id,)))
    if zone.fill_rate_pct is not None:
        found.append(fill_rate(zone))
    if zone.lots and zone.lots.leased_ha > 0:
        found.append(Input("leased_ha", zone.lots.leased_ha, "ha", zone.lots.as_of, zone.lots.source))
    if zone.projects:
        found.append(Input("listed", zone.projects, "", zone.today.isoformat()))
    return sorted(found, key=lambda one: (ends(one.as_of), one.value > 0), reverse=True)


def ends(as_of: str | None) -> str:
    found = dated(as_of)
    return found.end.isoformat() if found else ""


@check
def no_wastewater_plant(zone: Zone) -> Told:
    """In operation while the latest document that tells says that no plant stands yet."""
    plant = [one for one in zone.facts if one.indicator in ("wastewater_plant_status", "commitment_wastewater_plant")
             and one.is_told]  # fmt: skip
    inputs = (
        status(zone),
        Input("has_wastewater_plant", zone.has_wastewater_plant, "", plant[0].as_of if plant else None,
              plant[0].source if plant else None, tuple(one.id for one in plant)),
    )  # fmt: skip
    when = {"as_of": zone.status_as_of}
    if zone.has_wastewater_plant:
        return "off", Saying(N_("Its wastewater plant stands, by the latest document that tells.")), inputs
    if zone.status is None:
        return "unknown", Saying(N_("Whether it is in operation is not stated.")), inputs
    if zone.status != "operating":
        return "off", Saying(N_("Not in operation, by the furthest step that is stated ({as_of})."), when), inputs
    if zone.has_wastewater_plant is None:
        message = N_("In operation ({as_of}); no document says whether it has a wastewater plant.")
        return "unknown", Saying(message, when), inputs
    message = N_("In operation ({as_of}), and by the latest document that tells no wastewater plant stands yet.")
    return "on", Saying(message, when), inputs


@check
def outdated(zone: Zone) -> Told:
    """A value that is shown, fill rate or status, dates from longer ago than the threshold."""
    months = int(threshold_of("outdated", zone.kind))
    inputs = (fill_rate(zone), status(zone))
    shown = [one for one in inputs if one.value is not None]
    old = [one.name for one in shown if (when := dated(one.as_of)) and months_after(when.end, months) < zone.today]
    told = {"count": months, "fill_as_of": zone.fill_rate_as_of, "status_as_of": zone.status_as_of}
    if not shown:
        return "unknown", Saying(N_("Neither its fill rate nor its status is stated.")), inputs
    if old == ["fill_rate_pct"]:
        return "on", Saying(N_("The fill rate is older than {count} months ({fill_as_of})."), told), inputs
    if old == ["status"]:
        return "on", Saying(N_("The status is older than {count} months ({status_as_of})."), told), inputs
    if old:
        message = N_("Fill rate ({fill_as_of}) and status ({status_as_of}) are older than {count} months.")
        return "on", Saying(message, told), inputs
    if any(dated(one.as_of) is None for one in shown):
        return "unknown", Saying(N_("How old it is cannot be told: a value that is shown has no date.")), inputs
    return "off", Saying(N_("What is shown is not older than {count} months."), told), inputs


@check
def outline_not_surveyed(zone: Zone) -> Told:
    """The outline is digitised, indicative, or there is none."""
    inputs = (Input("boundary_quality", zone.boundary_quality),)
    match zone.boundary_quality:
        case "surveyed":
            return "off", Saying(N_("The outline is surveyed.")), inputs
        case "digitised":
            return "on", Saying(N_("The outline is digitised, not surveyed.")), inputs
        case None:
            return "on", Saying(N_("No outline is known.")), inputs
    return "on", Saying(N_("The outline is indicative: a disc of the declared area, no boundary.")), inputs


APART = {
    "measured": N_("The outline measures {ha} ha and {declared_ha} ha are declared: {pct} apart."),
    "lots": N_("The lots add up to {ha} ha and {declared_ha} ha are declared: {pct} apart."),
    "document": N_("Another document states {ha} ha and {declared_ha} ha are declared: {pct} apart."),
    "page": N_("A public page gives {ha} ha and {declared_ha} ha are declared: {pct} apart."),
}


@check
def areas_apart(zone: Zone) -> Told:
    """The declared area and another one of the zone differ by more than the threshold."""
    threshold = threshold_of("areas_apart", zone.kind)
    declared = zone.declared_ha
    others = list(other_areas(zone))
    inputs = (Input("declared", declared, "ha", facts=zone.declared_facts), *others)
    if not declared:
        return "unknown", Saying(N_("No area is declared with which others could be compared.")), inputs
    if not others:
        return "unknown", Saying(N_("Only one area is known; there is nothing to compare it with.")), inputs
    widest = max(others, key=lambda one: apart_pct(one.value, declared))
    told = {"ha": widest.value, "declared_ha": declared, "pct": apart_pct(widest.value, declared),
            "threshold_pct": threshold}  # fmt: skip
    if told["pct"] > threshold:
        return "on", Saying(APART[widest.name], told), inputs
    return "off", Saying(N_("All areas that are known lie within {threshold_pct} of the declared one."), told), inputs


def other_areas(zone: Zone) -> Iterator[Input]:
    """Every area beside the declared one: measured, of the lots, of other documents, of public pages."""
    if zone.boundary_quality in MEASURED and zone.measured_ha is not None:
        yield Input("measured", zone.measured_ha, "ha")
    if zone.lots:
        yield Input("lots", zone.lots.area_ha, "ha", zone.lots.as_of, zone.lots.source)
    for one in zone.told("declared_area_ha"):
        if one.value is not None and one.id not in zone.declared_facts:
            yield Input("document", one.value, "ha", one.as_of, one.source, (one.id,))
    for evidence, area in zone.pages:
        yield Input("page", area, "ha", source=evidence)


def apart_pct(area_ha: float, declared_ha: float) -> float:
    """How far an area is from the declared one, per cent of that."""
    return round(100 * abs(float(area_ha) - float(declared_ha)) / float(declared_ha), 6)


def fill_rate(zone: Zone) -> Input:
    facts = tuple(one.id for one in zone.told("fill_rate_pct") if one.as_of == zone.fill_rate_as_of)
    return Input("fill_rate_pct", zone.fill_rate_pct, "%", zone.fill_rate_as_of, zone.fill_rate_source, facts)


def status(zone: Zone) -> Input:
    """The furthest step; its facts are those of that step."""
    furthest = [one for one in zone.steps if one.rank == zone.steps[0].rank] if zone.steps else []
    source = furthest[0].source if furthest else None
    return Input("status", zone.status, "", zone.status_as_of, source, tuple(one.fact for one in furthest))
