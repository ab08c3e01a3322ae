"""Where the scripts run: Chromium always, Node as well where it is installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.js import scripts

PLACES = ["chromium", *(["node"] if shutil.which("node") else [])]


@pytest.fixture(scope="module")
def chromium_runner() -> Iterator[scripts.Runner]:
    """One browser for a file of tests: Playwright allows one at a time, and other files start their own."""
    with scripts.in_chromium() as run:
        yield run


@pytest.fixture(params=PLACES)
def run(request: pytest.FixtureRequest, chromium_runner: scripts.Runner) -> scripts.Runner:
    """Calls a JavaScript function after loading files of assets/js."""
    return chromium_runner if request.param == "chromium" else scripts.in_node
