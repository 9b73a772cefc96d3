"""The thresholds of the lights, as data/law.csv has them (a test holds the two equal)."""

from dataclasses import dataclass
from decimal import Decimal

from gis.issues import N_

OWN_THRESHOLD = N_("threshold of this register, not of a law")
OWN_RULE = N_("rule of this register, not of a law")


@dataclass(frozen=True)
class Rule:
    """A row of data/law.csv. instrument, article: empty where none is known; verified: how the text is known, or that
    it is this register's own. threshold: None where the rule has none, in `unit` (%, years, months).
    """

    rule: str
    applies_to: str
    instrument: str
    article: str
    content: str
    threshold: Decimal | None
    unit: str
    verified: str


def own(rule: str, content: str, threshold: str = "", unit: str = "") -> Rule:
    """A rule of this register, not of a law."""
    verified = OWN_THRESHOLD if threshold else OWN_RULE
    return Rule(rule, "all", "", "", content, Decimal(threshold) if threshold else None, unit, verified)


CLUSTERS_EXPAND = Rule(
    "cluster_expand_condition", "industrial_cluster", "NĐ 32/2024/NĐ-CP", "Art. 8",
    N_("at most 75 ha after expansion, fill at least 60 % or demand above the land left"), Decimal(60), "%",
    "secondary text",
)  # fmt: skip
LOW_FILL = own(
    "light_low_fill_expanding",
    N_("filled below 60 % and to be expanded; the figure is that of the rule for clusters"), "60", "%",
)  # fmt: skip
NO_INVESTOR = own(
    "light_no_investor",
    N_("no investor or project for five years, the term of a resolution; the documents that want such zones out of "
       "planning name no number of years"), "5", "years",
)  # fmt: skip
NO_PLANT = own(
    "light_no_wastewater_plant",
    N_("in operation without a central wastewater treatment plant; documents of the register demand one of each zone, "
       "no article was read"),
)  # fmt: skip
OUTDATED = own("light_outdated", N_("fill rate or status of more than 12 months ago"), "12", "months")
NOT_SURVEYED = own("light_outline_not_surveyed", N_("outline not surveyed"))
APART = own("light_areas_apart", N_("two areas of one zone more than 1 % apart"), "1", "%")
RULES: dict[str, tuple[Rule, ...]] = {
    "low_fill_expanding": (CLUSTERS_EXPAND, LOW_FILL),
    "no_investor": (NO_INVESTOR,),
    "no_wastewater_plant": (NO_PLANT,),
    "outdated": (OUTDATED,),
    "outline_not_surveyed": (NOT_SURVEYED,),
    "areas_apart": (APART,),
}


def rule_of(light: str, kind: str) -> Rule:
    """The rule behind a light for zones of a kind."""
    return next(one for one in RULES[light] if one.applies_to in (kind, "all"))


def threshold_of(light: str, kind: str) -> Decimal:
    """The threshold of a light that has one."""
    threshold = rule_of(light, kind).threshold
    assert threshold is not None
    return threshold
