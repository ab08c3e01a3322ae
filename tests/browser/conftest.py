"""The real browser of a file of tests, and the small product that most of them look at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests import chromium
from tests.browser.live import served
from tests.web import Site, make_site

expect.set_options(timeout=30_000)  # a busy machine is no defect


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window: Playwright allows one at a time in a process."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium.executable(), args=list(chromium.ARGUMENTS)
        )
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """People of every role and the facts that all tests share; a file of tests has its own people."""
    return make_site(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    """Where it answers."""
    with served(site) as url:
        yield url
