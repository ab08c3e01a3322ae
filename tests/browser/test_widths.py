"""A window of any width: nothing is cut off or sticks out, with the long words of Russian and the names of the demo."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, TimeoutError, expect

from tests.browser.live import quiet_page, sign_in
from tests.browser.test_walk import PERIOD, loaded
from tests.thorough import first_now

WIDTHS = (1440, 1280, 1200, 1024, 800, 390)
PLACES = ("overview", "funnel", "touchpoints", "whatif", "plan", "plan?tab=chains", "monitor")
FITS = "width => document.documentElement.scrollWidth <= width"
# parts of a frame (whatever has a border or a ground of its own) that reach beyond it, where nothing scrolls or hides
STICKING_OUT = """() => {
  const frames = (node) => {
    const found = [];
    for (let at = node.parentElement; at && at.id !== 'main'; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.overflowX !== 'visible') return [];
      if (style.borderRightWidth !== '0px' || style.backgroundColor !== 'rgba(0, 0, 0, 0)') found.push(at);
    }
    return found;
  };
  return [...document.querySelectorAll('#main *')].filter((node) => {
    const box = node.getBoundingClientRect();
    const away = ['absolute', 'fixed'].includes(getComputedStyle(node).position);
    if (!box.width || !box.height || away || node.closest('svg, .js-plotly-plot')) return false;
    return frames(node).some((frame) => {
      const edge = frame.getBoundingClientRect();
      return box.right > edge.right + 1 || box.left < edge.left - 1;
    });
  }).map((node) => `${node.className}: ${node.textContent.slice(0, 40)}`);
}"""


@pytest.mark.parametrize("place", first_now(PLACES, now=2))
def test_nothing_is_cut_off_or_sticks_out(browser: Browser, demo_address: str, place: str) -> None:
    found = []
    with quiet_page(browser) as page:
        sign_in(page, demo_address, "marketer")
        page.goto(f"{demo_address}/{place}{'&' if '?' in place else '?'}e=demo&p={PERIOD}&lang=ru")
        expect(page.locator("h1")).to_be_visible()
        loaded(page)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            try:  # charts follow the window a moment later
                page.wait_for_function(FITS, arg=width, timeout=3000)
            except TimeoutError:
                found.append(f"{width}: the page scrolls sideways")
            found += [f"{width}: {part}" for part in page.evaluate(STICKING_OUT)]
    assert found == []
