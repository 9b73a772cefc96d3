"""Each rule that is looked at before publishing, alone: what it notices, and what it lets pass."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon

from gis.checks import RULES, Case, Neighbour, Place, back, examine, plane
from gis.shapes import geodesic_area_m2

LON, LAT = 106.0, 9.6
METRES = back(shapely.box(LON - 0.01, LAT - 0.01, LON + 0.01, LAT + 0.01))  # a plane around the zone, to degrees
WHOLE: dict[str, Any] = {
    "name_vi": "Khu công nghiệp A", "name_en": "Park A", "kind": "industrial_park", "province": "p",
    "boundary_quality": "digitised", "boundary_accuracy_m": 5.0,
}  # fmt: skip


def box(x: float, y: float, width: float, height: float) -> MultiPolygon:
    """A rectangle by metres east and north of the zone's middle."""
    return MultiPolygon([Polygon(METRES([(x, y), (x + width, y), (x + width, y + height), (x, y + height)]))])


SQUARE = box(0, 0, 1000, 1000)
SOUND = Case("update", WHOLE, SQUARE, is_new_outline=True, document="D1", has_evidence=True)


def codes(case: Case) -> list[tuple[str, str]]:
    return [(one.code, one.severity) for one in examine(case)]


def with_values(**values: Any) -> Case:
    return replace(SOUND, values={**WHOLE, **values})


def neighbour(outline: MultiPolygon, kind: str = "industrial_park", quality: str = "surveyed") -> Case:
    return replace(SOUND, neighbours=(Neighbour("b", "Khu B", kind, quality, outline),))


def test_a_sound_change_raises_nothing_and_every_rule_was_asked() -> None:
    assert codes(SOUND) == []
    assert len(RULES) == len({one.__name__ for one in RULES}) >= 10


@pytest.mark.parametrize("name", ["name_vi", "name_en", "kind", "province"])
def test_what_every_zone_has(name: str) -> None:
    assert codes(with_values(**{name: None})) == [(f"{name.replace('_', '-')}-missing", "error")]


def test_a_zone_lies_somewhere() -> None:
    bare = {**WHOLE, "boundary_quality": None, "boundary_accuracy_m": None}
    nowhere = replace(SOUND, outline=None, is_new_outline=False, values=bare)
    assert codes(nowhere) == [("place-missing", "error")]
    placed = {**bare, "location": [LON, LAT], "location_accuracy_m": 500}
    assert codes(replace(nowhere, values=placed)) == []


def test_a_change_rests_on_a_document() -> None:
    assert codes(replace(SOUND, document="")) == [("document-missing", "error")]


def test_a_zone_that_ends_says_why_and_its_outline_does_not_matter() -> None:
    bow = MultiPolygon([Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])])
    assert codes(replace(SOUND, action="withdraw", outline=bow)) == [("reason-missing", "error")]
    assert codes(replace(with_values(reason="x"), action="merge")) == [("successor-missing", "error")]
    assert codes(replace(with_values(reason="x", successor="b"), action="merge")) == []


def test_an_outline_says_how_sure_it_is() -> None:
    assert codes(with_values(boundary_quality="indicative")) == [("quality-missing", "error")]
    assert codes(with_values(boundary_accuracy_m=None)) == [("accuracy-missing", "error")]
    surveyed = with_values(boundary_quality="surveyed")
    assert codes(surveyed) == []
    assert codes(replace(surveyed, has_evidence=False)) == [("survey-without-evidence", "warning")]


def test_an_indicative_outline_is_never_called_measured_without_being_drawn() -> None:
    renamed = replace(SOUND, is_new_outline=False, in_force=SQUARE, in_force_quality="indicative")
    assert codes(renamed) == [("quality-without-outline", "error")]
    assert codes(replace(renamed, in_force_quality="surveyed")) == []


def test_a_measured_outline_stays_measured_and_does_not_vanish_unnoticed() -> None:
    kept = replace(SOUND, is_new_outline=False, in_force=SQUARE, in_force_quality="surveyed")
    assert codes(replace(kept, values={**WHOLE, "boundary_quality": "indicative"})) == [("quality-lost", "error")]
    bare = {**WHOLE, "boundary_quality": None, "boundary_accuracy_m": None, "location": [LON, LAT],
            "location_accuracy_m": 5}  # fmt: skip
    gone = replace(kept, is_new_outline=True, outline=None, values=bare)
    assert codes(gone) == [("outline-removed", "warning")]


def test_a_thousand_of_a_kind_are_told_as_twenty() -> None:
    ring = [point for n in range(1, 100) for point in METRES([(n * 10, 0), (n * 10, 0.0005)])]
    ring += list(METRES([(1000, 500), (0, 500), (0, 0)]))
    found = codes(replace(SOUND, outline=MultiPolygon([Polygon(ring)])))
    assert found.count(("corners-doubled", "warning")) == 20


def test_outline_quality_and_accuracy_go_together() -> None:
    kept = replace(SOUND, is_new_outline=False, in_force=SQUARE, in_force_quality="surveyed")
    assert codes(replace(kept, values={**WHOLE, "boundary_accuracy_m": None})) == [("quality-missing", "error")]
    assert codes(replace(kept, values={**WHOLE, "boundary_quality": None})) == [("quality-missing", "error")]
    none = replace(kept, outline=None, values={**WHOLE, "location": [LON, LAT], "location_accuracy_m": 100})
    assert codes(none) == [("outline-missing", "error")]
    bare = {**WHOLE, "boundary_quality": None, "boundary_accuracy_m": None, "location": [LON, LAT]}
    assert codes(replace(none, values=bare)) == [("location-accuracy-missing", "error")]


def test_an_outline_that_crosses_itself_is_told_with_the_place_and_nothing_else_is_reckoned() -> None:
    bow = MultiPolygon([Polygon(METRES([(0, 0), (1000, 1000), (1000, 0), (0, 1000)]))])
    (issue,) = examine(replace(neighbour(SQUARE), outline=bow))
    assert (issue.code, issue.severity) == ("outline-invalid", "error")
    assert plane(SQUARE)((issue.lon, issue.lat)) == pytest.approx(np.array([0, 0]), abs=0.5)
    assert codes(replace(SOUND, outline=MultiPolygon())) == [("outline-empty", "error")]


def test_two_corners_at_one_place() -> None:
    ring = METRES([(0, 0), (1000, 0), (1000, 0.0005), (1000, 1000), (0, 1000)])
    (issue,) = examine(replace(SOUND, outline=MultiPolygon([Polygon(ring)])))
    assert (issue.code, issue.severity) == ("corners-doubled", "warning")
    assert (issue.lon, issue.lat) == pytest.approx(tuple(ring[1]), abs=1e-8)


def test_measured_outlines_do_not_overlap_and_the_area_and_place_are_named() -> None:
    (issue,) = examine(neighbour(box(990, 0, 1000, 1000)))
    assert (issue.code, issue.severity, issue.facts["name"]) == ("overlap", "error", "Khu B")
    assert issue.facts["area"] == pytest.approx(1, abs=0.01)
    assert SQUARE.contains(shapely.Point(issue.lon, issue.lat))
    assert codes(neighbour(box(990, 0, 1000, 1000), quality="indicative")) == [("overlap-indicative", "warning")]
    assert codes(neighbour(box(999.9995, 0, 1000, 1000))) == []  # half a square metre


def test_a_zone_may_lie_in_its_economic_zone_but_not_across_the_border() -> None:
    assert codes(neighbour(box(-100, -100, 3000, 3000), "economic_zone")) == []
    assert codes(neighbour(box(500, -100, 3000, 3000), "economic_zone")) == [("overlap", "error")]
    around = replace(neighbour(box(100, 100, 100, 100)), values={**WHOLE, "kind": "economic_zone"})
    assert codes(around) == []


def test_a_sliver_between_two_borders_is_noticed_and_a_road_is_not() -> None:
    (issue,) = examine(neighbour(box(1001, 0, 500, 1000)))
    assert (issue.code, issue.severity) == ("gap", "warning")
    assert issue.facts["area"] == pytest.approx(1000, abs=2)
    assert 1000 < plane(SQUARE)((issue.lon, issue.lat))[0] + 500 < 1001.1
    assert codes(neighbour(box(1000, 0, 500, 1000))) == []
    assert codes(neighbour(box(1020, 0, 500, 1000))) == []


def test_a_zone_lies_in_its_province_and_commune() -> None:
    province = Place("Tỉnh A", box(-5000, -5000, 5000, 5000))
    assert codes(replace(SOUND, province=province)) == [("outside-province", "error")]
    (issue,) = examine(replace(SOUND, province=Place("Tỉnh A", box(100, -5000, 9000, 9000))))
    assert (issue.code, issue.severity, issue.facts["area"]) == ("spills-province", "warning", 10.0)
    halves = (Place("Xã B", box(0, 0, 1000, 500)), Place("Xã C", box(0, 500, 1000, 500)))
    assert codes(replace(SOUND, communes=halves)) == []
    assert codes(replace(SOUND, communes=halves[:1])) == [("spills-commune", "warning")]


def test_declared_and_measured_area_agree_to_one_per_cent() -> None:
    measured = geodesic_area_m2(SQUARE) / 10_000
    assert codes(with_values(declared_area_ha=measured * 1.009)) == []
    (issue,) = examine(with_values(declared_area_ha=measured * 1.05))
    assert (issue.code, issue.severity, issue.facts["share"]) == ("area-differs", "warning", 4.8)


def test_a_large_move_of_a_measured_outline_is_noticed() -> None:
    moved = replace(SOUND, in_force=box(200, 0, 1000, 1000), in_force_quality="surveyed")
    assert codes(moved) == [("big-change", "warning")]
    assert codes(replace(moved, in_force_quality="indicative")) == []
    assert codes(replace(moved, in_force=box(10, 0, 1000, 1000))) == []
