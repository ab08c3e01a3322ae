"""docs/method.md keeps its word: each figure of its tables is computed here by the product, in both languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import permutations
from math import prod
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.analytics.attribution import RULES, credits
from dashboard.analytics.bottleneck import bottlenecks, recoverable
from dashboard.analytics.decomposition import contributions
from dashboard.analytics.levers import parse_lever
from dashboard.analytics.markov import removal
from dashboard.analytics.statistics import newcombe, wilson
from dashboard.analytics.whatif import whatif
from dashboard.journey.funnel_options import Exclusion
from dashboard.journey.query import Attribution, Entry, Mode, RepeatModel
from tests.facts import load, model_of, question, walk
from tests.priced import EXAMPLE_STEPS, example
from tests.source import ROOT
from tests.sql.test_funnel import GOLDEN, customers
from tests.unit.analytics.test_attribution import GOLDEN as PATHS
from tests.unit.analytics.test_attribution import A, B, C, chain

PAGES = {"en": ROOT / "docs" / "method.md", "ru": ROOT / "docs" / "method.ru.md"}
BOOKS, BRIDGE, FUNNEL, WILSON, CREDIT, BOTTLENECKS, WHATIF = range(7)


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> str:
    """The page with numbers as Python writes them: no blanks inside, a point, a plain minus."""
    text = PAGES[request.param].read_text(encoding="utf-8").replace("−", "-")
    text = re.sub(r"(?<=\d) (?=\d{3}\b)", "", text)
    return re.sub(r"(?<=\d),(?=\d)", ".", text) if request.param == "ru" else text


def table(page: str, number: int) -> list[list[str]]:
    """Cells of the n-th table of the page, without its head."""
    found = re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE)[number]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found.splitlines()[2:]]


def figures(cell: str) -> list[float]:
    return [float(number) for number in re.findall(r"[+-]?\d+(?:\.\d+)?", cell)]


def moved_in_turn(before: Sequence[float], after: Sequence[float], order: Sequence[int]) -> list[float]:
    """What each factor adds to the product when they move one after the other."""
    now, effects = list(before), [0.0] * len(before)
    for factor in order:
        old = prod(now)
        now[factor] = after[factor]
        effects[factor] = prod(now) - old
    return effects


def test_the_bridge(page: str) -> None:
    before, after = (1000, 0.10, 5000, 1.2), (1100, 0.09, 5500, 1.3)
    lmdi = contributions(before, after)
    orders = [moved_in_turn(before, after, order) for order in permutations(range(4))]
    shapley = [sum(effects) / len(orders) for effects in zip(*orders, strict=True)]
    assert [figures(row[1])[0] for row in table(page, BRIDGE)] == pytest.approx(lmdi, abs=0.005)
    assert [figures(row[2])[0] for row in table(page, BRIDGE)] == pytest.approx(shapley, abs=0.005)


def test_the_funnel(page: str, duck: sa.Engine) -> None:
    facts = load(duck, [event for line in GOLDEN for event in walk(line)], model=model_of("ABCX", deal="C"))
    modes: list[dict[str, Any]] = [
        {"entry": Entry.FIRST},
        {},
        {"increasing": True},
        {"mode": Mode.STRICT},
        {"mode": Mode.ANY},
        {"mode": Mode.REACHED},
        {"exclusions": (Exclusion.parse("X:A>B"),)},
        {"exclusions": (Exclusion.parse("X:A>B:remove"),)},
        {"optional": ("B",)},
    ]
    counted = [customers(facts, stages=("A", "B", "C"), window_days=7, **options) for options in modes]
    assert [[int(cell) for cell in row[1:4]] for row in table(page, FUNNEL)] == counted
    assert [line in page.replace("\n", " ") for line in GOLDEN[:4]] == [True] * 4


def test_intervals(page: str) -> None:
    for seen, interval in table(page, WILSON):
        successes, trials = (int(number) for number in figures(seen))
        found = wilson(successes, trials)
        assert found is not None
        assert figures(interval) == pytest.approx([100 * found.low, 100 * found.high], abs=0.005)
    difference = newcombe(120, 1000, 100, 1000)
    assert difference is not None
    assert f"{100 * difference.low:.2f}" in page
    assert f"+{100 * difference.high:.2f}" in page


def test_credit_of_touches(page: str) -> None:
    models = [Attribution.FIRST, Attribution.LAST, Attribution.LINEAR, Attribution.POSITION]
    assert set(models) <= set(RULES)
    effects = removal(*chain(PATHS)).effects
    markov = {cell: 60 * effect / sum(effects.values()) for cell, effect in effects.items()}
    by_rule = [credits(PATHS, model)[0] for model in (*models, Attribution.SHAPLEY)]
    found = [*by_rule[:-1], markov, by_rule[-1]]
    for row, given in zip(table(page, CREDIT), found, strict=True):
        assert [float(cell) for cell in row[1:]] == pytest.approx(
            [given.get(cell, 0) for cell in (A, B, C)], abs=0.005
        )


def test_bottlenecks(page: str) -> None:
    rows = {row.from_stage: row for row in bottlenecks(example(), question())}
    for place, (_, loss, point) in enumerate(table(page, BOTTLENECKS)):
        row = rows[EXAMPLE_STEPS[place]]
        assert (float(loss), float(point)) == pytest.approx((row.gross_loss, row.one_point))
    for transition, target, money in ((0, 0.45, "812500"), (1, 0.28, "780000")):
        found = recoverable(example(), example().segments[0], transition, target)
        assert found == pytest.approx(float(money))
        assert money in page


def test_what_if(page: str) -> None:
    scenarios = ([], ["active_evaluation>purchase=+10%"], ["trigger>loyalty_loop=+10%"])
    for row, levers in zip(table(page, WHATIF), scenarios, strict=True):
        for cell, model in zip(row[1:], (RepeatModel.LINEAR, RepeatModel.LOOP), strict=True):
            found = whatif(example(), [parse_lever(text) for text in levers], model=model).scenario
            money, *often = figures(cell)
            assert money == pytest.approx(found.revenue, abs=0.5)
            assert often == pytest.approx([found.deals_per_buyer][: len(often)], abs=0.00005)


def test_both_languages_have_the_same_tables_and_chapters() -> None:
    texts = [page.read_text(encoding="utf-8") for page in PAGES.values()]
    english, russian = (re.findall(r"^(#+) |^(\|)", text, re.MULTILINE) for text in texts)
    assert english == russian
