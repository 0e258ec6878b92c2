"""Writes docs/pictures/report-*.webp: what the page of a report looks like.

`python docs/report_pictures.py runs/NAME/report/index.html --case ID` takes them in headless Chromium (Debian's
chromium and the package playwright).
"""

from __future__ import annotations

import argparse
import io
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).parent / "pictures"
SIZE = {"width": 1280, "height": 860}


def main() -> None:
    """Three pictures: numbers and distributions in light colours, one opened case in dark ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("--case", required=True, help="The case that is shown opened.")
    asked = parser.parse_args()
    address = asked.page.resolve().as_uri()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        light = browser.new_page(viewport=SIZE, color_scheme="light", reduced_motion="reduce")
        light.goto(address)
        _take(light, "numbers")
        light.evaluate("document.getElementById('distributions').scrollIntoView()")
        _take(light, "distributions")
        dark = browser.new_page(viewport=SIZE, color_scheme="dark", reduced_motion="reduce")
        dark.goto(f"{address}#case={asked.case}")
        dark.locator("#case .frames img").last.wait_for()
        _take(dark, "case")
        browser.close()


def _take(page: Page, name: str) -> None:
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.save(PICTURES / f"report-{name}.webp", quality=82, method=6)


if __name__ == "__main__":
    main()
