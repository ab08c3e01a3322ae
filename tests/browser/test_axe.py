"""Accessibility: axe-core finds nothing against WCAG 2.2 A and AA on any page, in both themes and languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from layouts.pages import PAGES
from tests.browser.live import quiet_page, sign_in, violations
from tests.thorough import first_now
from tests.web import OWN

TABS = (
    "/funnel?view=time",
    "/funnel?view=paths",
    "/funnel?view=table",
    "/touchpoints?view=list",
    "/data?tab=health",
    "/settings?tab=targets",
    "/settings?tab=worker",
)
PLACES = (*(page.path for page in PAGES if page.path != "/customer"), *TABS)


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """An admin, who may open every page."""
    with quiet_page(browser, reduced_motion="reduce") as opened:
        sign_in(opened, address, "admin")
        yield opened


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    first_now([("en", "light", 1440), ("ru", "dark", 1440), ("ru", "light", 390)]),
)
def test_axe_finds_nothing(page: Page, address: str, language: str, theme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    found = []
    for place in PLACES:
        joint = "&" if "?" in place else "?"
        page.goto(f"{address}{place}{joint}e={OWN}&lang={language}&theme={theme}")
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator(".loading")).to_have_count(0)
        expect(page.locator("._dash-loading, .dash-spinner")).to_have_count(0)
        found += [f"{place} {line}" for line in violations(page)]
    assert found == []
