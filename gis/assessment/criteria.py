"""The five criteria of the periodic assessment, and what is known of a zone by each.

They are those of Kiên Giang's action programme (fact F168: compensation and site clearance; investment attraction; fill
rate; environmental treatment), which sets no scores and no thresholds: so none are given here. Evidence is what
documents say of the zone itself; what they demand of all zones of the province stands beside it and proves nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from gis.assessment.saying import Saying
from gis.assessment.zone import Step, Zone
from gis.issues import N_

FACT = "F168"
NOT_STATED = Saying(N_("Not stated"))


@dataclass(frozen=True)
class Criterion:
    """What is known of a zone by a criterion. facts: the ids of the evidence; lots, projects: whether these are part of
    it too.
    """

    name: str
    state: Literal["known", "unknown"]
    why: Saying
    facts: tuple[str, ...] = ()
    lots: bool = False
    projects: bool = False


@dataclass(frozen=True)
class Topic:
    """A criterion as the documents have it. indicators: of facts about the zone itself; demands: of what is said or
    demanded of all zones of a province; steps: of a zone's life; told: what is known, None where nothing is.
    """

    title: str
    indicators: tuple[str, ...]
    demands: tuple[str, ...]
    steps: tuple[str, ...]
    told: Callable[[Zone], Saying | None]


def step_of(zone: Zone, *names: str) -> Step | None:
    return next((one for one in zone.steps if one.step in names and not one.is_implied), None)


def compensation(zone: Zone) -> Saying | None:
    met = [one.met for one in zone.told("commitment_resettlement_area") if one.met is not None]
    if not met:
        return None
    return Saying(N_("What is demanded of resettlement is met.") if met[0]
                  else N_("What is demanded of resettlement is not met."))  # fmt: skip


def site_clearance(zone: Zone) -> Saying | None:
    if zone.lots and zone.lots.cleared_ha is not None:
        told = {"ha": zone.lots.cleared_ha, "as_of": zone.lots.as_of}
        return Saying(N_("By the lots {ha} ha of land for lease are cleared ({as_of})."), told)
    if done := step_of(zone, "site_clearance_done"):
        return Saying(N_("Site clearance is done ({as_of})."), {"as_of": done.as_of})
    if begun := step_of(zone, "site_clearance_in_progress"):
        return Saying(N_("Site clearance is in progress ({as_of})."), {"as_of": begun.as_of})
    return None


def investment(zone: Zone) -> Saying | None:
    """The strongest that is known: investors, then steps towards one, then that one is sought."""
    stated = first_number(zone, (
        ("projects", N_("{count} projects ({as_of}).")), ("tenants", N_("{count} enterprises lease land ({as_of}).")),
    ))  # fmt: skip
    if stated is None and zone.projects:
        stated = Saying(N_("{count} projects in the register hold land."), {"count": zone.projects})
    if stated is None and zone.lots and zone.lots.leased_ha:
        told = {"ha": zone.lots.leased_ha, "as_of": zone.lots.as_of}
        stated = Saying(N_("Lots of {ha} ha are leased ({as_of})."), told)
    return stated or towards_investment(zone)


def towards_investment(zone: Zone) -> Saying | None:
    for name, message in (
        ("investment_policy_granted", N_("Investment policy granted ({as_of}).")),
        ("investment_policy_submitted", N_("Investment policy submitted ({as_of}).")),
    ):
        if step := step_of(zone, name):
            return Saying(message, {"as_of": step.as_of})
    if told := first_number(zone, (("investment_vnd_bn", N_("Investment of {count} bn VND is stated ({as_of}).")),)):
        return told
    seeking = [one for one in zone.told("status") if one.word in SEEKING]
    return Saying(N_("Investors are sought ({as_of})."), {"as_of": seeking[0].as_of}) if seeking else None


def first_number(zone: Zone, wanted: tuple[tuple[str, str], ...]) -> Saying | None:
    """The first of some indicators that a document gives a number of, in its words."""
    for name, message in wanted:
        if told := [one for one in zone.told(name) if one.value is not None]:
            return Saying(message, {"count": told[0].value, "as_of": told[0].as_of})
    return None


SEEKING = ("attracting_infrastructure_investment", "infrastructure_and_tenant_attraction")


def filled(zone: Zone) -> Saying | None:
    if zone.fill_rate_pct is None:
        return None
    return Saying(N_("{pct} filled ({as_of})."), {"pct": zone.fill_rate_pct, "as_of": zone.fill_rate_as_of})


def environment(zone: Zone) -> Saying | None:
    if zone.has_wastewater_plant is not None:
        return Saying(N_("A wastewater plant stands.") if zone.has_wastewater_plant
                      else N_("No wastewater plant stands yet."))  # fmt: skip
    message = N_("Wastewater treatment for {count} m³ a day is stated ({as_of}), not whether it stands.")
    if told := first_number(zone, (("wastewater_capacity_m3_day", message),)):
        return told
    met = [one.met for one in zone.told(*WORKS) if one.met is not None]
    if not met:
        return None
    return Saying(N_("Documents say whether environmental works are there."))


WORKS = ("commitment_environmental_treatment", "commitment_automatic_environmental_monitoring")
PLANT = ("wastewater_plant_status", "wastewater_capacity_m3_day", "commitment_wastewater_plant")
CRITERIA = {
    "compensation": Topic(
        N_("Compensation"), ("commitment_resettlement_area",),
        ("commitment_resettlement_area", "commitment_public_budget_support", "obstacle"), (), compensation,
    ),
    "site_clearance": Topic(
        N_("Site clearance"), (), ("commitment_public_budget_support", "obstacle"),
        ("site_clearance_in_progress", "site_clearance_done"), site_clearance,
    ),
    "investment": Topic(
        N_("Investment attraction"), ("projects", "tenants", "investment_vnd_bn", "workers", "status"),
        ("investment_forms", "rule_removal_from_planning", "rule_project_land_recovery"),
        ("investment_policy_submitted", "investment_policy_granted"), investment,
    ),
    "fill_rate": Topic(
        N_("Fill rate"),
        ("fill_rate_pct", "industrial_land_leasable_ha", "industrial_land_leased_ha", "service_land_leasable_ha",
         "service_land_leased_ha", "target_fill"), ("target_fill_rate_pct",), (), filled,
    ),
    "environment": Topic(
        N_("Environmental treatment"), (*PLANT, *WORKS),
        (*WORKS, "commitment_wastewater_plant", "status_assessment"), (), environment,
    ),
}  # fmt: skip
# What the rules read, beside what is evidence and changes no state; of `status` only the words of SEEKING.
READ = {
    "declared_area_ha", "expansion_area_ha", "projects", "tenants", "investment_vnd_bn", "status",
    "commitment_resettlement_area", "wastewater_capacity_m3_day", *WORKS,
}  # fmt: skip
OF_LOTS = ("site_clearance", "investment", "fill_rate")


def assess(zone: Zone) -> list[Criterion]:
    """Each criterion in the order of CRITERIA."""
    found = []
    for name, topic in CRITERIA.items():
        why = topic.told(zone)
        facts = [one.id for one in zone.facts if one.indicator in topic.indicators]
        facts += [one.fact for one in zone.steps if one.step in topic.steps]
        found.append(Criterion(
            name, "known" if why else "unknown", why or NOT_STATED, tuple(dict.fromkeys(facts)),
            bool(zone.lots) and name in OF_LOTS, bool(zone.projects) and name == "investment",
        ))  # fmt: skip
    return found
