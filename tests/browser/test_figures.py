"""An editor takes the form of a period in a browser, hands it in filled, and a reviewer publishes what it says."""

from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from api.settings import Settings
from tests.browser.conftest import Visitor
from tests.browser.test_review import fits, signed_in
from tests.conftest import served
from tests.people import add_person
from tests.routes.test_figures import AREAS, PAPER, SAID, ZONE, fill

pytestmark = pytest.mark.browser


def hand_in(page: Page, file: Path) -> None:
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="Xem trước thay đổi").click()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_from_the_form_to_the_sheet(visitor: Visitor, own_url: str, tmp_path: Path, width: int, height: int) -> None:
    add_person(own_url, "lan", ("editor", "can-tho"))
    add_person(own_url, "minh", ("reviewer", "can-tho"))
    with served(Settings(database_url=own_url)) as address:
        page = visitor.visit(
            f"{address}/desk?lang=vi", width, height, storage_state=signed_in(own_url, "lan"), accept_downloads=True,
            java_script_enabled=False,
        )  # fmt: skip
        page.locator("a.button[href^='/desk/figures']").click()
        page.get_by_label("Tỉnh").fill("Sóc Trăng")
        page.get_by_label("Kỳ báo cáo").select_option("2025")
        page.get_by_role("button", name="Xem danh sách").click()
        assert fits_without_scripts(page, width)
        with page.expect_download() as download:
            page.get_by_role("link", name="Tải biểu mẫu").click()
        download.value.save_as(tmp_path / "form.xlsx")
        book = openpyxl.load_workbook(tmp_path / "form.xlsx")
        (tmp_path / "bad.xlsx").write_bytes(fill(book, ZONE, [PAPER], **AREAS, **SAID, workers="1.106"))
        (tmp_path / "good.xlsx").write_bytes(fill(book, ZONE, workers=15106))
        hand_in(page, tmp_path / "bad.xlsx")
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.locator("table").first).to_contain_text("Số liệu 2025 M2")
        assert page.get_by_role("button", name="Gửi thẩm định").count() == 0
        page.go_back()
        hand_in(page, tmp_path / "good.xlsx")
        assert fits_without_scripts(page, width)
        page.get_by_role("button", name="Gửi thẩm định").click()
        row = page.locator("#zones + div tbody tr").filter(has_text="An Nghiệp")
        expect(row).to_contain_text("chờ thẩm định")
        reviewer = visitor.visit(f"{address}/desk?lang=vi", width, height, storage_state=signed_in(own_url, "minh"))
        reviewer.get_by_role("link", name="Khu công nghiệp An Nghiệp").first.click()
        expect(reviewer.locator("#facts + div tbody tr")).to_have_count(5)
        reviewer.get_by_role("button", name="Phê duyệt và công bố").click()
        reviewer.goto(f"{address}/zones/{ZONE}?lang=vi")
        expect(reviewer.locator("main")).to_contain_text("75,0%")
        assert fits(reviewer)
        page.reload()
        expect(page.locator("#zones + div tbody tr").filter(has_text="An Nghiệp")).to_contain_text("5/10")


def fits_without_scripts(page: Page, width: int) -> bool:
    box = page.locator("main").bounding_box()
    return box is not None and box["width"] <= width
