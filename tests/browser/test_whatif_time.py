"""The what-if over time in a real browser: native fields, the hand, the way back; and the plan's budget."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from data_access.state import actions, users
from tests.browser.live import PHONE, quiet_page, served, sign_in, still_context, violations
from tests.web import OWN, ManyFacts, Site, make_site, small_facts

PLACE = f"?e={OWN}&p=2026-01-01..2026-05-01"
LEAVE = """() => {
  const write = (box, text) => { box.value = text; box.dispatchEvent(new Event("input", {bubbles: true})); };
  write(document.querySelector("[data-key=cost]"), "400");
  write(document.querySelector(".lever[data-target=leads] input[type=range]"), "9");
  JourneyAddress.go("/help?e=acme");
}"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A plan with two actions that have a cost."""
    facts: ManyFacts = small_facts()
    site = make_site(tmp_path_factory.mktemp("time"), facts)
    who = next(one for n in range(1, 7) if (one := users.record(site.state, n)).login == "consultant")
    for title, cost in (("Call back sooner", 40_000), ("Mend the form", 50_000)):
        values = {
            "title": title,
            "stage": "active_evaluation",
            "cost": Decimal(cost),
            "due_on": date(2026, 12, 1),
        }
        source = {"kind": "bottleneck", "period": "2026-01-01..2026-05-01"}
        actions.add(site.state, who, OWN, values, value_of={"value": Decimal(99_000), "source": source})
    return site


@pytest.fixture(scope="module")
def address(own: Site) -> Iterator[str]:
    with served(own) as found:
        yield found


@pytest.fixture(scope="module")
def desk(browser: Browser, address: str) -> Iterator[BrowserContext]:
    context = still_context(browser, locale="en-GB")
    sign_in(context, address, "consultant")
    yield context
    context.close()


def _said(page: Page) -> str:
    return page.locator(".gain-time__said").first.inner_text()


def test_start_ramp_and_cost_stand_in_the_address_and_the_way_back_works(
    desk: BrowserContext, address: str
) -> None:
    with quiet_page(desk) as page:
        page.goto(f"{address}/whatif{PLACE}&dL=5")
        said = page.locator(".gain-time__said").first
        expect(said).to_contain_text("Full effect from")
        before = _said(page)
        page.get_by_label("Start").fill("2027-03-01")
        page.get_by_label("Ramp-up").fill("60")  # at once: both go in one change
        expect(page).to_have_url(re.compile("from=2027-03-01&ramp=60"))
        expect(said).not_to_have_text(before)
        later = _said(page)
        page.get_by_role("textbox", name="Cost").fill("400 000")
        expect(page.locator(".gain-time__said").nth(1)).to_contain_text("₽400,000 is earned back by")
        expect(page.get_by_role("textbox", name="Cost")).to_be_focused()
        page.get_by_role("textbox", name="Cost").fill("much")
        expect(page.locator(".gain-time .address-fields__note")).to_contain_text("Type a day")
        assert violations(page) == []
        page.go_back()
        expect(page.locator(".gain-time__said")).to_have_count(1)
        assert _said(page) == later
        # the hand moves: one question, and a link of the card keeps what the hand has set
        box = page.locator('.lever[data-target="leads"] .lever__number').first
        box.fill("9")
        box.press("Enter")
        expect(said).not_to_have_text(later)
        moved = _said(page)
        page.get_by_role("link", name="Since the start").click()
        expect(page).to_have_url(re.compile("sum=1"))
        expect(said).to_have_text(moved)
        expect(box).to_have_value("9")


def test_new_customers_alone_and_months_on_a_phone_in_russian(browser: Browser, address: str) -> None:
    with quiet_page(browser, viewport=PHONE, color_scheme="dark") as page:
        sign_in(page, address, "executive")
        page.goto(f"{address}/whatif{PLACE}&dL=5&cost=100000&lang=ru&theme=dark")
        expect(page.locator(".gain-time__said").first).to_contain_text("Полный эффект с")
        page.get_by_role("link", name="Новые", exact=True).click()
        expect(page.locator("#whatif-subtitle")).to_contain_text("только новые клиенты")
        expect(page.locator(".gain-time__said").nth(1)).to_contain_text("окупаются к")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.get_by_text("Таблицей").last.click()
        expect(page.locator(".gain-time table")).to_be_visible()


def test_what_is_not_sent_yet_goes_with_its_page(desk: BrowserContext, address: str) -> None:
    with quiet_page(desk) as page:
        page.clock.install()
        page.goto(f"{address}/whatif{PLACE}&dL=5")
        expect(page.locator(".gain-time__said").first).to_contain_text("Full effect from")
        expect(page.get_by_role("textbox", name="Cost")).to_be_visible()
        page.evaluate(LEAVE)
        expect(page.locator("h1")).to_have_text("Help and glossary")
        page.clock.run_for(2_000)
        assert page.url == f"{address}/help?e={OWN}"
        # nobody is there to hear it, and nothing breaks
        page.evaluate("JourneyAddress.tell('scenarios-turn', {data: 1})")


def test_a_budget_chooses_actions(desk: BrowserContext, address: str) -> None:
    with quiet_page(desk) as page:
        page.goto(f"{address}/plan{PLACE}&tab=budget")
        expect(page.locator(".budget__said")).to_contain_text("All 2 actions would cost ₽90,000")
        page.get_by_role("textbox", name="Budget").fill("60000")
        expect(page).to_have_url(re.compile("budget=60000"))
        expect(page.locator(".budget__said")).to_contain_text("The best set is 1 action")
        assert violations(page) == []
        page.get_by_role("link", name="Call back sooner").click()
        expect(page).to_have_url(re.compile("action=1"))
