"""Nothing jumps while a page comes: skeletons are as tall as what follows them."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.live import DESK, PHONE, Traffic, quiet_page, sign_in
from tests.thorough import first_now
from tests.web import OWN

PLACES = ("overview", "funnel", "touchpoints", "whatif")
GOOD = 0.1  # what browsers call a good page: a first visit does not know how tall cards will be
STILL = 0.02  # a page that was open before knows it
WATCH = """
window.shift = 0;
window.moved = [];
const name = (one) => `${one.node?.id || one.node?.className} ${one.previousRect.y} to ${one.currentRect.y}`;
new PerformanceObserver((all) => all.getEntries().forEach((one) => {
  window.shift += one.value;
  window.moved.push(...one.sources.map(name));
}))
  .observe({type: "layout-shift", buffered: true});
"""


def _shift(page: Page, address: str, language: str) -> tuple[float, list[str]]:
    """How far the page jumped in all, and what did."""
    page.goto(address + f"&e={OWN}&p=2026Q2&lang={language}")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".loading")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    return page.evaluate("window.shift"), page.evaluate("window.moved")


CHARTLESS = ("whatif", "funnel")
LIGHT = 500_000  # bytes of a first visit without a chart, compressed
CARDS = 14  # answers of the overview, and the filter bar


def test_a_first_visit_without_a_chart_is_light(browser: Browser, address: str) -> None:
    for place in CHARTLESS:
        with quiet_page(browser, first=True) as page:
            sign_in(page, address, "admin")
            sizes: list[int] = []
            files: list[str] = []
            network = page.context.new_cdp_session(page)
            network.send("Network.enable")
            network.on(
                "Network.loadingFinished", lambda one, into=sizes: into.append(one["encodedDataLength"])
            )
            page.on("request", lambda one, into=files: into.append(one.url))
            page.goto(f"{address}/{place}?e={OWN}&p=2026Q2")
            expect(page.locator("h1")).to_be_visible()
            expect(page.locator(".loading")).to_have_count(0)
            page.wait_for_load_state("networkidle")
            assert not [file for file in files if "plotly" in file or "ag_grid" in file], place
            assert len([file for file in files if "_dash-update" not in file]) <= 17, files
            assert sum(sizes) < LIGHT, place


def test_another_period_asks_each_card_once(browser: Browser, address: str) -> None:
    with quiet_page(browser) as page:
        sign_in(page, address, "admin")
        page.goto(f"{address}/overview?e={OWN}&p=2026Q2")
        expect(page.locator("h1")).to_be_visible()
        traffic = Traffic(page)
        expect(page.locator(".loading")).to_have_count(0)
        page.wait_for_load_state("networkidle")
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.post_data or one.url))
        page.evaluate("JourneyAddress.go(location.pathname + location.search.replace('2026Q2', '2026Q1'))")
        expect(page.locator(".page__subtitle").first).to_contain_text("Q1")
        traffic.settle()
        outputs = [json.loads(one)["output"] for one in asked if one.startswith("{")]
        assert outputs
        assert len(outputs) == len(set(outputs)), outputs
        assert len(outputs) <= CARDS, outputs


@pytest.mark.parametrize(
    ("size", "language"), first_now([(PHONE, "ru"), (DESK, "en")]), ids=["phone", "desk"]
)
def test_a_page_comes_without_a_jump(
    browser: Browser, address: str, size: dict[str, int], language: str
) -> None:
    with quiet_page(browser, first=True, viewport=size, reduced_motion="no-preference") as page:
        sign_in(page, address, "admin")
        page.add_init_script(WATCH)
        for place in PLACES:
            path = f"{address}/{place}{'' if '?' in place else '?'}"
            first, again = (_shift(page, path, language) for _ in range(2))
            assert first[0] < GOOD, (place, first[1])
            assert again[0] < STILL, (place, again[1])
