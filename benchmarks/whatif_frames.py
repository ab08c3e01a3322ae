"""Does the what-if follow the hand? Time between frames while a lever is dragged, beside an empty page of the same run.

For 6 stages x 8 segments and for 11 x 12, in Chromium: the middle and the slowest twentieth of the intervals divided by
those of an empty page over which the same mouse moves, and the requests made meanwhile.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

import sqlalchemy as sa
from playwright.sync_api import Browser, Page, sync_playwright

if TYPE_CHECKING:
    from data_access.facts import EngineFacts

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.table import Row, beside, written

MOVES = 240
SIZES = {"6 stages x 8 segments": ("loop6", 8), "11 stages x 12 segments": ("goals11", 12)}
PERIOD = "2026Q2"
FRAMES = """() => { window.seen = []; const tick = (now) => { window.seen.push(now); requestAnimationFrame(tick); };
  requestAnimationFrame(tick); }"""


def main() -> None:
    """Print the table."""
    print(written(rows()))


def rows() -> list[Row]:
    """Serve both sizes, drag."""
    from tests import chromium

    told: list[Row] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.executable(), args=list(chromium.ARGUMENTS)
        )
        for name, (model, segments) in SIZES.items():
            with tempfile.TemporaryDirectory() as folder, site(Path(folder), model, segments) as address:
                (middle, late), requests = measured(browser, address)
            told += [
                beside("frames while a lever is dragged, the middle one : empty page", middle, f": {name}"),
                Row(f"frames while a lever is dragged, 95 % : empty page: {name}", "", late, "x", None),
                beside("requests while a lever is dragged", requests, f": {name}"),
            ]
        browser.close()
    return told


@contextmanager
def site(folder: Path, model: str, segments: int) -> Iterator[str]:
    """The product on a port, with an engagement of that size."""
    from app import create_app
    from tests.browser.live import served
    from tests.web import OWN, ManyFacts, Site, make_site

    base = make_site(folder)
    app = create_app(base.settings, ManyFacts({OWN: facts(folder, model, segments)}))
    with served(Site(app, base.settings, base.state)) as address:
        yield address


def facts(folder: Path, model: str, segments: int) -> EngineFacts:
    """3000 customers over nine months; each goes on from a stage to the next by the chance of its segment."""
    from dashboard.journey.stages import preset
    from tests.facts import Event, Sale, load
    from tests.web import FIRST_DAY, OWN

    chance, stages = random.Random(8), preset(model)  # noqa: S311 - can be made again, no secret
    place = stages.keys.index(stages.deal.key)
    events, sales, whose = [], [], {}
    for number in range(3000):
        customer, day = f"c{number}", FIRST_DAY + timedelta(hours=number * 2.1)
        one = number % segments
        whose[customer] = f"Segment {one + 1}"
        for step, key in enumerate(stages.keys):
            if step and chance.random() > 0.72 + 0.02 * (one % 8):
                break
            if step == place:
                sales.append(Sale(customer, day, 20_000 + number * 7 + 900 * one, f"t{number}"))
            elif stages.stage(key).nth_deal:
                sales.append(Sale(customer, day, 14_000 + number, f"r{number}"))
            else:
                events.append(Event(customer, key, day, "site"))
            day += timedelta(days=3)
    engine = sa.create_engine(f"duckdb:///{folder / 'size'}.duckdb")
    return load(engine, events, sales, model=stages, segments=whose, zone="Europe/Moscow", engagement=OWN)


def measured(browser: Browser, address: str) -> tuple[tuple[float, float], int]:
    """Middle and 95 % of the intervals, as ratios to an empty page; requests while dragging."""
    from tests.browser.live import sign_in
    from tests.web import OWN

    context = browser.new_context(viewport={"width": 1440, "height": 925})
    page = context.new_page()
    sign_in(page, address, "consultant")
    page.goto(f"{address}/whatif?e={OWN}&p={PERIOD}")
    page.locator(".tornado__end").first.wait_for()
    page.wait_for_load_state("networkidle")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url) if "/live?" not in request.url else None)
    box = page.locator(".lever__range").first.bounding_box()
    assert box is not None
    seen = _both(intervals(page, box["x"], box["y"] + box["height"] / 2, box["width"]))
    asked = len(requests)
    page.mouse.up()
    empty = context.new_page()
    empty.set_content("<!doctype html><body></body>")
    still = _both(intervals(empty, box["x"], box["y"], box["width"]))
    context.close()
    return (seen[0] / still[0], seen[1] / still[1]), asked


def intervals(page: Page, left: float, middle: float, width: float) -> list[float]:
    """Milliseconds between frames while the mouse holds and pulls to and fro; it does not let go."""
    page.evaluate(FRAMES)
    page.mouse.move(left + width / 2, middle)
    page.mouse.down()
    page.evaluate("window.seen.length = 0")
    for move in range(MOVES):
        share = 0.5 + 0.45 * (1 if (move // 60) % 2 else -1) * ((move % 60) / 60)
        page.mouse.move(left + width * share, middle)
    return [after - before for before, after in pairwise(page.evaluate("window.seen"))]


def _both(times: list[float]) -> tuple[float, float]:
    return median(times), quantiles(times, n=20)[-1]


if __name__ == "__main__":
    main()
