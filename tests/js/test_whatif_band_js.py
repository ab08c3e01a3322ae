"""assets/js/whatif_band.js multiplies the draws as dashboard/analytics/uncertainty.py does: one range everywhere."""

from __future__ import annotations

import random
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

import pytest

from dashboard.analytics.benchmarks import Benchmarks
from dashboard.analytics.levers import Lever, Unit, parse_lever
from dashboard.analytics.priced import PricedFunnel, Squares
from dashboard.analytics.scenario_draws import scenario_draws
from dashboard.analytics.uncertainty import gain_range
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from dashboard.journey.query import JourneyQuery, RepeatModel
from dashboard.journey.stages import preset
from layouts.whatif import WhatIfView
from layouts.whatif_draws import draws_model
from tests.js.scripts import Runner
from tests.js.test_whatif_js import levers_for, made, model_of, own_of
from tests.priced import funnel, segment

CASES = 40
FILES = ("whatif.js", "whatif_band.js")
RUN = "(cases) => cases.map(({model, draws, levers}) => JourneyWhatifBand(model, draws).range(levers))"


def _squared(chance: random.Random, priced: PricedFunnel) -> PricedFunnel:
    """Buyers that differ, more or less; some segments say nothing of it."""
    found = []
    for one in priced.segments:
        buyers = one.counts[priced.deal_index]
        if not buyers or chance.random() < 0.2:
            found.append(one)
            continue
        often, spent, wide = one.deals / buyers, float(one.revenue) / buyers, 1 + chance.random() * 3
        squares = Squares(
            deals=buyers * often**2 * (1 + chance.random()),
            revenue=buyers * spent**2 * wide,
            deals_revenue=buyers * often * spent * (1 + chance.random() / 2),
        )
        found.append(replace(one, squares=squares))
    return replace(priced, segments=tuple(found))


def _ranged(chance: random.Random, lever: Lever) -> Lever:
    if lever.unit not in (Unit.PERCENT, Unit.POINTS) or chance.random() < 0.6:
        return lever
    low = lever.amount - chance.choice([0, chance.random()])
    return replace(
        lever, low=max(-1.0, low), high=max(lever.amount, low) + chance.choice([0, chance.random()])
    )


def _case(
    priced: PricedFunnel, levers: list[Lever], query: JourneyQuery, own: Benchmarks | None
) -> dict[str, Any]:
    view = WhatIfView(Words("en"), Formats("en", "₽"), query, preset("loop6"), priced, ())
    return {
        "model": model_of(priced, own) | {"repeat": query.model},
        "draws": draws_model(view, scenario_draws(priced, query)),
        "levers": [asdict(lever) for lever in levers],
    }


def test_every_end_of_the_range_equals_pythons(run: Runner) -> None:
    chance = random.Random(6)
    cases = []
    for number in range(CASES):
        priced = _squared(chance, made(chance))
        levers = [_ranged(chance, lever) for lever in levers_for(chance, priced)]
        query = JourneyQuery(f"acme{number}", model=chance.choice(list(RepeatModel)))
        cases.append((priced, levers, query, own_of(chance, priced) if chance.random() < 0.8 else None))
    answers = run(RUN, [_case(*case) for case in cases], *FILES)
    wide = 0
    for number, ((priced, levers, query, own), found) in enumerate(zip(cases, answers, strict=True)):
        expected = asdict(gain_range(priced, levers, query, own=own))
        scale = sum(abs(float(one.revenue)) for one in priced.segments) + max(map(abs, expected.values()))
        assert found == pytest.approx(expected, rel=1e-9, abs=scale * 1e-12), f"case {number}"
        wide += expected["high"] > expected["low"]
    assert wide > CASES / 2


def test_segments_that_are_not_shown_are_not_sent_and_change_nothing(run: Runner) -> None:
    two = funnel(
        replace(segment("a", (900, 500, 200, 90, 50, 30), 260, 900_000), squares=Squares(400, 6e9, 1.4e6)),
        segment("b", (800, 300, 100, 40, 20, 9), 120, Decimal("333333.25")),
    )
    lever, query = parse_lever("active_evaluation>purchase=+1..3..4pp"), JourneyQuery("acme", segments=("b",))
    case = _case(two, [lever], query, None)
    assert list(case["draws"]["segments"]) == ["b"]
    case["model"]["segments"] = case["model"]["segments"][1:]
    [found] = run(RUN, [case], *FILES)
    assert found == pytest.approx(asdict(gain_range(two, [lever], query, ("b",))), rel=1e-9)
    nothing = run(RUN, [case | {"levers": []}], *FILES)
    assert set(nothing[0].values()) == {0}
