"""assets/js/whatif.js computes what dashboard/analytics/whatif.py computes, and keeps scenarios in links."""

from __future__ import annotations

import random
from dataclasses import asdict
from typing import Any

import pytest

from dashboard.analytics.benchmarks import Benchmark, Benchmarks, best_other
from dashboard.analytics.lever_link import levers_of
from dashboard.analytics.levers import AMOUNTS, Lever, Unit
from dashboard.analytics.priced import PricedFunnel
from dashboard.analytics.whatif import whatif
from dashboard.journey.address import Address
from dashboard.journey.query import RepeatModel
from tests.js.scripts import Runner
from tests.priced import example, funnel, priced_transitions, segment

CASES = 220
RUN = "(cases) => cases.map(({model, levers}) => JourneyWhatif.whatif(model, levers))"


def made(chance: random.Random) -> PricedFunnel:
    """Big and small segments, some without a deal, with a step nobody passed, or with more refunds than sales."""
    length = chance.randint(2, 11)
    deal_index = chance.randrange(length)
    segments = []
    for number in range(chance.randint(1, 12)):
        counts = [chance.choice([0, 5, 40, 900, 20_000, 700_000])]
        while len(counts) < length:
            counts.append(
                int(counts[-1] * chance.choice([0, 1, chance.random(), chance.random(), chance.random()]))
            )
        buyers = counts[deal_index]
        deals = buyers + chance.randint(0, 2 * buyers)
        kopecks = chance.randint(-(10**6), deals * 5_000_000) if deals else 0
        outside = chance.choice([0, chance.randint(0, 10**9)])
        segments.append(segment(f"s{number}", counts, deals, f"{kopecks / 100:.2f}", f"{outside / 100:.2f}"))
    repeat = chance.choice([None, chance.randint(deal_index, length - 1)])
    steps = [f"step_{place}" for place in range(length)]
    return funnel(*segments, steps=steps, deal_index=deal_index, repeat_index=repeat)


def levers_for(chance: random.Random, priced: PricedFunnel) -> list[Lever]:
    """Levers of every unit, of the total and of some segments."""
    levers = []
    for scope in (None, *(one.segment for one in priced.segments if chance.random() < 0.3)):
        for target in (*AMOUNTS, *priced_transitions(priced)):
            if chance.random() < 0.5:
                continue
            unit = Unit.PERCENT if target in AMOUNTS else chance.choice(list(Unit))
            amount = chance.choice([0, -1, chance.uniform(-0.9, 1.2), round(chance.uniform(-0.3, 0.3), 2)])
            if unit in (Unit.TARGET, Unit.HEADROOM):
                amount = min(1, abs(amount))
            levers.append(Lever(target, unit, 0.0 if unit in (Unit.BEST, Unit.OWN) else amount, scope))
    return levers


def own_of(chance: random.Random, priced: PricedFunnel) -> Benchmarks:
    """What each segment's own past may have been."""
    return {
        one.segment: tuple(
            Benchmark(chance.random(), one.segment) if chance.random() < 0.7 else None
            for _ in priced.transitions
        )
        for one in priced.segments
    }


def model_of(priced: PricedFunnel, own: Benchmarks | None = None) -> dict[str, Any]:
    """What the scripts get of a cohort; segments without `own` are of a page that has not asked for it yet."""
    best = best_other(priced)
    return {
        "steps": list(priced.steps),
        "deal": priced.deal_index,
        "priced": sum(priced.is_priced(place) for place in priced.transitions),
        "segments": [
            {
                "segment": one.segment,
                "counts": list(one.counts),
                "deals": one.deals,
                "revenue": float(one.revenue),
                "outside": float(one.outside),
                "best": [rate.rate if rate else None for rate in best[one.segment]],
            }
            | ({"own": [rate.rate if rate else None for rate in own[one.segment]]} if own else {})
            for one in priced.segments
        ],
    }


def _case(
    priced: PricedFunnel,
    levers: list[Lever],
    repeat: RepeatModel = RepeatModel.LINEAR,
    own: Benchmarks | None = None,
) -> dict[str, Any]:
    return {
        "model": model_of(priced, own) | {"repeat": repeat},
        "levers": [asdict(lever) for lever in levers],
    }


def _equal(found: Any, expected: Any, scale: float, where: str) -> None:
    if isinstance(expected, dict):
        assert found.keys() == expected.keys(), where
        for key in expected:
            _equal(found[key], expected[key], scale, f"{where}.{key}")
    elif isinstance(expected, list | tuple):
        assert len(found) == len(expected), where
        for place, (one, other) in enumerate(zip(found, expected, strict=True)):
            _equal(one, other, scale, f"{where}[{place}]")
    elif isinstance(expected, float | int) and not isinstance(expected, bool):
        # a gain near zero is the difference of sums: it is held against the money it came from
        near = scale * 1e-12 if any(word in where for word in ("gain", "parts", "revenue")) else 0
        assert found == pytest.approx(expected, rel=1e-9, abs=near), where
    else:
        assert found == expected, where


def test_every_figure_equals_pythons(run: Runner) -> None:
    chance = random.Random(20261)
    cases = []
    for _ in range(CASES):
        priced = made(chance)
        own = own_of(chance, priced) if chance.random() < 0.8 else None
        cases.append((priced, levers_for(chance, priced), chance.choice(list(RepeatModel)), own))
    answers = run(RUN, [_case(*case) for case in cases], "whatif.js")
    moved = 0
    for number, ((priced, levers, repeat, own), found) in enumerate(zip(cases, answers, strict=True)):
        expected = asdict(whatif(priced, levers, model=repeat, own=own))
        scale = sum(abs(float(one.revenue)) for one in priced.segments) + abs(expected["scenario"]["revenue"])
        _equal(found, expected, scale, f"case {number}")
        moved += expected["gain"] != 0
    assert moved > CASES / 2


def test_no_lever_is_the_same_revenue_exactly(run: Runner) -> None:
    chance = random.Random(3)
    cases = [_case(made(chance), [], repeat) for _ in range(50) for repeat in RepeatModel]
    for found in run(RUN, cases, "whatif.js"):
        assert found["scenario"] == found["baseline"]
        assert found["gain"] == 0


def test_domain_7_goldens(run: Runner) -> None:
    levers = [
        [Lever("active_evaluation>purchase", Unit.PERCENT, 0.1)],
        [Lever("trigger>loyalty_loop", Unit.PERCENT, 0.1)],
    ]
    before_deal, after_deal = run(RUN, [_case(example(), one) for one in levers], "whatif.js")
    assert before_deal["scenario"]["revenue"] == pytest.approx(7_150_000, abs=0.005)
    assert after_deal["scenario"]["revenue"] == pytest.approx(6_650_000, abs=0.005)
    assert after_deal["scenario"]["deals_per_buyer"] == pytest.approx(1.33)


def test_domain_7_loop_golden_and_its_cap(run: Runner) -> None:
    after_deal, capped = run(
        RUN,
        [
            _case(example(), [Lever("trigger>loyalty_loop", Unit.PERCENT, amount)], RepeatModel.LOOP)
            for amount in (0.1, 1)
        ],
        "whatif.js",
    )
    assert after_deal["scenario"]["revenue"] == pytest.approx(6_701_031, abs=0.5)
    assert after_deal["scenario"]["deals_per_buyer"] == pytest.approx(1.3402, abs=0.00005)
    assert capped["caps"] == []
    often = funnel(segment("all", (10, 10, 10, 10, 10, 5), 30, 300))
    [found] = run(
        RUN, [_case(often, [Lever("trigger>loyalty_loop", Unit.PERCENT, 1)], RepeatModel.LOOP)], "whatif.js"
    )
    assert found["caps"] == [{"segment": "all", "target": "repeat_share", "limit": 0.99}]
    assert found["scenario"]["deals_per_buyer"] == pytest.approx(100)


SEGMENTS = ("новые, смелые", "a@b\\c", "plain")
COHORT = funnel(*(segment(name, (100, 50, 20, 9, 5, 3), 30, 900) for name in SEGMENTS))
LINKS = model_of(COHORT)
READ = "({model, search}) => JourneyWhatif.readLink(model, search)"
WRITE = "({model, search, scope, levers}) => JourneyWhatif.writeLink(model, search, scope, levers)"


def _read(run: Runner, search: str) -> dict[str, Any]:
    return run(READ, {"model": LINKS, "search": search}, "whatif.js")


def test_a_link_says_what_the_levers_are(run: Runner) -> None:
    found = _read(run, "?e=acme&dL=3&dC.active_evaluation=2pp&dP=-1.5&dQ=1e-7&dC.purchase=best")
    assert found["scope"] is None
    assert found["levers"] == [
        {"target": "leads", "unit": "%", "value": 3, "segment": None},
        {"target": "average_check", "unit": "%", "value": -1.5, "segment": None},
        {"target": "deals_per_buyer", "unit": "%", "value": 1e-7, "segment": None},
        {"target": "active_evaluation>purchase", "unit": "pp", "value": 2, "segment": None},
        {"target": "purchase>experience", "unit": "best", "value": 0, "segment": None},
    ]


def test_a_target_in_a_link_is_a_conversion_to_rise_to(run: Runner) -> None:
    found = _read(run, "?dC.active_evaluation=to35.5,to0@plain&dC.purchase=to100")
    assert [(one["unit"], one["value"], one["segment"]) for one in found["levers"]] == [
        ("target", 35.5, None),
        ("target", 0, "plain"),
        ("target", 100, None),
    ]


def test_seg_in_a_link_opens_that_segment_and_its_levers(run: Runner) -> None:
    found = _read(run, "?seg=plain&dL=3,5@")
    assert found["scope"] == "plain"
    assert [(lever["value"], lever["segment"]) for lever in found["levers"]] == [(3, "plain"), (5, None)]


@pytest.mark.parametrize(
    "search",
    [
        "?dL=x", "?dL=2pp", "?dP=best", "?dL=-101", "?dC.loyalty_loop=2", "?dC.nowhere=2", "?seg=nobody&dL=3",
        "?dL=3@nobody", "?dL=Infinity", "?dL=%E0%A4%A", "?dL=<b>", "",
        "?dL=1..3", "?dL=5..3..1", "?dL=1..3..2", "?dL=-200..3..5", "?dL=1..3..5pp", "?dL=1..3..", "?dL=..3..5",
        "?dP=own", "?dC.purchase=to1..2..3", "?dC.purchase=own3", "?dL=1...3..5", "?dC.purchase=1..2..3..4pp",
        "?dC.purchase=to101", "?dC.purchase=to-1", "?dL=to3", "?dC.purchase=to3pp", "?dC.purchase=to",
    ],
)  # fmt: skip
def test_what_a_link_says_wrongly_is_left_out(run: Runner, search: str) -> None:
    assert _read(run, search)["levers"] == []
    assert levers_of(Address.parse(search).extras, COHORT) == ()


@pytest.mark.parametrize("scope", [None, *SEGMENTS])
def test_a_scenario_survives_its_link_and_other_keys_stay(run: Runner, scope: str | None) -> None:
    levers = [
        {"target": target, "unit": unit, "value": value, "segment": name}
        for target, unit, value in (
            ("leads", "%", 3.25),
            ("average_check", "%", -12),
            ("active_evaluation>purchase", "pp", 5.031234567890123),
            ("trigger>loyalty_loop", "best", 0),
            ("purchase>experience", "target", 62.75),
            ("experience>trigger", "own", 0),
        )
        for name in (None, *SEGMENTS)
    ]
    levers += [
        {
            "target": "deals_per_buyer",
            "unit": "%",
            "value": 3,
            "low": -1.5,
            "high": 1e-1 + 5,
            "segment": "plain",
        },
        {
            "target": "initial_consideration>active_evaluation",
            "unit": "pp",
            "value": 2,
            "low": 1,
            "high": 2,
            "segment": None,
        },
    ]
    given = {
        "model": LINKS,
        "search": "?e=acme&dL=9&p=2026Q3&s=a%2Cb&seg=old",
        "scope": scope,
        "levers": levers,
    }
    search = run(WRITE, given, "whatif.js")
    assert search.startswith("?e=acme&p=2026Q3&s=a%2Cb&")
    found = _read(run, search)
    assert found["scope"] == scope
    assert sorted(found["levers"], key=str) == sorted(levers, key=str)
    in_python = levers_of(Address.parse(search).extras, COHORT)
    assert sorted(in_python, key=str) == sorted(
        (_in_python(one) for one in levers),
        key=str,
    )


def _in_python(said: dict[str, Any]) -> Lever:
    low, high = (said[end] / 100 if end in said else None for end in ("low", "high"))
    return Lever(said["target"], Unit(said["unit"]), said["value"] / 100, said["segment"], low, high)


def test_a_lift_may_be_a_range_in_a_link(run: Runner) -> None:
    found = _read(run, "?dL=-1..3..5.5&dC.purchase=1..2..4pp,own@plain")
    assert found["levers"] == [
        {"target": "leads", "unit": "%", "value": 3, "segment": None, "low": -1, "high": 5.5},
        {"target": "purchase>experience", "unit": "pp", "value": 2, "segment": None, "low": 1, "high": 4},
        {"target": "purchase>experience", "unit": "own", "value": 0, "segment": "plain"},
    ]


def test_no_lever_leaves_no_trace_in_the_link(run: Runner) -> None:
    given = {"model": LINKS, "search": "?dL=9&seg=plain&e=acme", "scope": None, "levers": []}
    assert run(WRITE, given, "whatif.js") == "?e=acme"
