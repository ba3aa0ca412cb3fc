"""Draw the picture of the report that the README shows: python -m tests.report.picture REPORT PICTURE."""

import base64
import shutil
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

WIDTH, HEIGHT = 900, 1050
SHOWN = 600
"""Pixels of each half: at the scale of the browser itself, as a picture that is scaled later is larger."""


def main(report: Path, picture: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"], timeout=120_000
        )
        shots = [shot(browser, report, "light", "copies"), shot(browser, report, "dark", "story")]
        page = browser.new_page(viewport={"width": 2 * SHOWN, "height": HEIGHT * SHOWN // WIDTH})
        images = "".join(f'<img src="data:image/png;base64,{base64.b64encode(image).decode()}">' for image in shots)
        page.set_content(f'<body style="margin:0;display:flex">{images}</body>')
        page.screenshot(path=picture)
        browser.close()


def shot(browser: Browser, report: Path, scheme: Any, part: str) -> bytes:
    page = browser.new_page(
        viewport={"width": WIDTH, "height": HEIGHT},
        color_scheme=scheme,
        device_scale_factor=SHOWN / WIDTH,
        reduced_motion="reduce",
    )
    page.goto(report.resolve().as_uri())
    if part == "story":
        page.get_by_label("Cut by rule").select_option("RL01")
        page.get_by_label("has copies").check()
        page.locator("#list a").first.click()
    page.evaluate("part => { document.getElementById(part).scrollIntoView(); scrollBy(0, 24) }", part)
    return page.screenshot()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
