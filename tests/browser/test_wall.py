"""The wall screen: scenes change by themselves, figures come by themselves, and a display may do nothing else."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.live import PHONE, quiet_page, sign_in, violations
from tests.browser.test_live import Growing
from tests.thorough import first_now
from tests.web import OWN, ManyFacts, Site, make_site

SOON = 5_000  # ms in which a new generation shows


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Growing:
    return Growing(tmp_path_factory.mktemp("growing"))


@pytest.fixture(scope="module")
def site(facts: Growing, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return make_site(Path(tmp_path_factory.mktemp("wall")), ManyFacts({OWN: facts}))


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    with quiet_page(browser) as opened:
        sign_in(opened, address, "display")
        yield opened


def tool(page: Page, name: str) -> Locator:
    """A tool of the wall under a hand; a hand that moves before the tools are drawn has rested when they are."""
    found = page.locator(".wall__tools").locator("a, button").filter(has_text=name)
    expect(found).to_have_count(1)
    for place in (40, 60):
        page.mouse.move(place, place)
    return found


def test_a_display_lands_on_the_wall_and_sees_no_menu(page: Page, address: str) -> None:
    page.goto(f"{address}/")
    expect(page).to_have_url(re.compile(r"/wall"))
    expect(page.locator(".wall__title")).not_to_be_empty()
    for hidden in (".rail", ".bar__filters", ".bar__tools"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator(".bar .age")).to_be_visible()  # how old the figures are
    assert not page.evaluate("document.documentElement.scrollHeight > innerHeight + 1")


def test_scenes_follow_each_other_until_a_hand_stops_them(page: Page, address: str) -> None:
    page.goto(f"{address}/wall?e={OWN}&p=2026Q2&every=60")  # longer than a busy machine takes to look
    expect(page.locator("#wall-equation .kpi--first")).to_be_visible()
    # else the clock runs past the time that its loading may take
    page.wait_for_function("() => !!window.Plotly")
    page.clock.install()
    expect(page.locator("#wall-leak")).to_be_hidden()
    page.clock.run_for(60_600)
    expect(page.locator("#wall-leak")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#wall-segments")).to_be_visible()
    page.clock.run_for(90_000)
    expect(page.locator(".wall__tools")).to_be_hidden()  # nobody is there
    expect(page.locator("#wall-segments")).to_be_visible()  # a hand has stopped it
    tool(page, "Go on").click()
    page.clock.run_for(60_600)
    expect(page.locator("#wall-months")).to_be_visible()
    page.clock.run_for(60_300)
    expect(page.locator("#wall-equation")).to_be_visible()
    page.locator(".wall__dot").nth(1).click()
    expect(page.locator("#wall-leak")).to_be_visible()


def test_new_figures_come_within_five_seconds_whichever_scene_is_seen(
    page: Page, address: str, facts: Growing
) -> None:
    started = time.monotonic()
    page.goto(f"{address}/wall?e={OWN}&p=2026Q2")
    hero = page.locator("#wall-equation .kpi--first .kpi__value")
    expect(hero).not_to_be_empty()
    page.wait_for_load_state("networkidle")
    page.evaluate("document.querySelector('#wall-equation .kpi--first').kept = true")
    slow = (time.monotonic() - started) * 1000  # cards of a busy machine answer late
    before = hero.inner_text()
    page.keyboard.press("ArrowRight")
    facts.next()
    rest = 4_000  # of a hand that has just moved
    expect(hero).not_to_have_text(before, timeout=SOON + rest + slow)
    assert page.evaluate("document.querySelector('#wall-equation .kpi--first').kept === true")


def test_the_running_month_is_shown_where_no_period_is_named(page: Page, address: str) -> None:
    page.goto(f"{address}/wall?e={OWN}&lang=en")
    expect(page.locator(".wall__subtitle")).to_contain_text("September 2026")
    tool(page, "This quarter").click()
    expect(page.locator(".wall__subtitle")).to_contain_text("Q3 2026")
    expect(page).to_have_url(re.compile(r"of=quarter"))


@pytest.mark.parametrize("look", first_now(["lang=ru&theme=dark", "lang=en"]))
def test_the_wall_is_readable_by_everybody(page: Page, address: str, look: str) -> None:
    page.goto(f"{address}/wall?e={OWN}&p=2026Q2&{look}")
    expect(page.locator("#wall-equation .kpi--first")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert violations(page) == []


def test_a_phone_shows_one_scene_without_a_sideways_scroll(page: Page, address: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{address}/wall?e={OWN}&p=2026Q2")
    expect(page.locator("#wall-equation .kpi--first")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    expect(page.locator("#wall-leak")).to_be_hidden()
