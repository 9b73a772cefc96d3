"""Where a table lies: every meridian, width, axis order and prefix, with the province, the commune and the date."""

from datetime import date
from math import hypot

import numpy as np
import pytest
import shapely

from gis.corners import read
from gis.crs import VN2000_ALL, by_epsg, from_wgs84, to_wgs84
from tests.gis.corners.ground import PLAIN, codes, province, solved, units

CORNERS = [(551600.5, 1061900.25), (551600.5, 1062300.25), (551900.5, 1062300.25), (551900.5, 1061900.25)]
PLACE = to_wgs84(CORNERS, by_epsg(9209))  # formerly in Sóc Trăng, today in Phú Lợi, Cần Thơ


def table(epsg: int, *, swapped: bool = False, prefix: str = "") -> str:
    """The rectangle in another zone."""
    lines = []
    for number, (east, north) in enumerate(from_wgs84(PLACE, by_epsg(epsg)), 1):
        cells = [f"{north:.4f}", f"{prefix}{east:010.3f}" if prefix else f"{east:.4f}"]
        lines.append("\t".join([str(number), *(cells[::-1] if swapped else cells)]))
    return "STT\tX\tY\n" + "\n".join(lines)


def off(outline: shapely.Geometry) -> float:
    """How far an outline is from the place, in metres."""
    points = from_wgs84(shapely.get_coordinates(outline)[:-1], by_epsg(9209))
    return max(min(hypot(*(one - other)) for other in np.array(CORNERS)) for one in points)


def test_a_table_in_the_legal_zone_of_its_former_province_is_found() -> None:
    found = solved(PLAIN)
    assert found.chosen is not None and found.chosen.crs.epsg == 9209
    assert off(found.outline) < 0.001
    assert found.issues == ()
    assert found.needs_confirmation  # 105°45' leads into Sóc Trăng, too
    assert [one.crs.epsg for one in found.runners_up] == [9210]
    assert found.outline is not None and found.outline.is_valid and found.outline.geoms[0].exterior.is_ccw
    points = shapely.get_coordinates(found.outline)
    assert (np.round(points, 9) == points).all()


@pytest.mark.parametrize("crs", [one for one in VN2000_ALL if one.is_projected], ids=lambda crs: crs.code)
@pytest.mark.parametrize("swapped", [False, True])
def test_every_zone_and_both_axis_orders_are_among_the_answers(crs: object, swapped: bool) -> None:
    """Without a word about the place the true one is among them, and with the zone stated it is the one."""
    text = table(crs.epsg, swapped=swapped)  # type: ignore[attr-defined]
    found = solved(text, stated=())
    answers = {one.crs.code: one for one in (found.chosen, *found.runners_up) if one}
    assert off(answers[crs.code].outline) < 0.001  # type: ignore[attr-defined]
    stated = solved(text, crs=crs)
    assert off(stated.outline) < 0.001
    assert [code for code, _ in codes(stated)] == (["axes-swapped"] if swapped else [])
    assert not stated.needs_confirmation


def test_a_wrong_meridian_is_55_km_off_and_refused_by_the_commune() -> None:
    communes = [one for one in units("commune") if one.name == "Phú Lợi"]
    found = solved(table(9210), commune=communes[0])
    assert found.chosen is not None and found.chosen.crs.epsg == 9210
    assert (found.runners_up, found.needs_confirmation) == ((), False)
    assert off(found.outline) < 0.001


def test_the_legal_zone_goes_by_the_documents_date() -> None:
    def order(**told: object) -> list[int | None]:
        found = solved(PLAIN, **told)
        return [one.crs.epsg for one in (found.chosen, *found.runners_up) if one]

    can_tho, soc_trang = province("Cần Thơ"), province("Sóc Trăng")
    assert order(stated=can_tho, document_date=date(2026, 1, 1))[0] == 5897
    assert order(stated=can_tho, document_date=date(2025, 6, 30))[0] == 9209
    assert order(stated=soc_trang, document_date=date(2025, 6, 30))[0] == 9209
    assert order(stated=soc_trang)[0] == 9209
    assert order(stated=can_tho)[0] == 5897


def test_sides_closure_and_area_are_the_same_in_every_zone() -> None:
    """So they cannot tell meridians apart."""
    text = PLAIN + "Chu vi: 1400,00 m\nDiện tích: 12,00 ha"
    for crs in VN2000_ALL:
        if crs.is_projected:
            found = solved(text, crs=crs)
            assert [code for code, _ in codes(found)] in ([], ["outside-province"], ["outside-country"])
            assert found.sides[0] == pytest.approx([400, 300, 400, 300])


def measured_on_the_ground(epsg: int) -> str:
    """A long ring whose sides were taped: longer than in the plane by the zone's scale."""
    crs = by_epsg(epsg)
    angles = np.arange(24) * 2 * np.pi / 24
    east, north = from_wgs84([[105.4, 10.2]], crs)[0]
    ring = np.round(np.column_stack([east + 5000 * np.cos(angles), north + 5000 * np.sin(angles)]), 2)
    sides = np.hypot(*(np.roll(ring, -1, axis=0) - ring).T) / (crs.scale or 1)
    return "".join(f"{i} {n:.2f} {e:.2f} {s:.2f}\n" for i, ((e, n), s) in enumerate(zip(ring, sides, strict=True), 1))


@pytest.mark.parametrize("epsg", [3405, 5897])
def test_sides_measured_on_the_ground_tell_the_width(epsg: int) -> None:
    """Both zones at 105° lie 300 m apart, too little for any border to tell."""
    found = solved(measured_on_the_ground(epsg), stated=())
    said = [
        one.crs.epsg for one in (found.chosen, *found.runners_up) if one and any("scale" in w.message for w in one.why)
    ]
    assert epsg in said
    assert ({3405, 5897} - {epsg}).isdisjoint(said)
    assert "side-differs" not in dict(codes(found))


def test_digits_of_the_zone_are_taken_off_and_name_it() -> None:
    for prefix, epsg in (("48", 3405), ("482", 5897), ("481", 5896), ("491", 5898)):
        found = solved(table(epsg, prefix=prefix), stated=province("Cần Thơ"), document_date=date(2010, 1, 1))
        answers = {one.crs.epsg: one for one in (found.chosen, *found.runners_up) if one}
        assert off(answers[epsg].outline) < 0.002
        assert any("digits" in why.message for why in answers[epsg].why)
        assert answers[epsg].rank == 2
        assert all(one.rank >= 2 or one.crs.epsg != epsg for one in answers.values())
    unknown = solved(table(9209, prefix="49"))
    assert codes(unknown) == [("unknown-prefix", None)]
    assert off(unknown.outline) < 0.002


def test_what_the_table_names_comes_first() -> None:
    found = solved("kinh tuyến trục 105°45', múi chiếu 3°\n" + PLAIN)
    assert found.chosen is not None
    assert (found.chosen.crs.epsg, found.chosen.rank, found.needs_confirmation) == (9210, 0, False)
    elsewhere = solved("kinh tuyến trục 108°30'\n" + PLAIN)
    assert elsewhere.chosen is not None and elsewhere.chosen.crs.epsg == 9209
    assert codes(elsewhere) == [("meridian-differs", None)]


def test_swapped_axes_are_said_and_not_silent() -> None:
    found = solved(table(9209, swapped=True))
    assert found.chosen is not None and found.chosen.swapped
    assert [(one.code, one.severity, one.row) for one in found.issues] == [("axes-swapped", "warning", 2)]
    assert any("other order" in why.message for why in found.chosen.why)
    assert off(found.outline) < 0.001


def test_degrees_of_vn2000_are_a_zone_too() -> None:
    degrees = from_wgs84(PLACE, by_epsg(4756))
    text = "STT;Vĩ độ;Kinh độ\n" + "".join(f"{i};{lat:.9f};{lon:.9f}\n" for i, (lon, lat) in enumerate(degrees))
    found = solved(text)
    assert found.chosen is not None and found.chosen.crs.epsg == 4756
    assert off(found.outline) < 0.001
    assert found.needs_confirmation  # degrees of WGS 84 would lie 225 m away


def test_nothing_that_fits_gives_no_outline() -> None:
    for text in ("1 9061900 551600\n", "1 1961900 151600\n2 1962900 151600\n3 1962900 151700\n"):
        found = solved(text, stated=())
        assert found.outline is None
        assert codes(found)[-1][0] in ("no-corners", "no-place")
    assert solved(PLAIN, crs=by_epsg(4756)).outline is None


def test_outside_the_stated_province_the_best_is_still_shown() -> None:
    found = solved(PLAIN, stated=province("An Giang"), document_date=date(2026, 1, 1))
    assert found.outline is not None
    found = solved(PLAIN, stated=province("Hà Nội"))
    assert found.outline is not None
    assert [(one.code, one.severity) for one in found.issues] == [("outside-province", "error")]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("3 1062300.25 551900.50", "3 1062300.25 551910.50"), {"side-differs": {2, 3}}),
        (("2 1062300.25", "2 1062310.25"), {"side-differs": {1, 2}}),
        (("400.00\n2", "410.00\n2"), {"side-differs": {1}}),
        (("3 1062300.25 551900.50", "3 551900.50 1062300.25"), {"corner-swapped": {3}}),
        (("3 1062300.25", "3 106230.25"), {"corner-far": {3}}),
        (("2 1062300.25 551600.50 300.00\n3 1062300.25 551900.50 400.00\n",
          "2 1062300.25 551900.50 300.00\n3 1062300.25 551600.50 400.00\n"), {"self-intersection": {3}}),
        (("4 1061900.25 551900.50 300.00\n", "4 1061900.25 551900.50\n4 1061900.25 551900.50 300.00\n"),
         {"duplicate-point": {5}, "label-repeated": {5}}),
        (("4 1061900.25 551900.50 300.00\n", "4 1061900.25 551900.50 300.00\n1 1061900.75 551600.50\n"),
         {"unclosed": {5}}),
        (("3 1062300", "5 1062300"), {"label-order": {3, 4}}),
        (("3 1062300", "1062300"), {"label-missing": {3}}),
        (("300.00\n", "300.00\nDiện tích: 12,13 ha\n"), {"area-differs": {3}}),
        (("300.00\n", "300.00\nDiện tích: 12,05 ha\n"), {}),
        (("300.00\n", "300.00\nChu vi: 1405,00 m\n"), {"perimeter-differs": {3}}),
        (("300.00\n", "300.00\nDiện tích: 12,0\n"), {"area-without-unit": {3}}),
    ],
)  # fmt: skip
def test_what_is_odd_is_told_at_its_row(change: tuple[str, str], expected: dict[str, set[int]]) -> None:
    found = solved(PLAIN.replace(*change, 1))
    told: dict[str, set[int | None]] = {}
    for code, row in codes(found):
        told.setdefault(code, set()).add(row)
    for code, rows in expected.items():
        assert told.get(code) == rows, told
    if not expected:
        assert told == {}


def test_a_wrong_side_says_by_how_much_and_where() -> None:
    issue = solved(PLAIN.replace("400.00\n2", "410.25\n2")).issues[0].document()
    assert issue["message"] == (
        "The side from corner 1 to corner 2 is 400 m by the coordinates and 410.25 m in the table, -10.25 m off. "
        "Either S or one of the two corners is wrong."
    )
    assert issue["place"]["lon"] == pytest.approx(PLACE[0][0], abs=1e-9)


RING = "1 1062000 551700\n2 1062100 551700\n3 1062100 551800\n"


@pytest.mark.parametrize(
    ("more", "roles", "expected"),
    [
        ("Lỗ hổng 1\n" + RING, ["part", "hole"], []),
        ("Khu 2\n" + RING, ["part", "hole"], ["hole-assumed"]),
        ("Lỗ hổng 1\n" + RING.replace(" 551", " 561"), ["part", "left out"], ["hole-outside"]),
        ("Khu 2\n" + RING.replace(" 5517", " 5515"), ["part", "part"], ["parts-overlap"]),
        ("Khu 2\n" + RING.replace(" 551", " 553"), ["part", "part"], []),
        ("Khu 2\n1 1062000 553700\n2 1062100 553700\n", ["part", "left out"], ["too-few-corners"]),
        ("Lỗ hổng 1\n" + RING + "Hole 2\n" + RING.replace(".", ""), ["part", "hole", "hole"], ["parts-overlap"]),
    ],
)  # fmt: skip
def test_parts_and_holes(more: str, roles: list[str], expected: list[str]) -> None:
    found = solved("Khu 1\n" + PLAIN + more)
    assert [role for role, _ in found.roles] == roles
    assert [code for code, _ in codes(found)] == expected


def test_an_island_in_a_hole_is_a_part() -> None:
    def square(title: str, by: float) -> str:
        low, high, west, east = 1061900 + by, 1062300 - by, 551600 + by, 551900 - by
        return f"{title}\n1 {low} {west}\n2 {high} {west}\n3 {high} {east}\n4 {low} {east}\n"

    found = solved(square("Khu 1", 0) + square("Lỗ hổng 1", 50) + square("Khu 2", 100))
    assert [role for role, _ in found.roles] == ["part", "hole", "part"]
    assert found.issues == ()
    assert found.outline is not None and found.outline.is_valid


def test_of_many_of_a_kind_the_first_are_listed() -> None:
    text = "".join(f"{i} {1061900 + 10 * i} {551600 + i % 2} 500\n" for i in range(200))
    told = [code for code, _ in codes(solved(text)) if code == "side-differs"]
    assert len(told) == 51


def test_the_receipt_tells_operation_accuracy_and_areas() -> None:
    receipt = solved(PLAIN).receipt
    assert receipt is not None
    told = receipt.document()
    assert (told["operation_epsg"], told["instrument"], told["accuracy_m"]) == (6960, "QĐ 05/2007/QĐ-BTNMT", 1.0)
    assert (told["crs"], told["plane_crs"]) == ("EPSG:9209", "EPSG:9209")
    assert told["plane_area_ha"] == pytest.approx(12.0, abs=1e-6)
    assert told["plane_perimeter_m"] == pytest.approx(1400, abs=1e-3)
    assert told["area_ha"] == pytest.approx(12.0 / 0.99993**2, rel=1e-4)  # the scale 8' from the meridian


def test_a_table_read_is_left_as_it_is() -> None:
    table = read(PLAIN)
    solved(table)
    assert [(corner.x, corner.y) for corner in table.corners] == [(n, e) for e, n in CORNERS]
