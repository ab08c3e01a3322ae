"""Day one in a real browser: from the demo's bar to the first funnel of one's own export, with nothing but "next"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.live import PHONE, quiet_page, served, sign_in, violations
from tests.exports import sample
from tests.source import ROOT
from tests.thorough import first_now
from tests.web import OWN, Site, importing_site

EXPORTS = ROOT / "examples" / "exports"
PATIENCE = 60_000  # ms for a task of the import on a busy machine
MOST_CLICKS = 6  # from the demo's overview to the funnel page of the own data, the file's choice included


@dataclass
class Walk:
    """A new user's hand: every click is counted."""

    page: Page
    clicks: list[str] = field(default_factory=list)

    def click(self, name: str, role: Literal["link", "button"] = "link") -> None:
        self.page.get_by_role(role, name=name, exact=True).click()
        self.clicks.append(name)

    def choose(self, *files: str) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.page.locator(".drop__zone").click()
        chooser.value.set_files([EXPORTS / file for file in files])
        self.clicks.append("files")


@pytest.fixture(scope="module", params=first_now(["ru", "en"]))
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, language: str) -> Site:
    return importing_site(tmp_path_factory.mktemp(f"day-one-{language}"), language, demo=True)


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    with served(site) as url:
        yield url


WORDS = {
    "ru": (
        "Загрузить свои",
        "Дальше: этапы",
        "Дальше: проверка",
        "Импортировать",
        "Ваша первая воронка",
        "Найти главное узкое место",
    ),
    "en": (
        "Load your own",
        "Next: stages",
        "Next: check",
        "Import these data",
        "Your first funnel",
        "Find the worst bottleneck",
    ),
}
SAMPLES = {"ru": "amocrm_csv", "en": "hubspot_csv"}


def test_from_the_demo_to_ones_own_funnel(browser: Browser, address: str, language: str) -> None:
    own, stages, check, bring, funnel, worst = WORDS[language]
    export = sample(SAMPLES[language])
    truth = export.expected
    with quiet_page(browser) as page:
        sign_in(page, address, "marketer")
        walk = Walk(page)
        page.goto(f"{address}/overview?e={OWN}")
        walk.click(own)
        walk.choose(*export.files)
        expect(page.locator(".columns").first).to_be_visible(timeout=PATIENCE)
        page.locator(".columns").first.evaluate("drawn => { drawn.dataset.met = 'yes'; }")
        assert violations(page) == []
        expect(page.locator("[data-met]")).to_be_visible()  # under a hand nothing is drawn anew by itself
        walk.click(stages)
        expect(page.locator(".choice select").first).to_be_visible()
        assert violations(page) == []
        walk.click(check)
        expect(page.locator(".report")).to_be_visible(timeout=PATIENCE)
        money = page.locator(".outlook dd").nth(3).inner_text()
        assert (
            Decimal(re.sub(r"[^\d.]", "", money.replace(",", "." if language == "ru" else ""))) == truth.total
        )
        walk.click(bring, "button")
        expect(page.get_by_role("heading", name=funnel)).to_be_visible(timeout=PATIENCE)
        assert violations(page) == []
        assert page.locator(".first__count").first.inner_text() == str(truth.customers)
        page.get_by_role("link", name=re.compile(worst)).click()
        walk.clicks.append(worst)
        expect(page).to_have_url(re.compile(r"/funnel\?e=own&p=all"))
        expect(page.locator("h1")).to_be_visible()
        assert len(walk.clicks) - 1 <= MOST_CLICKS


def test_an_import_is_left_and_taken_up_again_on_a_phone(
    browser: Browser, address: str, language: str
) -> None:
    with quiet_page(browser, viewport=PHONE) as page:
        sign_in(page, address, "consultant")
        page.goto(f"{address}/data?e={OWN}")
        walk = Walk(page)
        walk.choose("kommo_export_leads.csv")
        expect(page.locator(".columns").first).to_be_visible(timeout=PATIENCE)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0
        draft = re.search(r"draft=(\d+)", page.url)
        engagement = re.search(r"e=([a-z0-9-]+)", page.url)
        assert draft
        assert engagement
        select = page.locator(".columns select").first
        label = str(select.get_attribute("aria-label"))
        select.select_option("attribute")
        again = page.get_by_label(label, exact=True)
        expect(again).to_have_value("attribute")
        page.goto(f"{address}/data?e={engagement[1]}")
        page.get_by_role("link", name=re.compile("kommo_export_leads.csv")).click()
        expect(page.get_by_label(label, exact=True)).to_have_value("attribute")
        assert draft[0] in page.url
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{address}/data?e={engagement[1]}")
        page.locator(".files__row button").click()
        expect(page.locator(".files__row")).to_have_count(0)
