"""How a zone stands by the five criteria of the periodic assessment, and the lights that somebody should look at.

May import: gis. Never: the web, the database, files. What documents do not say is `unknown`, never a guess.
"""

from gis.assessment.criteria import CRITERIA, Criterion, assess
from gis.assessment.law import RULES, Rule, rule_of
from gis.assessment.lights import LIGHTS, Light, light_up
from gis.assessment.zone import Fact, Lots, Step, Zone

__all__ = [
    "CRITERIA", "LIGHTS", "RULES", "Criterion", "Fact", "Light", "Lots", "Rule", "Step", "Zone", "assess", "light_up",
    "rule_of",
]  # fmt: skip
