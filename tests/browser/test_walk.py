"""The main job in a real browser: sign in, overview, funnel, heatmap, what-if, in both languages and themes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from callbacks.answers import Answers
from callbacks.twins.twin import twin
from dashboard.i18n.formats import Formats
from dashboard.journey.period import Period
from dashboard.journey.query import JourneyQuery
from data_access.generations import GenerationFacts
from data_access.scope import Action, Scope
from tests.browser.live import fill_in, quiet_page, sign_in, still_context
from tests.thorough import first_now
from tests.web import Site

PERIOD = "2025-07-01..2026-07-01"  # long enough for the planted step to be proven on 5 000 customers
WORDS = {
    "ru": ("Обзор", "Воронки и узкие места", "Точки контакта", "Что, если: L × C × P × Q"),
    "en": ("Overview", "Funnels & bottlenecks", "Touchpoints", "What-if: L × C × P × Q"),
}


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = still_context(browser)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Nobody has signed in yet."""
    context.clear_cookies()
    with quiet_page(context) as opened:
        yield opened


def loaded(page: Page) -> None:
    """Every card has its content, and none of them an error."""
    expect(page.locator(".loading")).to_have_count(0)
    expect(page.locator(".state--error")).to_have_count(0)


def title(page: Page, words: str) -> None:
    expect(page.locator("h1")).to_have_text(words)
    loaded(page)


@pytest.mark.parametrize(
    ("language", "theme"),
    first_now([("ru", "light"), ("en", "dark"), ("ru", "dark"), ("en", "light")], now=2),
)
def test_walk_from_sign_in_to_the_scenario(page: Page, demo_address: str, language: str, theme: str) -> None:
    overview, funnels, touchpoints, whatif = WORDS[language]
    fill_in(page, demo_address, "executive")
    page.goto(f"{demo_address}/overview?e=demo&p={PERIOD}&lang={language}&theme={theme}")
    title(page, overview)
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
    at_stake = page.locator(".hero__money").get_attribute("title")
    assert at_stake

    page.locator(".hero .button--primary").click()
    title(page, funnels)
    expect(page.locator(".card--step")).to_contain_text("Новинки")
    worst = page.locator(f".funnel__money b[title='{at_stake}']")
    expect(worst).to_have_count(2)  # of everybody, and of the segment

    page.locator(".card--step .buttons .button:not(.button--primary)").click()
    title(page, touchpoints)
    cell = page.locator(".heat__cell").nth(1)
    cell.click()
    loaded(page)
    expect(page.locator(".heat__cell--open")).to_have_count(1)

    page.go_back()
    page.go_back()
    title(page, funnels)
    page.locator(".card--step .button--primary").click()
    title(page, whatif)
    expect(page.locator("input[type=range]").first).to_be_visible()


def test_moving_a_lever_asks_the_server_nothing(page: Page, demo_address: str) -> None:
    sign_in(page, demo_address, "executive")
    page.goto(f"{demo_address}/whatif?e=demo&p={PERIOD}&lang=en")
    title(page, WORDS["en"][3])
    lever = page.locator("input[type=range]").first
    box = lever.bounding_box()
    assert box
    page.wait_for_load_state("networkidle")  # what comes after the page is there
    asked: list[str] = []
    # all but the shell's own heartbeat
    page.on("request", lambda one: asked.append(one.url) if "/live?" not in one.url else None)
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    for step in range(40):
        page.mouse.move(box["x"] + box["width"] * (0.5 + step / 100), middle)
    page.wait_for_timeout(400)
    assert asked == []  # also while it is held still
    page.mouse.up()
    assert int(lever.input_value()) > 0
    expect(page.locator(".outcome [role=status]")).to_contain_text("+")  # it is said, too


@pytest.mark.parametrize("language", first_now(["ru", "en"]))
def test_one_number_on_four_screens_to_the_kopeck(
    page: Page, demo_address: str, demo_site: Site, language: str
) -> None:
    """Hero, money column, what the step's panel says and the modelled scenario are the twin's number."""
    answers = Answers(GenerationFacts(demo_site.settings, demo_site.state))
    row = twin(
        "bottlenecks", answers, Scope("demo", Action.READ, 0), JourneyQuery("demo", Period.parse(PERIOD))
    )["rows"][0]
    full = Formats(language, "RUB").money_full(row["recoverable"])
    overview, funnels, _, whatif = WORDS[language]
    sign_in(page, demo_address, "executive")
    page.goto(f"{demo_address}/overview?e=demo&p={PERIOD}&lang={language}")
    title(page, overview)
    expect(page.locator(".hero__money")).to_have_attribute("title", "\u2212" + full)

    page.locator(".hero .button--primary").click()
    title(page, funnels)
    worst = page.locator(f".funnel__money b[title='\u2212{full}']")
    expect(worst).to_have_count(2)  # of everybody, whose costliest step it is, and of the segment
    expect(page.locator(".card--step .step__stake")).to_have_attribute("title", "\u2212" + full)

    page.locator(".card--step .button--primary").click()
    title(page, whatif)
    expect(page.locator(".outcome .outcome__delta")).to_have_attribute("title", full)

    page.goto(f"{demo_address}/overview?e=demo&p={PERIOD}&lang={language}")
    title(page, overview)
    page.locator(".hero .buttons .button:not(.button--primary)").click()
    title(page, whatif)
    expect(page.locator(".outcome .outcome__delta")).to_have_attribute("title", full)


def test_revenue_is_the_sum_of_the_rows_behind_it(page: Page, demo_address: str) -> None:
    sign_in(page, demo_address, "consultant")
    page.goto(f"{demo_address}/overview?e=demo&p={PERIOD}&lang=en")
    title(page, WORDS["en"][0])
    revenue = page.locator(".kpi", has_text="Revenue").locator(".kpi__value").get_attribute("title")
    assert revenue
    page.get_by_role("link", name=re.compile("the rows behind it")).click()
    said = page.locator(".list__sum")
    expect(said).not_to_have_class(re.compile("differs"))
    expect(said.locator("b")).to_have_text([revenue, revenue])  # the rows' sum, and the figure they stand for


def test_a_pasted_link_shows_the_same_view_and_back_works(page: Page, demo_address: str) -> None:
    sign_in(page, demo_address, "executive")
    link = f"{demo_address}/funnel?e=demo&p={PERIOD}&s=%D0%9D%D0%BE%D0%B2%D0%B8%D0%BD%D0%BA%D0%B8&mode=reached&lang=en"
    page.goto(link)
    title(page, WORDS["en"][1])
    expect(page.locator(".switch__choice--on", has_text="Reached")).to_have_count(1)
    expect(page.locator(".funnel__row")).to_have_count(2)  # everybody under the filter, and the one segment
    page.locator("a.nav", has_text="Touchpoints").first.click()
    title(page, WORDS["en"][2])
    assert "s=" in page.url
    page.go_back()
    title(page, WORDS["en"][1])
    assert "mode=reached" in page.url
