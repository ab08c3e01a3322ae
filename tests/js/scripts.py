"""Run files of assets/js away from any page: in Chromium, and in Node where it is installed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import sync_playwright

from tests import chromium

SCRIPTS = Path(__file__).parents[2] / "assets" / "js"


class Runner(Protocol):
    """Calls a JavaScript function of one argument after the files were loaded."""

    def __call__(self, function: str, argument: Any, *files: str) -> Any:
        """Value of `function(argument)`, through JSON."""
        ...


@contextmanager
def in_chromium() -> Iterator[Runner]:
    """An empty page of a real browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.executable(), args=list(chromium.ARGUMENTS)
        )
        page = browser.new_page()

        def run(function: str, argument: Any, *files: str) -> Any:
            page.goto("about:blank")
            for name in files:
                page.add_script_tag(path=SCRIPTS / name)
            return json.loads(
                page.evaluate(f"(argument) => JSON.stringify(({function})(argument))", argument)
            )

        yield run
        browser.close()


def in_node(function: str, argument: Any, *files: str) -> Any:
    """The same in Node: the files alone, without a document."""
    loads = "".join(f"require({json.dumps(str(SCRIPTS / name))});" for name in files)
    program = (
        f"{loads}const given = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        f"console.log(JSON.stringify(({function})(given)));"
    )
    done = subprocess.run(
        ["node", "-e", program], input=json.dumps(argument), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)
