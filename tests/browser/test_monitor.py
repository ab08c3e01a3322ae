"""Effects in a real browser: from the plan to a promise, the clock moves on, the verdict comes, somebody decides."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from data_access.state import actions, users
from tests.browser.live import PHONE, quiet_page, served, sign_in, violations
from tests.effect_stage import EARLY, LATE, LEFT_ALONE, START, STEP, TREATED, GrowingFacts, MovedClock
from tests.web import OWN, Site, make_site

CLOCK = MovedClock()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A product of this module's own, whose clock and data move."""
    folder = tmp_path_factory.mktemp("monitor")
    return make_site(folder, GrowingFacts(CLOCK, folder), CLOCK)


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    """Where it answers."""
    with served(site) as url:
        yield url


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A marketer at a desk."""
    with quiet_page(browser) as opened:
        sign_in(opened, address, "marketer")
        yield opened


@pytest.fixture(scope="module")
def number(site: Site) -> int:
    """An action that starts in a week."""
    who = users.find(site.state, "marketer").record
    values = {"title": "Call back in 5 minutes", "segment": TREATED, "stage": STEP[0], "starts_on": START}
    return actions.add(site.state, who, OWN, values, value_of={"lift": 0.2})


def test_from_going_live_to_the_verdict_and_the_decision(page: Page, address: str, number: int) -> None:
    CLOCK.now = EARLY
    page.goto(f"{address}/plan?e={OWN}&action={number}&lang=en")
    page.get_by_role("link", name="Measure its effect").click()
    expect(page).to_have_url(re.compile(rf"/monitor\?e={OWN}&new={number}"))
    form = page.locator(".effect__new")
    expect(form).to_contain_text("Least effect that can be told")
    form.locator("[data-key=lift]").fill("1")
    expect(form.locator(".effect__warning")).to_contain_text("will mostly stay unseen")
    form.locator("[data-key=lift]").fill("25")
    expect(form.locator(".effect__warning")).to_have_count(0)
    expect(form.get_by_role("checkbox", name=LEFT_ALONE)).to_be_checked()
    assert violations(page) == []
    form.get_by_role("button", name="Register").click()
    expect(page).to_have_url(re.compile(rf"/monitor\?e={OWN}&a={number}"))
    expect(page.locator(".effect__chart .pill")).to_have_text("Too early to tell")
    expect(page.locator(".effect__coming")).to_contain_text("starts on 1\u00a0Jun")

    CLOCK.now = LATE
    page.goto(f"{address}/monitor?e={OWN}&lang=en")
    expect(page.locator(".effect__chart .pill")).to_have_text("Effect confirmed")
    expect(page.locator(".effect__shown h2")).to_have_text("What 8 weeks showed")
    expect(page.locator(".effect__chart .js-plotly-plot")).to_be_visible()
    expect(page.locator(".forest__mark--good")).to_have_count(1)
    assert violations(page) == []
    page.locator(".effect__decide [name=kind]").select_option("keep")
    page.locator(".effect__decide [name=reason]").fill("More than promised")
    page.locator(".effect__decide").get_by_role("button", name="Write down").click()
    expect(page.locator(".effect__decided")).to_contain_text("More than promised")
    expect(page.locator(".effect__coming .pill")).to_have_text("kept")

    page.goto(f"{address}/plan?e={OWN}&lang=en")
    card = page.locator(f"[data-status='measured'] [data-plan-action='{number}']")
    expect(card).to_contain_text("Effect confirmed")
    card.locator(".board__title").click()
    page.locator(".plan__effect").get_by_role("link", name="open the effect").click()
    expect(page.locator(".effect__shown")).to_contain_text("More than promised")


def test_a_phone_reads_the_effect_in_russian(page: Page, browser: Browser, address: str, number: int) -> None:
    CLOCK.now = LATE
    with quiet_page(browser, viewport=PHONE, has_touch=True, is_mobile=True) as phone:
        sign_in(phone, address, "executive")
        phone.goto(f"{address}/monitor?e={OWN}&lang=ru&theme=dark")
        expect(phone.locator(".effect__chart .pill")).to_have_text("Эффект подтверждён")
        expect(phone.locator(".effect__shown h2")).to_have_text("Что показали 8\u00a0недель")
        expect(phone.locator(".effect__decide")).to_have_count(0)
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        phone.locator(".forest__name").tap()
        expect(phone).to_have_url(re.compile(rf"a={number}"))
