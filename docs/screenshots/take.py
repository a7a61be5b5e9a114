"""Takes the screenshots of the documentation: Example City is collected and examined in a scratch folder, and Debian's Chromium looks at the review site.

    .venv/bin/python docs/screenshots/take.py

It writes queue.png and hit.png beside itself, 1440 x 900 pixels in the light theme. Data of your own is not touched.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

HERE = Path(__file__).parent
PLAINVIEW = Path(sys.executable).with_name("plainview")
VIEWPORT = ViewportSize(width=1440, height=900)
NAME, PASSWORD = "r.alvarez", "an example of a long password"


def main() -> None:
    """Run, serve, look."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        if failed := subprocess.run([PLAINVIEW, "run"], cwd=folder, check=False).returncode:  # noqa: S603 (our own command)
            raise SystemExit(failed)  # it has said why
        with _served(Path(folder)) as (address, setup):
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
            page = browser.new_page(viewport=VIEWPORT, color_scheme="light")
            _set_up(page, setup)
            _take(page, address, "queue")
            first = page.locator("#rows li", has_text="Department artwork").locator("h2 a").first
            _take(page, address + str(first.get_attribute("href")), "hit")
            browser.close()


def _take(page: Page, address: str, name: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=HERE / f"{name}.png")


def _set_up(page: Page, setup: str) -> None:
    page.goto(setup)
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_role("button", name="Create and sign in").click()
    page.wait_for_url(lambda address: "/setup/" not in address)


@contextmanager
def _served(folder: Path) -> Iterator[tuple[str, str]]:
    """The site's address, and where its first person is made."""
    environment = {**os.environ, "PLAINVIEW_SITE_PORT": "0"}
    site = subprocess.Popen([PLAINVIEW, "serve"], cwd=folder, env=environment, stderr=subprocess.PIPE, text=True)  # noqa: S603
    try:
        said = [site.stderr.readline(), site.stderr.readline()] if site.stderr else ["", ""]
        address, setup = (re.search(r"http://\S+", line) for line in said)
        if not address or not setup:
            raise SystemExit(f"the review site did not start: {' '.join(said)}")
        yield address[0], setup[0]
    finally:
        site.terminate()
        site.wait()


if __name__ == "__main__":
    main()
