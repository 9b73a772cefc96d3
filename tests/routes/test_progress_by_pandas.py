"""Every target's state worked out again with pandas from the data files: neither our SQL nor our rules."""

from typing import Any

import pandas as pd
import pytest
from starlette.testclient import TestClient

from api.settings import ROOT

Row = dict[str, Any]
DATA = ROOT / "data"
LEVELS = (
    "industry_construction_share_pct", "sector2_share_pct", "industrial_output_vnd_bn", "industry_share_of_grdp_pct",
    "solid_waste_treated_pct",
)  # fmt: skip
GROWTHS = (
    "iip_growth_pct_per_year", "industrial_output_growth_pct_per_year", "industrial_export_growth_pct_per_year",
    "target_new_industrial_enterprises",
)  # fmt: skip
COUNTS = (
    "target_operating_zones", "target_operating_clusters", "target_new_zones_in_operation",
    "target_new_clusters_in_operation", "target_zones_basically_completed", "target_clusters_basically_completed",
    "planned_new_zones",
)  # fmt: skip
NEEDED = {"infrastructure_built_and_operating": "operating",
          "complete_procedures_and_start_infrastructure": "under_construction",
          "essential_infrastructure_basically_complete": "operating", "construction_basically_complete": "operating",
          "planned": "planned"}  # fmt: skip
FAILED_BEFORE = {**NEEDED, "essential_infrastructure_basically_complete": "under_construction",
                 "construction_basically_complete": "under_construction"}  # fmt: skip
NOT = "not_assessable"


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / name, dtype=str, keep_default_na=False)


class Again:
    """The data files, and each target's state by them on a day."""

    def __init__(self, today: str) -> None:
        facts, documents, kinds = table("facts.csv"), table("documents.csv"), table("source_kinds.csv")
        self.this_year = int(today[:4])
        ranks = dict(zip(kinds["document_type"], kinds["rank"].astype(int), strict=True))
        facts["rank"] = facts["document_id"].map(documents.set_index("document_id")["doc_type"]).map(ranks)
        facts["end"] = pd.to_numeric(facts["as_of"].str[-4:], errors="coerce")
        facts["number"] = pd.to_numeric(facts["value"], errors="coerce")
        demanded = facts["is_target"] == "true"
        textual = facts["comparator"] == "text"
        self.targets = facts[demanded & (~textual | (facts["indicator"] == "target_milestone"))].copy()
        self.figures = facts[~demanded & ~textual].sort_values(["rank", "fact_id"], ascending=[False, True])
        steps = table("milestone_steps.csv")
        self.step_rank = dict(zip(steps["step"], steps["rank"].astype(int), strict=True))
        words = {word: row.step for row in steps.itertuples() for word in row.wordings.split("; ") if word}
        told = facts[facts["indicator"].isin(["status", "planning_status"]) & ~demanded].copy()
        told["rank"] = told["value"].map(words).map(self.step_rank)
        self.steps = told[told["rank"].notna()]
        self.zones = table("zones.csv")
        self.documents = documents.set_index("document_id")

    def meets(self, target: Any, value: float) -> bool:
        return value > target.number if target.comparator == "gt" else value >= target.number

    def is_over(self, target: Any) -> bool:
        return bool(target.end < self.this_year)

    def state(self, target: Any) -> str:
        if target.indicator in LEVELS:
            return self.level(target)
        if target.indicator in GROWTHS:
            same = self.own(target)
            same = same[same["as_of"] == target.as_of]
            return NOT if same.empty else "reached" if self.meets(target, same.iloc[0]["number"]) else "missed"
        if target.indicator in COUNTS and not target.zone_slug:
            low, high = self.bounds(target)[:2]
            over = self.is_over(target) and high < target.number
            return "reached" if low >= target.number else "missed" if over else NOT
        if target.zone_slug and (target.indicator == "target_milestone" or target.indicator in COUNTS):
            word = target.value if target.indicator == "target_milestone" else "planned"
            return self.step(target.zone_slug, word, int(target.end))
        return NOT  # fill rates, jobs, expansions, reviews: the files hold nothing that would decide them

    def own(self, target: Any) -> pd.DataFrame:
        same = self.figures["indicator"] == target.indicator
        return self.figures[same & (self.figures["province"] == target.province)
                            & (self.figures["subject_kind"] == target.subject_kind)]  # fmt: skip

    def level(self, target: Any) -> str:
        years = self.own(target)
        years = years[years["as_of"].str.fullmatch("[0-9]{4}")]
        if self.is_over(target):
            found = years[years["end"] == target.end]
            if found.empty:
                later = years[years["end"] > target.end]
                found = later[later["end"] == later["end"].min()]
            return NOT if found.empty else "reached" if self.meets(target, found.iloc[0]["number"]) else "missed"
        found = years[years["end"] == years["end"].max()]
        assert len(years["end"].unique()) < 2  # else the pace would have to be worked out here too
        return "reached" if not found.empty and self.meets(target, found.iloc[0]["number"]) else NOT

    def step(self, slug: str, word: str, end: int) -> str:
        if word not in NEEDED:
            return NOT
        own = self.steps[(self.steps["zone_slug"] == slug) & self.steps["end"].notna()]
        wanted, least = self.step_rank[NEEDED[word]], self.step_rank[FAILED_BEFORE[word]]
        if own[(own["end"] <= end) & (own["rank"] >= wanted)].shape[0]:
            return "reached"
        if end >= self.this_year:
            return NOT
        since = own[own["end"] == end]
        since = own[own["end"] == own[own["end"] > end]["end"].min()] if since.empty else since
        if since.empty:
            return NOT
        furthest = own[own["end"] <= since["end"].max()]["rank"].max()
        return "reached" if furthest >= wanted else "missed" if furthest < least else NOT

    def bounds(self, target: Any) -> tuple[int, int, int, int]:
        """At least and at most so many zones; of how many it is known; and of how many in all."""
        kind = target.subject_kind.removesuffix("s_of_province")
        zones = self.zones[(self.zones["kind"] == kind) & (self.zones["historic_province"] == target.province)]
        others = self.targets[self.targets["zone_slug"].isin(zones["slug"])]
        same = others[(others["document_id"] == target.document_id) & (others["as_of"] == target.as_of)]
        is_planned = target.indicator == "planned_new_zones"
        named = same[same["indicator"] == ("planned_new_zones" if is_planned else "target_milestone")]
        extra = 0
        if not named.empty:
            members = [(one.zone_slug, "planned" if is_planned else one.value, int(one.value_max or 1))
                       for one in named.itertuples()]  # fmt: skip
        else:
            extra = self.unnamed(kind, target.province, zones)
            if "new" in target.indicator:
                written = self.documents.loc[target.document_id, "issued_on"]
                running = self.steps[(self.steps["rank"] == self.step_rank["operating"])
                                     & (self.steps["end"] < int(written[:4]))]["zone_slug"]  # fmt: skip
                zones = zones[~zones["slug"].isin(running)]
            members = [(slug, "infrastructure_built_and_operating", 1) for slug in zones["slug"]]
        states = [(self.step(slug, word, int(target.end)), most) for slug, word, most in members]
        low = sum(state == "reached" for state, _ in states)
        high = sum(most for state, most in states if state != "missed") + extra
        return low, high, sum(state != NOT for state, _ in states), len(states)

    def unnamed(self, kind: str, province: str, zones: pd.DataFrame) -> int:
        word = "zones" if kind == "industrial_park" else "clusters"
        counted = self.figures[(self.figures["indicator"] == f"{word}_approved_in_planning")
                               & (self.figures["province"] == province)]["number"]  # fmt: skip
        proposed = int((zones["status"] == "proposed").sum())
        wanted = self.targets[(self.targets["indicator"] == "planned_new_zones") & (self.targets["zone_slug"] == "")
                              & (self.targets["province"] == province)]["value_max"]  # fmt: skip
        more = int(wanted.iloc[0]) - proposed if kind == "industrial_park" and not wanted.empty else 0
        return int(counted.iloc[0]) - (len(zones) - proposed) + more


@pytest.fixture(scope="module")
def answer(client: TestClient) -> Row:
    return dict(client.get("/progress").json())


@pytest.fixture(scope="module")
def again(answer: Row) -> Again:
    return Again(answer["today"])


def test_every_target_of_the_files_is_there_once(answer: Row, again: Again) -> None:
    ids = [one["id"] for one in answer["targets"]]
    assert sorted(ids) == sorted(again.targets["fact_id"])
    numeric = sum(one["value"] is not None for one in answer["targets"])
    assert (len(ids), len(set(ids)), numeric, len(ids) - numeric) == (86, 86, 53, 33)
    assert numeric == (again.targets["comparator"] != "text").sum()
    assert sum(answer["states"].values()) == 53 + 33


def test_every_state_is_the_one_of_the_files(answer: Row, again: Again) -> None:
    expected = {one.fact_id: again.state(one) for one in again.targets.itertuples()}
    assert {one["id"]: one["state"] for one in answer["targets"]} == expected
    assert answer["states"] == {
        state: list(expected.values()).count(state) for state in ("reached", "on_track", "behind", "missed", NOT)
    }


def test_the_sums_by_province_and_year_agree(answer: Row, again: Again, client: TestClient) -> None:
    expected = again.targets.assign(state=[again.state(one) for one in again.targets.itertuples()])
    sums = expected.groupby(["province", "end", "state"]).size()
    for (province, year), group in sums.groupby(level=[0, 1]):
        part = client.get("/progress", params={"province": province, "year": int(year)}).json()
        assert {state: count for state, count in part["states"].items() if count} == group.droplevel([0, 1]).to_dict()
        assert len(part["targets"]) == group.sum()
    assert sums.sum() == 86


def test_bounds_of_counts_and_their_known_parts_agree(answer: Row, again: Again) -> None:
    told = {one["id"]: one["measured"] for one in answer["targets"]}
    found = 0
    for one in again.targets.itertuples():
        if one.indicator in COUNTS and not one.zone_slug:
            measured, found = told[one.fact_id], found + 1
            assert (measured["low"], measured["high"], measured["known"], measured["total"]) == again.bounds(one)
    assert found == 10


def test_zones_in_scope_of_fill_rates_and_jobs_agree(answer: Row, again: Again) -> None:
    assert not again.figures["indicator"].str.contains("_land_").any()  # no leased or leasable hectares in the files
    running = again.steps[again.steps["rank"] == again.step_rank["operating"]]["zone_slug"].nunique()
    in_scope = {
        "zones_of_province": running, "industrial_parks_of_province": 3, "industrial_clusters_of_province": 3,
    }  # fmt: skip
    rates = [one for one in answer["targets"] if one["indicator"] == "target_fill_rate_pct"]
    assert len(rates) == 7
    for one in rates:
        assert (one["measured"]["known"], one["measured"]["known_part_pct"], one["measured"]["total"]) == (
            0, None, in_scope[one["subject_kind"]],
        )  # fmt: skip
    (jobs,) = (one for one in answer["targets"] if one["indicator"] == "target_jobs")
    zones = again.zones[(again.zones["historic_province"] == "Sóc Trăng") & (again.zones["kind"] != "economic_zone")]
    workers = again.figures[(again.figures["indicator"] == "workers") & (again.figures["zone_slug"] != "")]
    assert (jobs["measured"]["low"], jobs["measured"]["known"], jobs["measured"]["total"]) == (
        workers["number"].sum(), len(workers), len(zones),
    )  # fmt: skip


def test_an_nghiep_alone_never_fills_soc_trang(answer: Row) -> None:
    for one in answer["targets"]:
        if one["id"] in ("F018", "F041", "F042"):
            assert (one["state"], one["reason"]["code"], one["measured"]["value"]) == (NOT, "reported_only", None)
            rates = {zone["slug"]: (zone["value"], zone["as_of"], zone["basis"]) for zone in one["zones"]}
            assert rates == {"kcn-an-nghiep": (96.5, "2020", "reported"), "ccn-nga-nam": (46.7, "2020", "reported")}


def test_observations_and_demands_are_as_the_files_have_them(answer: Row, again: Again) -> None:
    facts = table("facts.csv").set_index("fact_id")
    for one in answer["targets"]:
        fact = facts.loc[one["id"]]
        assert (one["source"], one["quote"]) == (fact["document_id"], fact["quote"])
        if one["value"] is None:
            assert one["milestone"] == fact["value"]
        else:
            assert (one["comparator"], one["value"]) == (fact["comparator"], float(fact["value"]))
            assert one["value_max"] == (float(fact["value_max"]) if fact["value_max"] else None)
        seen = one["observation"]
        if seen:
            behind = facts.loc[seen["id"]]
            assert (seen["value"], behind["is_target"]) == (float(behind["value"]), "false")
            assert (behind["indicator"], behind["province"]) == (one["indicator"], fact["province"])
