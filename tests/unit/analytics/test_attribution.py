"""Attribution models on the paths of the contract, and what every model keeps."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analytics.attribution import RULES, Path, attribution, credits, read_paths
from dashboard.analytics.markov import Step, removal
from dashboard.journey.query import Attribution

A, B, C = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Told(Path):
    """A path with those who went the same way and bought nothing."""

    lost: float = 0.0


GOLDEN = (
    Told((A, B), sales=30),
    Told((A,), lost=70),
    Told((B,), sales=20, lost=40),
    Told((A, C, B), sales=10),
    Told((C,), lost=30),
)


def chain(paths: tuple[Told, ...] | list[Told]) -> tuple[list[tuple[tuple[int, ...], float]], list[Step]]:
    """What the Markov model reads: paths to sales, and the steps of those who bought nothing."""
    steps = [
        Step(cell, target, place == 0, path.lost)
        for path in paths
        if path.lost
        for place, (cell, target) in enumerate(zip(path.cells, [*path.cells[1:], None], strict=True))
    ]
    return [(path.cells, path.sales) for path in paths], steps


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (Attribution.FIRST, (40, 20, 0)),
        (Attribution.LAST, (0, 60, 0)),
        (Attribution.LAST_NON_DIRECT, (0, 60, 0)),
        (Attribution.LINEAR, (18.33, 38.33, 3.33)),
        (Attribution.SHAPLEY, (18.33, 38.33, 3.33)),
        (Attribution.POSITION, (19, 39, 2)),
    ],
)
def test_domain_5_golden_credit(model: Attribution, expected: tuple[float, ...]) -> None:
    found, _ = credits(GOLDEN, model)
    assert [found.get(cell, 0) for cell in (A, B, C)] == pytest.approx(expected, abs=0.005)


def test_domain_5_golden_markov_removal() -> None:
    found = removal(*chain(GOLDEN))
    assert found.base == pytest.approx(0.300)
    assert [found.effects[cell] for cell in (A, B, C)] == pytest.approx([0.325, 1.0, 0.100])
    whole = sum(found.effects.values())
    credited = [60 * found.effects[cell] / whole for cell in (A, B, C)]
    assert credited == pytest.approx([13.68, 42.11, 4.21], abs=0.005)


def test_direct_visits_are_passed_over_unless_there_is_nothing_else() -> None:
    paths = [Path((A, B, C), sales=1), Path((C, C), sales=2), Path((A, C, B), sales=4)]
    assert credits(paths, Attribution.LAST_NON_DIRECT, {C})[0] == {B: 5, C: 2}


def test_positions_of_short_and_long_paths() -> None:
    assert credits([Path((A,), sales=10)], Attribution.POSITION)[0] == {A: 10}
    assert credits([Path((A, B), sales=10)], Attribution.POSITION)[0] == {A: 5, B: 5}
    long, _ = credits([Path((A, B, C, A), sales=10)], Attribution.POSITION)
    assert long == pytest.approx({A: 8, B: 1, C: 1})


paths = st.lists(
    st.builds(
        Told,
        cells=st.lists(st.integers(1, 4), min_size=1, max_size=5).map(tuple),
        sales=st.integers(0, 20).map(float),
        lost=st.integers(0, 20).map(float),
        revenue=st.integers(-50, 500).map(float),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(paths)
def test_every_model_credits_every_sale_once(found: list[Path]) -> None:
    sales, revenue = sum(path.sales for path in found), sum(path.revenue for path in found)
    for model in RULES:
        credited, earned = credits(found, model)
        assert sum(credited.values()) == pytest.approx(sales)
        assert sum(earned.values()) == pytest.approx(revenue)


def value(coalition: set[int], found: list[Path]) -> float:
    return sum(path.sales for path in found if set(path.cells) <= coalition)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(paths)
def test_shapley_is_the_mean_over_all_orders_of_arrival(found: list[Path]) -> None:
    players = sorted({cell for path in found for cell in path.cells})
    slow = dict.fromkeys(players, 0.0)
    orders = list(permutations(players))
    for order in orders:
        for place, cell in enumerate(order):
            gained = value(set(order[: place + 1]), found) - value(set(order[:place]), found)
            slow[cell] += gained / len(orders)
    fast, _ = credits(found, Attribution.SHAPLEY)
    assert {cell: fast.get(cell, 0.0) for cell in players} == pytest.approx(slow)


def walked(found: list[Told], without: int | None) -> float:
    """Probability of a sale by walking the pooled chain for long, `without` leading to "lost"."""
    out: dict[int | str, dict[int | str, float]] = {}
    for path in found:
        steps = ["start", *path.cells]
        for origin, target in zip(steps, [*path.cells, None], strict=True):
            for end, people in (("bought", path.sales), ("lost", path.lost)):
                row = out.setdefault(origin, {})
                row[target or end] = row.get(target or end, 0.0) + people
    at: dict[int | str, float] = {"start": 1.0}
    sold = 0.0
    for _ in range(3000):
        following: dict[int | str, float] = {}
        for state, mass in at.items():
            whole = sum(out[state].values())
            for target, people in out[state].items():
                share = mass * people / whole if whole else 0.0
                if target == "bought":
                    sold += share
                elif target != "lost" and target != without:
                    following[target] = following.get(target, 0.0) + share
        at = following
    return sold


@settings(max_examples=10, deadline=None, derandomize=True)
@given(paths)
def test_removal_agrees_with_walking_the_chain(found: list[Told]) -> None:
    answer = removal(*chain(found))
    kept = [path for path in found if path.sales + path.lost]
    if not sum(path.sales for path in kept):
        assert answer.effects == {}
        return
    base = walked(kept, None)
    assert answer.base == pytest.approx(base)
    for cell, effect in answer.effects.items():
        assert effect == pytest.approx(1 - walked(kept, cell) / base, abs=1e-9)


def frame_of(rows: list[tuple[str, str | None, int, float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["outcome", "path", "people", "revenue"])


def lost_of(*rows: tuple[int, int | None, int, int]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["cell", "target", "begins", "people"])


def test_models_stand_side_by_side_and_add_up_with_the_row_no_touch() -> None:
    cells = pd.DataFrame({"cell": [1, 2], "stage": ["A", "B"], "channel": ["site", "direct"]})
    table = frame_of([("first", "1,2", 2, 20), ("more", "2", 1, -5), ("first", None, 1, 7)])
    decay = pd.DataFrame({"cell": [1, 2], "sales": [0.5, 1.5], "revenue": [5.0, 10.0]})
    found = attribution(cells, table, decay, lost_of((1, None, 1, 3)))
    assert (found.sales, found.revenue, found.lost) == (3, 22, 3)
    assert [cell.place.channel if cell.place else None for cell in found.cells] == ["site", "direct", None]
    for model in Attribution:
        assert sum(cell.sales[model] for cell in found.cells) == pytest.approx(3)
        assert sum(cell.revenue[model] for cell in found.cells) == pytest.approx(22)
    # 5 journeys start at the site, 2 of them go on and all of these buy: without either cell nothing is sold
    assert [cell.removal for cell in found.cells] == pytest.approx([1, 1, None])
    assert found.cells[0].sales[Attribution.LAST_NON_DIRECT] == 2


def test_revenue_without_a_first_deal_on_a_path_goes_by_the_last_touch() -> None:
    cells = pd.DataFrame({"cell": [1], "stage": ["A"], "channel": ["site"]})
    decay = pd.DataFrame({"cell": [1], "sales": [0.0], "revenue": [-4.0]})
    found = attribution(cells, frame_of([("more", "1", 1, -4)]), decay, lost_of())
    assert found.cells[0].revenue[Attribution.MARKOV] == -4
    assert found.cells[0].sales[Attribution.MARKOV] == 0
    assert found.cells[0].removal is None


def test_nothing_sold_and_nobody_touched_is_no_path() -> None:
    empty = pd.DataFrame({"cell": [], "sales": [], "revenue": []})
    cells = pd.DataFrame({"cell": [], "stage": [], "channel": []})
    found = attribution(cells, frame_of([]), empty, lost_of())
    assert (found.cells, found.sales, found.revenue) == ((), 0, 0)
    assert read_paths(frame_of([])) == []
