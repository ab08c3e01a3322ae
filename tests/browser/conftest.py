"""The real browser, and the small product that most of them look at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from app import create_app
from commands.demo_plan import plan_demo
from commands.demo_watch import watch_demo
from dashboard.settings import Settings
from data_access.scope import Role
from data_access.state import engagements, users
from data_access.state.engine import state_engine
from tests import chromium
from tests.browser.live import served
from tests.web import PASSWORD, Site, make_site

ONE_PROCESS = "--renderer-process-limit=1"  # for the pages of a context, see `still_context`
expect.set_options(timeout=30_000)  # a busy machine is no defect


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium without a window, one for all files here: Playwright allows one at a time, and others start theirs."""
    path = chromium.executable()  # asks Playwright itself where nothing is installed
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=[*chromium.ARGUMENTS, ONE_PROCESS])
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


@pytest.fixture(scope="session")
def demo_site(demo_settings: Settings) -> Site:
    """The small demo with its plan; a consultant has another client beside it, without data so far."""
    state = state_engine(demo_settings)
    engagements.add(state, "other", "Another client")
    names = {Role.EXECUTIVE: "Анна Ковалёва", Role.MARKETER: "Игорь Сафин", Role.CONSULTANT: "Олег Седов"}
    for role, name in names.items():
        mine = ("demo", "other") if role is Role.CONSULTANT else ("demo",)
        users.add_user(state, str(role), name, role, PASSWORD, engagements=mine)
    plan_demo(demo_settings, state)
    watch_demo(demo_settings, state)
    return Site(create_app(demo_settings), demo_settings, state)


@pytest.fixture(scope="module")
def demo_address(demo_site: Site) -> Iterator[str]:
    """Where the demo answers."""
    with served(demo_site) as url:
        yield url
