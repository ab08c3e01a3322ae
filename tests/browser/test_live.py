"""New figures on an open page: they come by themselves, in place, and nothing of the reader's is lost."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from dashboard.journey.generation import GenerationInfo
from data_access.clock import utc_now
from data_access.facts import Current, EngineFacts
from data_access.scope import Scope
from tests.browser.live import quiet_page, sign_in
from tests.facts import Event, Sale, load
from tests.web import FIRST_DAY, OWN, ManyFacts, Site, make_site

SOON = 5_000  # ms in which a new generation shows
WATCH = """() => {
  window.seen = {skeletons: 0, moved: []};
  const name = (node) => node?.id || node?.className;
  const moves = (one) => one.sources.map((part) =>
    `${name(part.node)}: ${part.previousRect.y} to ${part.currentRect.y}`);
  document.querySelectorAll("#shell-page *, .bar *").forEach((one) => { one.before = true; });
  const hasSkeleton = (one) => one.nodeType === 1 && (one.matches(".skeleton") || one.querySelector(".skeleton"));
  new MutationObserver((all) => all.forEach((one) => one.addedNodes.forEach((added) => {
    if (hasSkeleton(added)) window.seen.skeletons += 1;
  }))).observe(document.body, {subtree: true, childList: true});
  new PerformanceObserver((all) => all.getEntries().forEach((one) => window.seen.moved.push(...moves(one))))
    .observe({type: "layout-shift"});
}"""
KEPT = """() => {
  const all = [...document.querySelectorAll("#shell-page *:not(svg *), .bar *")];
  return all.filter((one) => one.before).length / all.length;
}"""


class Growing:
    """Facts of one engagement in two generations: tests say when the second one comes."""

    def __init__(self, folder: Path) -> None:
        self._all = [_facts(folder / f"{deals}.duckdb", deals) for deals in (30, 60)]
        self.current = Current(1, utc_now() - timedelta(minutes=3))

    def next(self) -> None:
        self.current = Current(self.current.number + 1, utc_now())

    def _now(self) -> EngineFacts:
        return self._all[(self.current.number + 1) % 2]

    def info(self, scope: Scope) -> GenerationInfo:
        return replace(self._now().info(scope), number=self.current.number)

    def frame(self, scope: Scope, statement: sa.Select) -> pd.DataFrame:
        return self._now().frame(scope, statement)

    def worked_out(self, scope: Scope, question: Any, compute: Callable[[], Any]) -> Any:
        return self._now().worked_out(scope, question, compute)

    def status(self, scope: Scope) -> Current | None:
        return self.current

    def pinned(self) -> Any:
        return self._now().pinned()


def _facts(path: Path, deals: int) -> EngineFacts:
    """People of two segments in the second quarter; some of them buy, the more the later it is."""
    events: list[Event] = []
    sales: list[Sale] = []
    for number in range(150):
        customer, start = f"c{number}", FIRST_DAY + timedelta(days=95 + number % 60)
        events.append(Event(customer, "initial_consideration", start, "site"))
        events.append(Event(customer, "active_evaluation", start + timedelta(days=1), "store"))
        if number < deals:
            sales.append(Sale(customer, start + timedelta(days=3), 20_000 + number * 37, f"t{number}"))
    late = datetime(2026, 9, 29, 9)
    events.append(Event("late", "initial_consideration", late, "site"))
    sales.append(Sale("late", late, 100, "late"))
    segments = {f"c{number}": ("Newest model", "Protection")[number % 2] for number in range(150)}
    engine = sa.create_engine(f"duckdb:///{path}")
    return load(engine, events, sales, segments=segments, zone="Europe/Moscow", engagement=OWN)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Growing:
    return Growing(tmp_path_factory.mktemp("growing"))


@pytest.fixture(scope="module")
def site(facts: Growing, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return make_site(tmp_path_factory.mktemp("live"), ManyFacts({OWN: facts}))


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Somebody at a desk, with everything that moves; the network fails once on purpose."""
    allowed = ("ERR_FAILED", "Failed to fetch")
    with quiet_page(browser, allowed=allowed, reduced_motion="no-preference") as opened:
        sign_in(opened, address, "consultant")
        yield opened


def _open(page: Page, address: str, path: str) -> float:
    """Show a page and begin to watch it; how long this machine took to answer its cards [ms]."""
    started = time.monotonic()
    page.goto(f"{address}/{path}")
    expect(page.locator("[data-switched]")).to_have_count(1)
    expect(page.locator("#shell-page .page__subtitle").first).not_to_be_empty()
    page.wait_for_load_state("networkidle")
    expect(page.locator("#shell-page .loading")).to_have_count(0)  # answered is not drawn yet
    page.evaluate(WATCH)
    return (time.monotonic() - started) * 1000


def test_kpis_change_in_place_within_five_seconds(page: Page, facts: Growing, address: str) -> None:
    slow = _open(page, address, f"overview?e={OWN}&p=2026Q2")
    deals = page.locator(".kpi__value").first
    before, stood = deals.text_content() or "", page.locator(".lcpq-row").bounding_box()
    page.locator("[data-popover=segments] > summary").click()
    page.locator("[data-popover=segments] [role=checkbox]").first.focus()
    facts.next()
    expect(deals).not_to_have_text(before, timeout=SOON + slow)  # cards of a busy machine answer late
    expect(page.locator("#live")).to_have_text("Figures updated")
    expect(page.locator("[data-popover=segments] .panel")).to_be_visible()
    expect(page.locator("[data-popover=segments] [role=checkbox]").first).to_be_focused()
    assert page.locator(".lcpq-row").bounding_box() == stood
    seen = page.evaluate("window.seen")
    assert seen == {"skeletons": 0, "moved": []}
    assert page.evaluate(KEPT) > 0.95


def test_the_age_starts_again_in_russian_too(page: Page, facts: Growing, address: str) -> None:
    facts.current = replace(facts.current, switched_at=utc_now() - timedelta(minutes=3))
    slow = _open(page, address, f"touchpoints?e={OWN}&p=2026Q2&lang=ru")
    age = page.locator(".age")
    expect(age).to_have_text("обновлено 3 мин назад")
    expect(age).to_have_attribute("title", re.compile("^Цифры с "))
    facts.next()
    expect(age).to_have_text(re.compile(r"обновлено \d+\sс назад"), timeout=SOON + slow)


def test_a_lever_keeps_what_the_hand_has_set(page: Page, facts: Growing, address: str) -> None:
    _open(page, address, f"whatif?e={OWN}&p=2026Q2&lang=en")
    lever = page.locator("#whatif-app input[type=range]").first
    lever.focus()
    page.keyboard.press("ArrowRight")
    value, base = lever.input_value(), page.locator(".page__subtitle").text_content() or ""
    facts.next()
    expect(page.locator(".page__subtitle")).not_to_have_text(base)
    lever = page.locator("#whatif-app input[type=range]").first
    expect(lever).to_have_value(value)
    expect(lever).to_be_focused()


def test_without_a_connection_a_quiet_bar_says_so_and_goes(page: Page, facts: Growing, address: str) -> None:
    _open(page, address, f"touchpoints?e={OWN}&p=2026Q2&lang=ru")
    page.route("**/live?*", lambda route: route.abort())
    bar = page.locator("#offline")
    expect(bar).to_be_visible()
    expect(bar).to_have_text("Нет связи, пробуем ещё раз")
    page.unroute_all(behavior="ignoreErrors")
    expect(bar).to_be_hidden()
    assert page.evaluate("window.seen.moved") == []
