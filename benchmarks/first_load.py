"""What a browser waits for: the first page on an empty cache, and new numbers after a change of a filter.

Beside it in the same run, turn by turn, a bare Dash page with one chart, served and compressed in the same way; the
least of the rounds counts, since other work on the machine only ever adds.

    python benchmarks/first_load.py            a million events; prints the table
    python benchmarks/first_load.py 20000 3    fewer events, rounds
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.table import Row, at_most, written
from benchmarks.viewers import await_answer, installation, served
from benchmarks.viewers_client import ENGAGEMENT, UPDATE, Person

EVENTS, ROUNDS = 1_000_000, 5
PAGES = ("overview", "funnel", "touchpoints", "whatif", "plan", "monitor")
CHARTS = ("overview", "touchpoints", "monitor")  # pages that show a chart before anybody asks for one
PERIODS = ("2026Q2", "2026Q1", "2025Q4", "2025Q3", "2025Q2", "2025Q1")
_BARE_PORT = 8467
_BARE = """
from dash import Dash, dcc, html
from flask import Flask
from flask_compress import Compress
server = Flask("bare")
server.config.update(COMPRESS_ALGORITHM=["br", "gzip"], COMPRESS_BR_LEVEL=5)
Compress(server)
app = Dash("bare", server=server, assets_folder="/nothing")
figure = {"data": [{"type": "bar", "x": ["a", "b"], "y": [1, 2]}], "layout": {}}
app.layout = html.Div([html.H1("Bare"), dcc.Graph(figure=figure)])
"""
_SHIFT = """window.shift = 0; new PerformanceObserver((all) => all.getEntries().forEach((one) => {
  if (!one.hadRecentInput) window.shift += one.value; })).observe({type: "layout-shift", buffered: true});"""
_BUSY = "document.querySelectorAll('#main .skeleton, #main .loading, #main [data-dash-is-loading]').length"


@dataclass(frozen=True)
class Load:
    """One load on an empty cache: milliseconds to the figures, compressed bytes, how far the page jumped."""

    milliseconds: float
    size: int
    shift: float


def main() -> None:
    """Print the table."""
    given = [int(one) for one in sys.argv[1:]]
    print(written(rows(*given)))


def rows(events: int = EVENTS, rounds: int = ROUNDS) -> list[Row]:
    """Serve, open, change a filter.

    Args:
        events: of the engagement.
        rounds: how often each page is opened; the least counts.
    """
    from playwright.sync_api import sync_playwright

    from tests import chromium

    with (
        tempfile.TemporaryDirectory(prefix="journey-first-load-") as folder,
        sync_playwright() as playwright,
    ):
        person = installation(Path(folder), events)[0]
        browser = playwright.chromium.launch(
            executable_path=chromium.executable(), args=list(chromium.ARGUMENTS)
        )
        with served(Path(folder)) as (port, _), _bare(Path(folder)) as bare:
            loads = _loads(browser, f"http://127.0.0.1:{port}", bare, person, rounds)
            changes = _changes(browser, f"http://127.0.0.1:{port}", person)
        browser.close()
    return [*_load_rows(loads), *_change_rows(changes)]


def _load_rows(loads: dict[str, list[Load]]) -> list[Row]:
    least = {name: min(one.milliseconds for one in seen) for name, seen in loads.items()}
    told = []
    for page in PAGES:
        what = "with a chart" if page in CHARTS else "without a chart"
        size = min(one.size for one in loads[page]) / 1e6
        told += [
            at_most(f"first load of {page} ({what}), compressed", 1.3, size, "MB"),
            at_most(f"first load of {page} : bare one-chart page", 1.2, least[page] / least["bare"], "x"),
            at_most(f"layout shift of {page}", 0.02, min(one.shift for one in loads[page]), ""),
        ]
    size = min(one.size for one in loads["bare"]) / 1e6
    return [*told, Row("bare one-chart page, compressed", "", size, "MB", None)]


def _change_rows(changes: dict[str, list[tuple[float, int]]]) -> list[Row]:
    return [
        row
        for page, seen in changes.items()
        for row in (
            at_most(f"filter change to new numbers, {page}", 300, min(one for one, _ in seen), "ms"),
            Row(f"requests of a filter change, {page}", "", seen[0][1], "", None),
        )
    ]


def _loads(browser: Any, address: str, bare: str, person: Person, rounds: int) -> dict[str, list[Load]]:
    """Each page in turn; the first round, in which servers read and pack their files, does not count."""
    found: dict[str, list[Load]] = {}
    for turn in range(rounds + 1):
        for name in ("bare", *PAGES):
            url = bare if name == "bare" else f"{address}/{name}?e={ENGAGEMENT}&p={PERIODS[0]}"
            load = _load(browser, url, person, _drawn if name == "bare" else _settled)
            if turn:
                found.setdefault(name, []).append(load)
    return found


def _load(browser: Any, url: str, person: Person, wait: Callable[[Any], None]) -> Load:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    _known(context, url, person)
    page = context.new_page()
    sizes: list[int] = []
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda one: sizes.append(int(one["encodedDataLength"])))
    page.add_init_script(_SHIFT)
    begin = time.perf_counter()
    page.goto(url, wait_until="commit")
    wait(page)
    passed = (time.perf_counter() - begin) * 1e3
    page.wait_for_load_state("networkidle")
    while page.evaluate("!window.Plotly && !!document.querySelector('.dash-graph')"):
        page.wait_for_timeout(50)  # a chart below is still on its way: its bytes count
    page.wait_for_timeout(300)
    load = Load(passed, sum(sizes), page.evaluate("window.shift"))
    context.close()
    return load


def _known(context: Any, url: str, person: Person) -> None:
    name, _, value = person.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": url.split("?")[0]}])


def _drawn(page: Any) -> None:
    page.locator(".main-svg").first.wait_for()


def _settled(page: Any) -> None:
    """Until every card has its figures."""
    page.locator("#main h1").first.wait_for()
    while page.evaluate(_BUSY):
        page.wait_for_timeout(10)


def _changes(browser: Any, address: str, person: Person) -> dict[str, list[tuple[float, int]]]:
    """Milliseconds from another period in the address to the last card's answer, and what was asked for it."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    _known(context, address, person)
    found: dict[str, list[tuple[float, int]]] = {}
    for name in ("overview", "funnel", "touchpoints"):
        page = context.new_page()
        page.goto(f"{address}/{name}?e={ENGAGEMENT}&p={PERIODS[0]}")
        _settled(page)
        page.wait_for_load_state("networkidle")
        for period in PERIODS[1:]:
            found.setdefault(name, []).append(_change(page, f"/{name}?e={ENGAGEMENT}&p={period}"))
        page.close()
    context.close()
    return found


def _change(page: Any, target: str) -> tuple[float, int]:
    asked: list[Any] = []
    ended: list[float] = []
    seen = (
        ("request", lambda one: asked.append(one) if UPDATE in one.url else None),
        ("requestfinished", lambda one: ended.append(time.perf_counter()) if UPDATE in one.url else None),
    )
    for event, listener in seen:
        page.on(event, listener)
    begin = time.perf_counter()
    page.evaluate("target => JourneyAddress.go(target)", target)
    while len(ended) < len(asked) or time.perf_counter() - max([begin, *ended]) < 0.5:
        page.wait_for_timeout(20)
    for event, listener in seen:
        page.remove_listener(event, listener)
    return (max(ended) - begin) * 1e3, len(asked)


@contextmanager
def _bare(folder: Path) -> Iterator[str]:
    """The bare page behind the same server program, with the same processes and threads."""
    (folder / "bare_page.py").write_text(_BARE)
    command = [sys.executable, "-m", "gunicorn", "-k", "gthread", "-w", "2", "--threads", "4"]
    command += ["--log-level", "error", "-b", f"127.0.0.1:{_BARE_PORT}", "bare_page:server"]
    server = subprocess.Popen(command, cwd=folder)
    try:
        await_answer(_BARE_PORT, "/")
        yield f"http://127.0.0.1:{_BARE_PORT}/"
    finally:
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    main()
