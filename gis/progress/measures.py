"""By what each demanded indicator is measured. One line an indicator: a test fails where one is missing."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal[
    "level",  # a figure at a time, of the same indicator and subject
    "period",  # a figure of a whole period: only one of that same period counts
    "fill_rate",  # leased over leasable land of the zones in scope
    "count",  # zones in scope that have come to a step
    "sum",  # the zones' own figures added up
    "step",  # a zone has come to a step
    "expansion",  # the expansion of a zone is in force
    "review",  # a year to look back in
    "none",  # nothing in the register measures it
]


@dataclass(frozen=True)
class Measure:
    """`related`: indicators of something near, which are told and never decide. `step`: what a counted zone must have
    come to. `is_new`: zones in operation on the day of the document are not counted. `summed`: the zones' indicator.
    `reason`: the code of why nothing measures it.
    """

    kind: Kind
    related: tuple[str, ...] = ()
    step: str = ""
    is_new: bool = False
    summed: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Demand:
    """A step demanded of a zone: `step` or a later one meets it, '' where no step of the register does. A furthest step
    before `below` fails it; between the two nothing is decided. `is_phase`: demanded of a phase of the zone alone.
    """

    step: str
    below: str
    is_phase: bool = False


UNMEASURED = Measure("none", reason="no_measure")
MEASURES = MappingProxyType({
    "industry_construction_share_pct": Measure("level", related=("sector2_share_pct",)),
    "sector2_share_pct": Measure("level", related=("industry_construction_share_pct",)),
    "industrial_output_vnd_bn": Measure("level"),
    "industry_share_of_grdp_pct": Measure("level"),
    "solid_waste_treated_pct": Measure("level"),
    "iip_growth_pct_per_year": Measure("period", related=("industrial_output_growth_pct_per_year",)),
    "industrial_output_growth_pct_per_year": Measure("period", related=("industry_growth_pct_per_year",)),
    "industrial_export_growth_pct_per_year": Measure("period"),
    "target_new_industrial_enterprises": Measure("period", related=("industrial_establishments",)),
    "target_fill_rate_pct": Measure("fill_rate"),
    "target_operating_zones": Measure("count", step="operating"),
    "target_operating_clusters": Measure("count", step="operating"),
    "target_new_zones_in_operation": Measure("count", step="operating", is_new=True),
    "target_new_clusters_in_operation": Measure("count", step="operating", is_new=True),
    "target_zones_basically_completed": Measure("count", step="construction_basically_complete"),
    "target_clusters_basically_completed": Measure("count", step="construction_basically_complete"),
    "planned_new_zones": Measure("count", step="planned"),
    "target_jobs": Measure("sum", summed="workers", related=("workers",)),
    "target_milestone": Measure("step"),
    "expansion_area_ha": Measure("expansion"),
    "planned_new_zones_area_ha": Measure("none", reason="ambiguous"),
    "target_min_equipped_clusters_per_district_without_zone": UNMEASURED,
    "review_year_midterm": Measure("review"),
    "review_year_final": Measure("review"),
})  # fmt: skip
DEMANDS = MappingProxyType({
    "operating": Demand("operating", "operating"),
    "planned": Demand("planned", "planned"),
    "infrastructure_built_and_operating": Demand("operating", "operating"),
    "complete_procedures_and_start_infrastructure": Demand("under_construction", "under_construction"),
    "essential_infrastructure_basically_complete": Demand("operating", "under_construction"),
    "construction_basically_complete": Demand("operating", "under_construction"),
    "construction_basically_complete_phase_2": Demand("", "", is_phase=True),
    "all_remaining_planned_zones_fully_equipped": Demand("", "under_construction"),
})  # fmt: skip


def measure_of(indicator: str) -> Measure:
    """The measure of an indicator; of one that has no line here nothing is measured."""
    return MEASURES.get(indicator, UNMEASURED)


def demand_of(milestone: str | None) -> Demand | None:
    """What a milestone demands; None where its words are not known here."""
    return DEMANDS.get(milestone or "")
