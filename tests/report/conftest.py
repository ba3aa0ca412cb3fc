import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

ASKED = os.environ.get("SARING_CHROMIUM", "")
"""Where Chromium is: the tests must find it there. Without this they take the one that is installed."""


# Playwright holds an event loop as long as it runs, in which nobody else can begin one.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = ASKED or shutil.which("chromium") or shutil.which("google-chrome") or ""
    if not chromium:
        pytest.skip("no Chromium on this machine; install Debian's package chromium, or name one in SARING_CHROMIUM")
    # Chromium's sandbox does not start for root.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield running
        running.close()
