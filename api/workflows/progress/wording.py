"""The reason for a target's state as a sentence, in a reader's language."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from api.language import N_, Language, gettext
from api.workflows.quantities import pace, quantity
from gis import wording
from gis.dates import parse_edtf
from gis.progress import Judged, Observation, Result, measure_of

Row = dict[str, Any]
FIGURES = {
    "met": N_("%(figure)s (%(date)s) meets what is demanded."),
    "met_later": N_("Nothing is told of %(year)s; the first figure after it, %(figure)s (%(date)s), meets what is "
                    "demanded."),
    "short": N_("%(figure)s (%(date)s) falls short of what is demanded."),
    "short_later": N_("Nothing is told of %(year)s; the first figure after it, %(figure)s (%(date)s), falls short of "
                      "what is demanded."),
    "not_decisive": N_("%(figure)s (%(date)s) is a bound or a range that does not decide it."),
    "no_observation": N_("No document gives this figure."),
    "no_observation_since": N_("No document gives the figure of %(year)s or later; the latest known is %(figure)s "
                               "(%(date)s)."),
    "undated": N_("The figure that is known, %(figure)s, has no date and so decides nothing."),
    "period_figure": N_("The figure that is known, %(figure)s, is of a whole period (%(date)s); that is no value of "
                        "one year."),
    "other_period": N_("A figure of %(period)s is needed; the latest known, %(figure)s, is of %(date)s."),
    "other_definition": N_("No document gives this figure; what is known is another one: %(related)s."),
    "one_observation": N_("%(figure)s (%(date)s) is not yet what is demanded, and one figure alone tells no pace; from "
                          "there %(needed)s would be needed."),
    "pace_enough": N_("From %(before)s (%(since)s) to %(figure)s (%(date)s): at that pace it would be %(projected)s by "
                      "the end of %(year)s, which is enough."),
    "pace_short": N_("From %(before)s (%(since)s) to %(figure)s (%(date)s): at that pace it would be %(projected)s by "
                     "the end of %(year)s, which is not enough."),
    "not_yet": N_("%(figure)s (%(date)s) is not yet what is demanded; the time is not over."),
}  # fmt: skip
GROUPS = {
    "met": N_("Leased over leasable land of all %(total)s zones in scope is %(value)s, which meets what is demanded."),
    "met_later": N_("Leased over leasable land of all %(total)s zones in scope is %(value)s by figures later than "
                    "%(year)s, which meets what is demanded."),
    "short": N_("Leased over leasable land of all %(total)s zones in scope is %(value)s, which falls short of what is "
                "demanded."),
    "short_later": N_("Leased over leasable land of all %(total)s zones in scope is %(value)s by figures later than "
                      "%(year)s, which falls short of what is demanded."),
    "reported_only": N_("Of the %(total)s zones in scope no areas are known, only the reported rates of %(reported)s; "
                        "reported rates never make the rate of a group."),
    "part_known": N_("Leased and leasable land of the right time is known of %(known)s of the %(total)s zones in "
                     "scope; a group has a rate only where all are known."),
    "no_observation_since": N_("Leased and leasable land is not known for %(year)s or later of any of the %(total)s "
                               "zones in scope."),
    "no_observation": N_("Of none of the %(total)s zones in scope is a fill rate known."),
    "undated": N_("Leased and leasable land is known without a date of some of the %(total)s zones in scope, which "
                  "decides nothing."),
    "no_zones": N_("No zone is known that it applies to."),
    "one_observation": N_("The rate of all %(total)s zones in scope is %(value)s, not yet what is demanded; one time "
                          "alone tells no pace."),
    "not_yet": N_("The rate of all %(total)s zones in scope is %(value)s, not yet what is demanded; the time is not "
                  "over."),
    "pace_enough": N_("The group's rate went from %(before)s (%(since)s) to %(figure)s (%(date)s): at that pace it "
                      "would be %(projected)s by the end of %(year)s, which is enough."),
    "pace_short": N_("The group's rate went from %(before)s (%(since)s) to %(figure)s (%(date)s): at that pace it "
                     "would be %(projected)s by the end of %(year)s, which is not enough."),
}  # fmt: skip
COUNTS = {
    "met": N_("At least %(low)s zones are known to have come so far."),
    "met_later": N_("At least %(low)s zones are known to have come so far, some by documents later than %(year)s."),
    "short": N_("At most %(high)s zones can have come so far."),
    "short_later": N_("At most %(high)s zones can have come so far, by documents later than %(year)s."),
    "part_known": N_("Known to have come so far: %(low)s of %(total)s zones; it may be up to %(high)s, for of "
                     "%(unknown)s nothing decides."),
    "no_observation_since": N_("Of none of the %(total)s zones is it known how far it had come in %(year)s or later."),
    "not_yet": N_("Not one of the %(total)s zones is known to have come so far; the time is not over."),
}  # fmt: skip
SUMS = {
    "met": N_("The zones together have at least %(low)s, which meets what is demanded."),
    "met_later": N_("The zones together have at least %(low)s by figures later than %(year)s, which meets what is "
                    "demanded."),
    "short": N_("The zones together have %(low)s, which falls short of what is demanded."),
    "short_later": N_("The zones together have %(low)s by figures later than %(year)s, which falls short of what is "
                      "demanded."),
    "part_known": N_("Known is a figure of %(known)s of the %(total)s zones in scope, together at least %(low)s."),
    "one_observation": N_("The zones together have %(low)s, not yet what is demanded; one time alone tells no pace."),
    "no_observation": N_("Of none of the zones in scope is this figure known."),
    "no_observation_since": N_("Of none of the zones in scope is this figure known for %(year)s or later."),
    "other_definition": N_("Of none of the zones in scope is this figure known; what is known is another one: "
                           "%(related)s."),
}  # fmt: skip
STEPS = {
    "met": N_("It is stated that the zone had come to this step: %(step)s (%(date)s)."),
    "met_later": N_("The first document after %(year)s states this step: %(step)s (%(date)s)."),
    "short": N_("The zone had only come to this step: %(step)s (%(date)s)."),
    "short_later": N_("By the first document after %(year)s the zone had only come to this step: %(step)s (%(date)s)."),
    "no_observation": N_("No document tells how far the zone has come."),
    "no_observation_since": N_("No document tells how far the zone had come in %(year)s or later; the furthest step "
                               "known is: %(step)s (%(date)s)."),
    "undated": N_("The step that is known, %(step)s, has no date and so decides nothing."),
    "implied_only": N_("No document states how far the zone had come; a step is only implied: %(step)s (%(date)s)."),
    "not_yet": N_("The furthest step known is: %(step)s (%(date)s); the time is not over."),
    "phase": N_("It is demanded of one phase of the zone, and the register holds no steps of phases."),
    "step_between": N_("The furthest step known is: %(step)s (%(date)s); it neither says that the infrastructure is "
                       "complete nor that it is not."),
    "withdrawn": N_("The zone was withdrawn."),
}  # fmt: skip
EACH = {
    "met": N_("It is demanded of each of %(total)s zones, and each is stated to have come so far."),
    "met_later": N_("It is demanded of each of %(total)s zones, and each is stated to have come so far, some by "
                    "documents later than %(year)s."),
    "short": N_("It is demanded of each of %(total)s zones; %(missed)s had not come so far."),
    "short_later": N_("It is demanded of each of %(total)s zones; by documents later than %(year)s %(missed)s had not "
                      "come so far."),
    "part_known": N_("It is demanded of each of %(total)s zones; of %(known)s it is known."),
    "no_step": N_("It is demanded of each of %(total)s zones, and no step of the register says that infrastructure is "
                  "complete."),
}  # fmt: skip
OTHERS = {
    "review": N_("A year to look back in, not a figure; whether that was done is not in the register."),
    "ambiguous": N_("The document does not make clear whether it is for each zone or for all of them together."),
    "no_measure": N_("Nothing in the register measures this."),
    "no_period": N_("The document does not say by when."),
    "expansion_not_in_force": N_("The expansion is planned and not yet in force; on which day it will be nobody says."),
    "expansion_unmeasured": N_("The expansion is in force; its area is not stated."),
    "no_observation": N_("Nothing is known about the expansion."),
    "no_zones": N_("No zone is known that it applies to."),
    "rate_unknown": N_("The leased and leasable land that is known makes no rate."),
    "met": N_("An expansion of %(value)s is in force."),
    "short": N_("An expansion of only %(value)s is in force."),
    "not_yet": N_("An expansion of only %(value)s is in force; the time is not over."),
}  # fmt: skip
BY_KIND = {"level": FIGURES, "period": FIGURES, "fill_rate": GROUPS, "count": COUNTS, "sum": SUMS, "step": STEPS}
ABOVE = N_("That is above the range.")
UNNAMED = N_("Documents count %(unnamed)s more and never name them.")
PART = N_("Those together are at %(part)s.")
SAME = N_("The document that demands it states this itself.")
BESIDE = N_("Another measure, which does not count: %(related)s.")
SHORT = {
    "met": N_("as demanded"), "met_later": N_("as demanded, by a later document"), "short": N_("not as demanded"),
    "short_later": N_("not as demanded, by a later document"), "no_observation": N_("nothing is known"),
    "no_observation_since": N_("nothing is known of that year or later"), "undated": N_("date not stated"),
    "implied_only": N_("only implied"), "not_yet": N_("not yet; the time is not over"),
    "phase": N_("demanded of a phase alone"), "step_between": N_("the step decides nothing"),
    "withdrawn": N_("the zone was withdrawn"), "rate_unknown": N_("the areas make no rate"),
    "not_decisive": N_("only a bound or a range"), "part": N_("a part of the sum"),
}  # fmt: skip
WHY = {  # reasons of targets that cannot be assessed, to be counted by
    "no_observation_since": N_("Nothing is known of the year that counts, or later"),
    "no_observation": N_("No document gives the figure or the step"),
    "implied_only": N_("How far the zone had come is only implied"),
    "part_known": N_("It is known of some of the zones only"), "undated": N_("What is known has no date"),
    "other_definition": N_("Only another measure is known"), "reported_only": N_("Only reported rates, no areas"),
    "review": N_("A year to look back in, not a figure"), "not_yet": N_("Not yet as demanded; the time is not over"),
    "one_observation": N_("One figure alone tells no pace"),
    "period_figure": N_("The figure that is known is of several years"),
    "other_period": N_("The figure that is known is of another period"),
    "not_decisive": N_("What is known is a bound or a range"), "rate_unknown": N_("What is known makes no rate"),
    "expansion_not_in_force": N_("The expansion is not in force"),
    "expansion_unmeasured": N_("The area of the expansion is not stated"),
    "phase": N_("Demanded of one phase of a zone"), "step_between": N_("The step that is known decides nothing"),
    "no_step": N_("No step of the register says that infrastructure is complete"),
    "no_measure": N_("Nothing in the register measures it"), "no_zones": N_("No zone is known that it applies to"),
    "ambiguous": N_("The document does not make clear what is meant"),
    "no_period": N_("The document does not say by when"),
}  # fmt: skip


@dataclass(frozen=True)
class Names:
    """Zones by their slugs; labels of indicators and of steps in both languages."""

    zones: dict[str, Row]
    indicators: dict[str, Row]
    steps: dict[str, Row]

    def short(self, one: Judged, language: Language) -> str:
        """The reason for the state of a single zone, in a few words."""
        return gettext(language)(SHORT[one.code])

    def related(self, one: Observation | None, language: Language) -> str:
        """A figure of another indicator, with its name and date."""
        if one is None:
            return ""
        label = self.indicators[one.indicator]
        figure = quantity(one.value, label["unit"], language, one.comparator, one.value_max)
        return f"{label[language]}, {figure} ({date_of(one, language)})"


def reason(target: Row, result: Result, names: Names, language: Language) -> str:
    """Why a target is in its state: one sentence, or two."""
    _ = gettext(language)
    kind: str = measure_of(target["indicator"]).kind
    if target["zone"]:  # by itself it is no group and nothing to be counted
        kind = {"count": "step", "fill_rate": "level"}.get(kind, kind)
    texts = EACH if kind == "step" and not target["zone"] else BY_KIND.get(kind, OTHERS)
    facts, unit = result.facts, target["unit"]
    values = {name: str(value) for name, value in facts.items()}
    values |= dated(target, language) | of_observation(result, unit, language) | of_step(result, names, language)
    values |= of_pace(result, unit, language) | {"related": names.related(result.related, language)}
    if kind == "count" and "low" in facts:
        values["unknown"] = str(facts["total"] - facts["known"])
    if kind == "sum" and "low" in facts:
        values["low"] = quantity(facts["low"], unit, language)
    if kind == "expansion" and result.measured:
        values["value"] = quantity(result.measured.value or Decimal(0), unit, language)
    if kind == "fill_rate" and facts.get("value") is not None:
        values["value"] = wording.percent(float(facts["value"]), language)
    said = [_(texts.get(result.code) or OTHERS[result.code]) % values]
    if facts.get("above"):
        said.append(_(ABOVE))
    if facts.get("unnamed") and result.state == "not_assessable":
        said.append(_(UNNAMED) % values)
    if result.code == "part_known" and facts.get("known_part_pct") is not None:
        said.append(_(PART) % {"part": wording.percent(float(facts["known_part_pct"]), language)})
    if result.state == "reached" and is_from(target["source"], result):
        said.append(_(SAME))
    if kind == "sum" and result.related and result.code != "other_definition":
        said.append(_(BESIDE) % values)
    return " ".join(said)


def is_from(source: str, result: Result) -> bool:
    """Whether the very document of a target states what meets it."""
    seen = [one.source for one in (result.observation, *result.zones) if one is not None]
    return seen == [source]


def dated(target: Row, language: Language) -> dict[str, str]:
    period = parse_edtf(target["period"] or "")
    return {"period": wording.edtf(period.text, language), "year": str(period.end.year)} if period else {}


def date_of(one: Observation, language: Language) -> str:
    return wording.edtf(one.when.text, language) if one.when else gettext(language)("date not stated")


def of_observation(result: Result, unit: str, language: Language) -> dict[str, str]:
    one = result.observation
    if one is not None:
        figure = quantity(one.value, unit, language, one.comparator, one.value_max)
        return {"figure": figure, "date": date_of(one, language)}
    zone = result.zones[0] if len(result.zones) == 1 else None
    if zone is None or zone.value is None:
        return {}
    when = wording.edtf(zone.as_of, language) if zone.as_of else gettext(language)("date not stated")
    return {"figure": quantity(zone.value, unit, language, zone.comparator), "date": when}


def of_step(result: Result, names: Names, language: Language) -> dict[str, str]:
    if len(result.zones) != 1 or result.zones[0].step is None:
        return {}
    one = result.zones[0]
    when = wording.edtf(one.as_of, language) if one.as_of else gettext(language)("date not stated")
    return {"step": names.steps[one.step or ""][language], "date": when}


def of_pace(result: Result, unit: str, language: Language) -> dict[str, str]:
    going = result.pace
    if going is None:
        return {}
    said = {"figure": quantity(going.value, unit, language), "date": wording.edtf(going.since.text, language)}
    if result.observation is not None:
        said = of_observation(result, unit, language)
    if going.needed_per_year is not None:
        said["needed"] = pace(going.needed_per_year, unit, language)
    if going.before is not None and going.projected is not None:
        said["before"] = quantity(going.before[1], unit, language)
        said["projected"] = quantity(going.projected, unit, language)
        said["since"] = wording.edtf(going.before[0].text, language)
    return said
