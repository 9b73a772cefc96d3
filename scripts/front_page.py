"""Take the picture of the front page that the README shows: `make picture`, while the registry runs."""

import sys

from playwright.sync_api import sync_playwright

from api.settings import ROOT, Settings


def main() -> int:
    settings = Settings()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1240, "height": 880}, locale="en-GB")
        page.goto(f"http://{settings.host}:{settings.port}/", wait_until="networkidle")
        page.screenshot(path=ROOT / "docs" / "front-page.png")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
