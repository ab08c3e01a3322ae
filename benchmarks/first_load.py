"""What a browser waits for: the first page on an empty cache, and new numbers after a change of a filter.

Beside it in the same run, turn by turn, a bare Dash page with one chart, whose files are packed once as ours are; the
least of the rounds counts, since other work on the machine only ever adds.

    python benchmarks/first_load.py            a million events; prints the table
    python benchmarks/first_load.py 20000 3    fewer events, rounds
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.goals import BARE
from benchmarks.table import Row, beside, written
from benchmarks.viewers import (
    FIGURES,
    PATIENCE,
    asked_by,
    await_answer,
    free_port,
    installation,
    served,
    stopped,
)
from benchmarks.viewers_client import ENGAGEMENT, Person

EVENTS, ROUNDS = 1_000_000, 5
PAGES = ("overview", "funnel", "touchpoints", "whatif", "plan", "monitor")
CHARTS = ("overview", "touchpoints", "monitor")  # pages that show a chart before anybody asks for one
CHANGED = ("overview", "funnel", "touchpoints")
PERIODS = ("2026Q2", "2026Q1", "2025Q4", "2025Q3", "2025Q2", "2025Q1")
_BARE = """
from dash import Dash, dcc, html
from flask import Flask
from flask_compress import Compress, DictCache
server = Flask("bare")
server.config.update(COMPRESS_ALGORITHM=["br", "gzip"], COMPRESS_BR_LEVEL=9, COMPRESS_CACHE_BACKEND=DictCache,
    COMPRESS_CACHE_KEY=lambda request: request.path)
Compress(server)
app = Dash("bare", server=server, assets_folder="/nothing")
figure = {"data": [{"type": "bar", "x": ["a", "b"], "y": [1, 2]}], "layout": {}}
app.layout = html.Div([html.H1("Bare"), dcc.Graph(figure=figure)])
"""
_SHIFT = """window.shift = 0; new PerformanceObserver((all) => all.getEntries().forEach((one) => {
  if (!one.hadRecentInput) window.shift += one.value; })).observe({type: "layout-shift", buffered: true});"""
_PLOTLY = (
    "() => window.Plotly || !document.querySelector('.dash-graph')"  # a chart below the fold loads it too
)
_CHART = "() => document.querySelector('.dash-graph .main-svg')"
_CHARTS = """() => [...document.querySelectorAll('.dash-graph')].every(
  (one) => one.getBoundingClientRect().top > innerHeight || one.querySelector('.main-svg'))"""


@dataclass(frozen=True)
class Load:
    """One load on an empty cache.

    Attributes:
        figures: milliseconds until every card has its figures.
        charts: milliseconds until the charts that can be seen are drawn, too.
        size: compressed bytes of all files and answers.
        shift: how far the page jumped (the browser's own measure).
    """

    figures: float
    charts: float
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
    bare = min(one.charts for one in loads["bare"])
    told = []
    for page in PAGES:
        seen, chart = loads[page], page in CHARTS
        size = min(one.size for one in seen) / 1e6
        figures, charts = min(one.figures for one in seen), min(one.charts for one in seen)
        what = "with a chart" if chart else "without a chart"
        told.append(beside("first load, compressed", size, f": {page} ({what})"))
        told.append(beside(f"first load, figures : {BARE}", figures / bare, f": {page}"))
        if chart:
            told.append(Row(f"first load, charts too : {BARE}: {page}", "", charts / bare, "x", None))
        told.append(beside("layout shift", max(one.shift for one in seen), f": {page}"))
    size = min(one.size for one in loads["bare"]) / 1e6
    return [
        *told,
        Row(f"{BARE}, compressed", "", size, "MB", None),
        Row(f"{BARE}, chart", "", bare, "ms", None),
    ]


def _change_rows(changes: dict[str, list[tuple[float, int]]]) -> list[Row]:
    return [
        row
        for page, seen in changes.items()
        for row in (
            beside("filter change to new numbers", min(one for one, _ in seen), f": {page}"),
            Row(f"requests of a filter change, {page}", "", seen[0][1], "", None),
        )
    ]


def _loads(browser: Any, address: str, bare: str, person: Person, rounds: int) -> dict[str, list[Load]]:
    """Each page in turn; the first round, in which servers read and pack their files, does not count."""
    found: dict[str, list[Load]] = {}
    for turn in range(rounds + 1):
        for name in ("bare", *PAGES):
            url = bare if name == "bare" else f"{address}/{name}?e={ENGAGEMENT}&p={PERIODS[0]}"
            load = _load(browser, url, person, _CHART if name == "bare" else FIGURES)
            if turn:
                found.setdefault(name, []).append(load)
    return found


def _load(browser: Any, url: str, person: Person, figures: str) -> Load:
    context = _context(browser, url, person)
    page = context.new_page()
    sizes: list[int] = []
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda one: sizes.append(int(one["encodedDataLength"])))
    page.add_init_script(_SHIFT)
    begin = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_function(figures)
    seen = (time.perf_counter() - begin) * 1e3
    page.wait_for_function(_CHARTS)
    drawn = (time.perf_counter() - begin) * 1e3
    page.wait_for_load_state("networkidle")
    page.wait_for_function(_PLOTLY)
    page.wait_for_timeout(300)  # what jumps late is seen, too
    load = Load(seen, drawn, sum(sizes), page.evaluate("window.shift"))
    context.close()
    return load


def _context(browser: Any, url: str, person: Person) -> Any:
    """A browser that has nothing yet but the session."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE * 1e3)
    name, _, value = person.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": url.split("?")[0]}])
    return context


def _changes(browser: Any, address: str, person: Person) -> dict[str, list[tuple[float, int]]]:
    """Milliseconds from another period in the address to the last card's answer, and what was asked for it."""
    context = _context(browser, address, person)
    found: dict[str, list[tuple[float, int]]] = {}
    for name in CHANGED:
        page = context.new_page()
        page.goto(f"{address}/{name}?e={ENGAGEMENT}&p={PERIODS[0]}")
        page.wait_for_function(FIGURES)
        page.wait_for_load_state("networkidle")
        for period in PERIODS[1:]:
            asked, milliseconds = asked_by(page, f"/{name}?e={ENGAGEMENT}&p={period}", f"p={period}")
            found.setdefault(name, []).append((milliseconds, len(asked)))
        page.close()
    context.close()
    return found


@contextmanager
def _bare(folder: Path) -> Iterator[str]:
    """The bare page behind the same server program; one process, so that a file is packed once."""
    (folder / "bare_page.py").write_text(_BARE)
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-k", "gthread", "-w", "1", "--threads", "8"]
    command += ["--log-level", "error", "-b", f"127.0.0.1:{port}", "bare_page:server"]
    server = subprocess.Popen(command, cwd=folder)
    try:
        await_answer(port, "/")
        yield f"http://127.0.0.1:{port}/"
    finally:
        stopped(server)


if __name__ == "__main__":
    main()
