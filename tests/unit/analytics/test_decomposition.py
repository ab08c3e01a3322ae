"""DOMAIN section 3, revenue bridge: golden values of both methods, and sums that hold."""

from __future__ import annotations

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.analytics.decomposition import _shapley, contributions

BEFORE = (1000, 0.10, 5000, 1.2)
AFTER = (1100, 0.09, 5500, 1.3)


def test_domain_3_lmdi_golden() -> None:
    effects = contributions(BEFORE, AFTER)
    assert effects == pytest.approx((62_184.18, -68_741.42, 62_184.18, 52_223.07), abs=0.005)
    assert sum(effects) == pytest.approx(707_850 - 600_000, abs=1e-6)


def test_domain_3_shapley_golden() -> None:
    effects = _shapley(BEFORE, AFTER)
    assert effects == pytest.approx((62_287.50, -69_045.83, 62_287.50, 52_320.83), abs=0.005)
    assert sum(effects) == pytest.approx(107_850, abs=1e-6)


def test_a_factor_of_zero_takes_shapley_and_keeps_the_sum() -> None:
    effects = contributions((1000, 0.1, 500, 1.2), (0, 0.1, 500, 1.2))
    assert effects == pytest.approx((-60_000, 0, 0, 0))


def test_nothing_moved_is_nothing_explained() -> None:
    assert contributions(BEFORE, BEFORE) == (0, 0, 0, 0)


FACTOR = st.floats(-1e4, 1e4).filter(lambda factor: factor == 0 or abs(factor) > 1e-6)


@given(st.lists(st.tuples(FACTOR, FACTOR), min_size=4, max_size=4))
def test_parts_add_up_to_the_change(pairs: list[tuple[float, float]]) -> None:
    before, after = zip(*pairs, strict=True)
    size = max(abs(prod(before)), abs(prod(after)), *(abs(part) for part in contributions(before, after)))
    change = prod(after) - prod(before)
    assert sum(contributions(before, after)) == pytest.approx(change, abs=1e-9 * size + 1e-9)
