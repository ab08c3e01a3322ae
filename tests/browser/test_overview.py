"""The overview in a real browser: the answer above the fold, and what each card can do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.live import served, sign_in
from tests.web import OWN, Site, make_site

expect.set_options(timeout=30_000)  # a busy machine is no defect
HOME = f"/overview?e={OWN}"
CARDS = ("hero", "equation", "bridge", "ranking", "segments", "trend", "way")
WORDS = {
    "en": ("Why revenue changed", "How is this number made", "SQL as it ran", "Q2 2026"),
    "ru": (
        "Почему изменилась выручка",
        "Как получено это число",
        "SQL, как он выполнялся",
        "II квартал 2026",
    ),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return make_site(tmp_path_factory.mktemp("overview"))


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    with served(site) as url:
        yield url


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda line: said.append(line.text) if line.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: said.append(str(error)))
    sign_in(opened, address, "executive")
    yield opened
    context.close()
    assert said == []


def opened(page: Page, address: str, language: str) -> None:
    page.goto(f"{address}{HOME}&lang={language}")
    expect(page.locator(".page--overview .card-tools")).to_have_count(len(CARDS))
    expect(page.locator(".loading")).to_have_count(0)


def test_the_worst_place_and_its_money_stand_above_the_fold(page: Page, address: str) -> None:
    for width, height in ((1440, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        opened(page, address, "ru")
        lowest = 0.0
        for part in (".hero__money", ".hero__sentence", ".hero .button--primary"):
            box = page.locator(part).bounding_box()
            assert box is not None
            lowest = max(lowest, box["y"] + box["height"])
        bar = page.locator(".bottom").bounding_box()
        assert lowest < (bar["y"] if bar and bar["height"] else height)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        shown = page.locator(".bridge__list" if width == 390 else ".bridge__chart")
        expect(shown).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 900})


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_card_becomes_files_and_says_how_it_was_made(
    page: Page, address: str, language: str, tmp_path: Path
) -> None:
    change, how, sql, period = WORDS[language]
    opened(page, address, language)
    card = page.locator(".card", has_text=change)
    files = {}
    for kind in ("CSV", "XLSX", "PNG", "SVG"):
        card.locator(".card-tools summary").click()
        with page.expect_download() as download:
            card.locator(".menu__item", has_text=kind).click()
        files[kind] = tmp_path / f"card.{kind}"
        download.value.save_as(files[kind])
    assert period in files["CSV"].read_text(encoding="utf-8-sig").replace("\u00a0", " ")
    assert files["XLSX"].read_bytes()[:2] == b"PK"
    assert files["PNG"].read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    drawing = files["SVG"].read_text(encoding="utf-8").replace("\u00a0", " ")
    assert period in drawing
    assert change in drawing
    assert "data:image/svg+xml" in drawing  # the chart inside
    card.locator(".card-tools summary").press("Enter")
    card.locator("[data-how]").press("Enter")
    panel = page.get_by_role("dialog", name=how)
    expect(panel.locator("summary")).to_have_text(sql)
    panel.locator("summary").click()
    expect(panel.locator("pre").first).to_contain_text("SELECT")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_the_next_visit_begins_with_a_line_and_a_comparison_is_one_click_away(
    page: Page, address: str
) -> None:
    opened(page, address, "en")
    expect(page.locator(".visit")).to_contain_text("From your next visit on")
    page.goto(f"{address}{HOME}&c=none&lang=en")
    page.get_by_role("link", name="Compare with the period before").click()
    expect(page).to_have_url(re.compile("c=prev"))
    expect(page.locator("#overview-bridge-graph .bars path")).to_have_count(6)
