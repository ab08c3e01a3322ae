"""The difference of two heatmaps: a hand table, what must hold for any counts, and the numbers of a textbook."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from dashboard.analytics.heatmap import Cell, Heatmap, Touched
from dashboard.analytics.heatmap_difference import contrast, map_difference
from dashboard.analytics.heatmap_shown import Measure

COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def heat(*cells: tuple[str, int, int]) -> Heatmap:
    """One stage whose cells met (channel, passed, of so many ripe customers)."""
    found = tuple(Cell("A", n, n, n, k, name, None, 1.0) for name, k, n in cells)
    n, k = sum(cell.customers for cell in found), sum(cell.passed for cell in found)
    return Heatmap(found, (Touched("A", n, n, n, k),), 90)


def test_two_maps_by_hand() -> None:
    own = heat(("site", 60, 200), ("ads", 20, 100), ("store", 9, 20), ("email", 5, 50))
    other = heat(("site", 20, 200), ("ads", 21, 100), ("store", 1, 200))
    found = map_difference(own, other, Measure.PROGRESSION)
    assert set(found.cells) == {("A", name, None) for name in ("site", "ads", "store")}
    site, ads, store = (found.cells["A", name, None] for name in ("site", "ads", "store"))
    assert (site.own, site.other, site.difference) == (0.3, 0.1, pytest.approx(0.2))
    assert site.significant
    assert site.low > 0.1
    assert not ads.significant
    assert ads.low < 0 < ads.high
    assert store.low_n
    assert not store.significant  # 20 customers prove nothing, however large the difference
    assert found.tested == 2
    assert found.stages["A"].difference == pytest.approx(94 / 370 - 42 / 500)


def test_shares_of_the_stage_can_be_taken_apart_too() -> None:
    found = map_difference(
        heat(("site", 1, 150), ("ads", 1, 50)), heat(("site", 1, 50), ("ads", 1, 150)), Measure.SHARE
    )
    assert found.cells["A", "site", None].difference == pytest.approx(0.5)
    assert found.stages == {}  # the share of the whole is one on either side


def test_many_cells_raise_the_bar() -> None:
    """A difference at p = 0.04 stands alone (10 % may be wrong), and falls among twenty where nothing is."""
    alone = map_difference(heat(("c0", 60, 200)), heat(("c0", 42, 200)), Measure.PROGRESSION)
    assert alone.cells["A", "c0", None].significant
    rest = [(f"c{number}", 50, 200) for number in range(1, 20)]
    among = map_difference(heat(("c0", 60, 200), *rest), heat(("c0", 42, 200), *rest), Measure.PROGRESSION)
    assert not any(one.significant for one in among.cells.values())


@settings(max_examples=60)
@given(own=COUNTS, other=COUNTS)
def test_a_contrast_is_the_mirror_of_its_reverse(own: tuple[int, int], other: tuple[int, int]) -> None:
    one, back = contrast(own, other), contrast(other, own)
    assert one is not None
    assert back is not None
    assert one.difference == pytest.approx(-back.difference)
    assert (one.low, one.high) == (pytest.approx(-back.high), pytest.approx(-back.low))
    assert one.low - 1e-12 <= one.difference <= one.high + 1e-12
    assert one.significant is back.significant


def test_nobody_on_a_side_is_no_difference() -> None:
    assert contrast((0, 0), (3, 9)) is None


def test_the_interval_is_newcombes_of_the_textbook() -> None:
    """Newcombe 1998, table II, method 10: 56/70 against 48/80."""
    found = contrast((56, 70), (48, 80))
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)
    pooled = 104 / 150
    z = 0.2 / (pooled * (1 - pooled) * (1 / 70 + 1 / 80)) ** 0.5
    assert found.significant is bool(2 * norm.sf(z) < 0.05)
