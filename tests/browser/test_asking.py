"""A card whose question had no place says so and asks again by itself; a question that nobody needs hangs up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from layouts.overview import Ids
from tests.browser.live import quiet_page, sign_in
from tests.thorough import first_now
from tests.web import OWN

UPDATE = "**/_dash-update-component*"
HOME = f"/overview?e={OWN}"
SENTENCE = {
    "en": "Many people are asking. This is asked again by itself in a moment.",
    "ru": "Сейчас много запросов. Этот повторится сам через несколько секунд.",
}


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    with quiet_page(browser, allowed=("503",)) as shown:
        sign_in(shown, address, "executive")
        yield shown


def fills(request: Request, part: str) -> bool:
    """Whether a question fills this part of the screen."""
    outputs = json.loads(request.post_data or "{}").get("outputs")
    return part in [one["id"] for one in (outputs if isinstance(outputs, list) else [outputs])]


def until(page: Page, seen: list[Any]) -> None:
    """Wait until the browser has told something; at most a minute."""
    for _ in range(1200):
        if seen:
            return
        page.wait_for_timeout(50)
    raise AssertionError(page.url)


@pytest.mark.parametrize("language", first_now(["ru", "en"]))
def test_a_shed_card_says_so_and_asks_again(page: Page, address: str, language: str) -> None:
    tries: list[int] = []

    def shed_once(route: Route) -> None:
        if not fills(route.request, Ids.SEGMENTS):
            route.continue_()
            return
        tries.append(len(tries))
        if len(tries) == 1:
            route.fulfill(status=503, headers={"Retry-After": "1"})
        else:
            route.continue_()

    page.route(UPDATE, shed_once)
    page.goto(f"{address}{HOME}&lang={language}")
    card = page.locator(f"#{Ids.SEGMENTS}")
    expect(card).to_have_attribute("data-busy", SENTENCE[language])
    expect(page.locator("#live")).to_have_text(SENTENCE[language])
    expect(page.locator(".hero__money")).to_be_visible()  # the other cards live on
    expect(card.locator(".card-tools")).to_be_visible()
    expect(page.locator("[data-busy]")).to_have_count(0)
    expect(page.locator(".state--error")).to_have_text([])
    assert len(tries) == 2
    page.unroute_all(behavior="wait")


def test_a_newer_question_of_the_card_hangs_up_the_older_one(page: Page, address: str) -> None:
    page.goto(f"{address}{HOME}&lang=en")
    expect(page.locator(".loading")).to_have_count(0)
    held: list[Route] = []
    ended: list[str] = []

    def end(one: Request) -> None:
        if "/_dash-update-component" in one.url and fills(one, Ids.SEGMENTS):
            ended.append(one.post_data or "")

    page.on("requestfailed", end)

    def hold_first(route: Route) -> None:
        if fills(route.request, Ids.SEGMENTS) and not held:
            held.append(route)  # the server thinks
        else:
            route.continue_()

    page.route(UPDATE, hold_first)
    page.evaluate("JourneyAddress.go(location.pathname + location.search + '&p=2026Q1')")
    until(page, held)
    page.evaluate("JourneyAddress.go(location.pathname + location.search.replace('2026Q1', '2026Q2'))")
    until(page, ended)
    assert len(ended) == 1
    assert "p=2026Q1" in ended[0]
    expect(page.locator(f"#{Ids.SEGMENTS} .card-tools")).to_be_visible()
    page.unroute_all(behavior="ignoreErrors")


def test_a_screen_that_is_drawn_late_breaks_nothing(page: Page, address: str) -> None:
    """A slow machine looks for new figures, in vain, before there is anything to say it on."""
    with quiet_page(page.context, allowed=("ERR_FAILED",)) as slow:
        held: list[Route] = []
        looks: list[Route] = []

        def miss(route: Route) -> None:
            looks.append(route)
            route.abort()

        slow.route("**/_dash-layout", lambda route: held.append(route))
        slow.route("**/live?*", miss)
        slow.goto(f"{address}{HOME}&lang=en", wait_until="commit")
        until(slow, looks)
        until(slow, held)
        slow.unroute("**/live?*")
        held[0].continue_()
        expect(slow.locator(".hero__money")).to_be_visible()
        expect(slow.locator("#offline")).to_be_hidden()
