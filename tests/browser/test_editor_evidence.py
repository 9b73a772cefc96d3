"""Tables, files and what is noticed about an outline, in the editor."""

import json
import math

import pytest
from playwright.sync_api import expect

from gis.crs import from_wgs84
from tests.browser.desk_editor import (
    MINE,
    NEIGHBOUR,
    TM3,
    Desk,
    apart,
    desk,
    polygon,
    rings,
    saved_when,
    server,
    stored,
)

__all__ = ["desk", "server"]  # fixtures
pytestmark = pytest.mark.browser


def corner_lines(wrong: int | None = None) -> list[str]:
    """MINE as a corner table in 105°30', the stated length of one side three metres out."""
    plane = from_wgs84(MINE, TM3).tolist()
    lines = ["STT\tX(m)\tY(m)\tS(m)"]
    for number, ((east, north), after) in enumerate(zip(plane, [*plane[1:], plane[0]], strict=True)):
        side = math.dist((east, north), after) + (3 if number == wrong else 0)
        lines.append(f"{number + 1}\t{north:.3f}\t{east:.3f}\t{side:.2f}")
    return lines


def test_a_corner_table_is_pasted_corrected_and_taken(desk: Desk) -> None:
    change = desk.draft(polygon(NEIGHBOUR[:3]))
    page = desk.open(change)
    page.locator("#tab-corners").click()
    page.locator("#corner-text").fill("\n".join(corner_lines(wrong=2)))
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#corner-chosen")).to_have_text("Coordinate system: VN-2000 / TM-3 105-30")
    expect(page.locator("#corner-others")).to_contain_text("TM-3 104-45")
    issue = page.locator("#corner-issues li")
    expect(issue).to_contain_text("Warning: Row 4")
    expect(page.locator("#corner-rows tr.flagged")).to_have_count(1)
    issue.get_by_role("button").click()
    text = page.locator("#corner-text")
    expect(text).to_be_focused()
    assert text.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)") == corner_lines(2)[3]
    page.keyboard.type(corner_lines()[3].replace("\t", " "))
    expect(page.locator("#corner-use")).to_be_disabled()
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#corner-issues li")).to_have_count(0)
    assert rings(stored(page, change)) == [NEIGHBOUR[:3]]
    expect(page.locator("#corner-use")).to_be_disabled()
    page.locator("#corner-confirmed").check()
    page.locator("#corner-use").click()
    now = saved_when(page, change, lambda one: len(rings(one)[0]) == 5)
    assert all(apart(a, b) < 2e-8 for a, b in zip(rings(now)[0], MINE, strict=True))
    page.locator("#undo").click()
    saved_when(page, change, lambda one: rings(one) == [NEIGHBOUR[:3]])


def test_a_runner_up_can_be_chosen(desk: Desk) -> None:
    change = desk.draft()
    page = desk.open(change)
    page.locator("#tab-corners").click()
    page.locator("#corner-text").fill("\n".join(corner_lines()))
    page.get_by_role("button", name="Preview").click()
    page.locator("#corner-others button").click()
    expect(page.locator("#corner-chosen")).to_have_text("Coordinate system: VN-2000 / TM-3 104-45")
    page.locator("#corner-use").click()
    now = saved_when(page, change, lambda one: rings(one)[0] != MINE)
    assert rings(now)[0][0][0] == pytest.approx(MINE[0][0] - 0.75, abs=0.01)


@pytest.mark.parametrize("name", ["plan.geojson", "plan.dxf"])
def test_a_file_is_looked_at_and_a_feature_taken(desk: Desk, name: str) -> None:
    change = desk.draft()
    page = desk.open(change)
    features = [
        {"type": "Feature", "properties": {"name": title}, "geometry": polygon(ring)}
        for title, ring in (("Road", NEIGHBOUR[:3]), ("Zone", NEIGHBOUR))
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    page.locator("#tab-file").click()
    page.locator("#file-file").set_input_files({"name": name, "mimeType": "application/json", "buffer": content})
    if name.endswith("dxf"):
        expect(page.locator("#file-crs-said")).to_contain_text("Please choose")
        expect(page.locator("#file-use")).to_be_disabled()
        page.locator("#file-crs").select_option("EPSG:9209")
    expect(page.locator("#file-feature option")).to_have_count(2)
    page.locator("#file-feature").select_option("2")
    expect(page.locator("#file-use")).to_be_enabled()
    assert rings(stored(page, change)) == [MINE]
    page.locator("#file-use").click()
    assert rings(saved_when(page, change, lambda one: rings(one)[0] != MINE)) == [NEIGHBOUR]


def test_issues_lead_to_their_place_and_hold_back_the_submission(desk: Desk) -> None:
    change = desk.draft(values={"name_vi": "KCN Thử", "declared_area_ha": 999})
    page = desk.open(change)
    page.locator("#tab-review").click()
    submit = page.get_by_role("button", name="Submit for review")
    expect(submit).to_have_attribute("aria-disabled", "true")
    expect(page.locator("#submit-why")).to_contain_text("need a reason")
    expect(page.locator("#issue-list li")).to_contain_text("Warning:")
    page.locator("#issue-list li").get_by_role("button").click()
    expect(page.locator("[data-value=declared_area_ha]")).to_be_focused()
    page.locator("#tab-review").click()
    page.locator("[data-reason=area-differs]").fill("the plan was cut")
    expect(submit).to_have_attribute("aria-disabled", "false")
    submit.click()
    expect(page.locator("h1")).to_have_text("Submitted")
    now = stored(page, change)
    assert now["state"] == "submitted"
    assert now["reasons"] == {"area-differs": "the plan was cut"}


def test_errors_forbid_submitting(desk: Desk) -> None:
    page = desk.open(desk.draft(polygon([MINE[0], MINE[2], MINE[1], MINE[3]])))
    page.locator("#tab-review").click()
    expect(page.locator("#issue-list li")).to_contain_text("Error:")
    expect(page.locator("#submit-why")).to_contain_text("Errors to be mended")
    page.locator("#issue-list button").click()
    page.locator("#submit").press("Enter")
    expect(page.locator("#panel-review")).to_be_visible()
