"""Signing in, keys and signing out, as a person does it: by keyboard, on a desk and on a phone, in both languages."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from api.settings import Settings
from tests.browser.conftest import Visitor
from tests.conftest import served
from tests.signing import PASSWORD, actions, make_account

pytestmark = pytest.mark.browser
WORDS = {
    "vi": ("Đăng nhập", "Tên đăng nhập hoặc mật khẩu không đúng.", "Khóa mới", "Đăng xuất"),
    "en": ("Sign in", "The login or the password is wrong.", "The new key", "Sign out"),
}


@pytest.fixture
def desk_url(own_url: str) -> Iterator[str]:
    make_account(own_url, "lan", ("editor", "soc-trang"))
    with served(Settings(database_url=own_url)) as address:
        yield address


def fits(page: Page) -> bool:
    """Once it is all there: a page that is left while a font comes in complains of the half."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize(("language", "size"), [("vi", (390, 844)), ("en", (1440, 900))])
def test_from_the_front_page_to_a_key_and_out_again(
    visitor: Visitor, desk_url: str, language: str, size: tuple[int, int]
) -> None:
    sign_in, wrong, new_key, sign_out = WORDS[language]
    page = visitor.visit(f"{desk_url}/desk/keys?lang={language}", *size)
    expect(page.locator("h1")).to_have_text(sign_in)  # led here, and back afterwards
    assert fits(page)

    expect(page.locator("#login")).to_be_focused()
    page.keyboard.type("lan")
    page.keyboard.press("Tab")
    page.keyboard.type("a wrong guess")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text(wrong)
    expect(page.locator("#login")).to_have_value("lan")
    expect(page.locator("#password")).to_be_focused()
    assert fits(page)
    visitor.complaints.clear()  # the console tells of every 401
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{desk_url}/desk/keys?lang={language}")
    assert fits(page)
    page.locator("#name").focus()
    page.keyboard.type("QGIS")
    page.keyboard.press("Enter")
    expect(page.locator(".made h2")).to_have_text(new_key)
    key = page.locator(".secret").inner_text()
    assert fits(page)
    other = visitor.visit("about:blank")
    answer = other.context.request.post(
        f"{desk_url}/desk/sign-out-everywhere", headers={"Authorization": f"Bearer {key}", "Accept": "application/json"}
    )
    assert answer.json()["type"] == "/problems/needs-session"  # known, and not for this

    page.locator(".signed a").last.click()
    expect(page.locator("h1")).to_have_text("Bà Lan")
    assert fits(page)
    page.get_by_role("button", name=sign_out, exact=True).press("Enter")
    expect(page).to_have_url(f"{desk_url}/?lang={language}")
    assert fits(page)
    page.go_back()
    page.goto(f"{desk_url}/desk/keys?lang={language}")
    expect(page.locator("h1")).to_have_text(sign_in)


def test_no_other_site_can_write_with_the_browsers_cookie(visitor: Visitor, desk_url: str, own_url: str) -> None:
    """A page on another host posts a form here, as the person's browser; the host differs, the cookie is there."""
    page = visitor.visit(f"{desk_url}/desk/sign-in?next=/desk/account&lang=en")
    page.fill("#login", "lan")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Bà Lan")
    assert fits(page)
    evil = desk_url.replace("127.0.0.1", "localhost")
    form = f'<form method="post" action="{desk_url}/desk/sign-out-everywhere"><button>Go</button></form>'
    page.context.route(f"{evil}/evil", lambda route: route.fulfill(body=form, content_type="text/html"))
    page.goto(f"{evil}/evil")
    page.click("button")
    expect(page).to_have_url(re.compile(f"^{desk_url}/"))
    page.goto(f"{desk_url}/desk/account?lang=en")
    expect(page.locator("h1")).to_have_text("Bà Lan")  # the session is as it was
    assert "signed-out-everywhere" not in actions(own_url, "lan")
