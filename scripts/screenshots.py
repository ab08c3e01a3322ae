"""Every screen in both themes, widths and languages, into build/screenshots; refreshes the pictures in docs/img.

The demo behind them is built once into build/demo-data, with a fixed end, so that pictures change with the code alone.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests import chromium  # noqa: E402 - found through the line above
from tests.postgres import free_port  # noqa: E402

PLACES = {  # name of the picture -> path with its own keys
    "overview": "overview",
    "funnel": "funnel",
    "funnel-time": "funnel?view=time",
    "funnel-paths": "funnel?view=paths",
    "funnel-table": "funnel?view=table",
    "touchpoints": "touchpoints",
    "touchpoints-list": "touchpoints?view=list",
    "whatif": "whatif",
    "plan": "plan",
    "plan-gantt": "plan?tab=gantt",
    "plan-chains": "plan?tab=chains",
    "plan-budget": "plan?tab=budget&budget=3000000",
    "plan-library": "plan?tab=library",
    "monitor": "monitor",
    "customers": "customers?deals=1",
    "data": "data",
    "data-health": "data?tab=health",
    "data-people": "data?tab=people",
    "data-journal": "data?tab=journal",
    "help": "help",
    "me": "me",
    "settings": "settings",
    "settings-targets": "settings?tab=targets",
}
THEMES = ("light", "dark")
LANGUAGES = ("ru", "en")
WIDTHS = {1440: 900, 390: 844}  # width -> height of the window
UNTIL = "2026-11-21"
DATA = ROOT / "build" / "demo-data"
PICTURES = ROOT / "build" / "screenshots"
IN_DOCS = {"overview.png": "overview-light-en-1440.png"}  # picture of docs/img -> screenshot
_PATIENCE_MS = 60_000
_JOURNEY = (sys.executable, "-c", "from commands.main import main; main()")


def main() -> None:
    """Build, serve, photograph."""
    subprocess.run(
        [*_JOURNEY, "demo", "--build-only", "--until", UNTIL], cwd=ROOT, env=environment(), check=True
    )
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.executable(), args=list(chromium.ARGUMENTS)
        )
        for width, height in WIDTHS.items():
            photograph(browser, address, width, height)
        browser.close()
    for picture, screenshot in IN_DOCS.items():
        shutil.copy(PICTURES / screenshot, ROOT / "docs" / "img" / picture)
    print(f"{len(list(PICTURES.iterdir()))} screenshots in {PICTURES.relative_to(ROOT)}")


def environment() -> dict[str, str]:
    """This environment without settings of an installation, on the data of the pictures."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("JOURNEY_")}
    return plain | {"JOURNEY_DATA": str(DATA), "JOURNEY_WORKERS": "1", "JOURNEY_LOG_LEVEL": "WARNING"}


@contextmanager
def served() -> Iterator[str]:
    """The address of a server that lives as long as the block."""
    port = free_port()
    process = subprocess.Popen([*_JOURNEY, "serve", "--port", str(port)], cwd=ROOT, env=environment())
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=40)


def photograph(browser: Browser, address: str, width: int, height: int) -> None:
    """Sign in once, then every page in every theme and language."""
    page = browser.new_page(viewport={"width": width, "height": height})
    sign_in(page, address)
    for name, theme, language in product(PLACES, THEMES, LANGUAGES):
        joint = "&" if "?" in PLACES[name] else "?"
        page.goto(f"{address}/{PLACES[name]}{joint}lang={language}&theme={theme}")
        page.wait_for_load_state("networkidle")
        expect(page.locator(".skeleton")).to_have_count(0, timeout=_PATIENCE_MS)
        page.wait_for_timeout(400)  # charts fade in
        whole = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size(
            {"width": width, "height": max(height, whole)}
        )  # what sticks to the window is whole too
        page.screenshot(path=PICTURES / f"{name}-{theme}-{language}-{width}.png")
        page.set_viewport_size({"width": width, "height": height})
    page.close()


def sign_in(page: Page, address: str) -> None:
    """As the admin of the demo, who may open every page."""
    passwords = json.loads((DATA / "demo-signins.json").read_text(encoding="utf-8"))
    for _ in range(60):  # the server starts meanwhile
        try:
            page.goto(f"{address}/overview")
            break
        except Exception:  # noqa: BLE001 - refused until it listens
            page.wait_for_timeout(500)
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", passwords["admin"])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)


if __name__ == "__main__":
    main()
