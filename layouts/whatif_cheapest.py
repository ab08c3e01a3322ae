"""The goal under costs: what each lever would cost, and the cheapest set of them that reaches the goal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard.analytics.cheapest import Cheapest
from dashboard.analytics.levers import AVERAGE_CHECK, DEALS_PER_BUYER, LEADS, Lever, Unit
from layouts.components.address_fields import AddressField, address_fields
from layouts.components.attributes import attributes
from layouts.components.lever import lever_change
from layouts.whatif import WhatIfView

_KEYS = {LEADS: "kL", AVERAGE_CHECK: "kP", DEALS_PER_BUYER: "kQ"}


def cost_key(lever: Lever) -> str:
    """The address key of what a lever costs: `kL`, `kP`, `kQ`, and `kC.<stage the step starts from>`."""
    return _KEYS.get(lever.target) or f"kC.{lever.target.partition('>')[0]}"


def cheapest_part(
    view: WhatIfView,
    candidates: Sequence[Lever],
    costs: Mapping[str, float],
    found: Cheapest | None,
    dropped: Sequence[Lever] = (),
) -> list[Any]:
    """The fields, and the answer.

    Args:
        candidates: levers that may have a cost.
        costs: what was typed, by key of the address.
        found: None where nothing was typed.
        dropped: levers that are set and that the cheapest set does without.
    """
    words, formats = view.words, view.formats
    if not candidates:
        return []
    fields = [
        AddressField(
            cost_key(lever),
            _name(view, lever),
            "number",
            formats.number(costs[key], 0 if costs[key] % 1 == 0 else 2)
            if (key := cost_key(lever)) in costs
            else "",
            "",
            "0",
            "",
            formats.symbol,
        )
        for lever in candidates
    ]
    heading = html.P(words("The cheapest way: what would each lever cost?"), className="goal__heading")
    answer = [] if found is None else _answer(view, found, dropped)
    return [heading, address_fields(fields, words("Type a cost of 0 or more.")), *answer]


def _answer(view: WhatIfView, found: Cheapest, dropped: Sequence[Lever]) -> list[Any]:
    words, formats = view.words, view.formats
    gain = formats.money_signed(found.revenue - (view.baseline.revenue or 0.0))
    if not found.reachable:
        said = words(
            "No set reaches it: all of them together cost {cost} and earn {gain}.",
            cost=formats.money(found.cost),
            gain=gain,
        )
        return [html.P(said, className="goal__sentence")]
    names = "; ".join(_name(view, one.lever) for one in found.chosen)
    said = words(
        "Cheapest for {cost}: {levers}. It earns {gain}.",
        cost=formats.money(found.cost),
        levers=names,
        gain=gain,
    )
    levers = [_json(one.lever) for one in found.chosen]
    levers += [_json(Lever(one.target, Unit.PERCENT, 0.0)) for one in dropped]
    button = html.Button(
        words("Set"),
        type="button",
        className="button goal__set",
        **attributes(
            data_levers=json.dumps(levers, ensure_ascii=False), aria_label=f"{words('Set')}: {names}"
        ),
    )
    return [html.P(said, className="goal__sentence"), button]


def _json(lever: Lever) -> dict[str, Any]:
    """A lever as assets/js/whatif_screen.js takes it."""
    value = 0 if lever.unit in (Unit.BEST, Unit.OWN) else 100 * lever.amount
    ends = (
        {} if lever.low is None or lever.high is None else {"low": 100 * lever.low, "high": 100 * lever.high}
    )
    return {"target": lever.target, "unit": str(lever.unit), "value": value, "segment": lever.segment, **ends}


def _name(view: WhatIfView, lever: Lever) -> str:
    """`Evaluate → Purchase: up to the best segment`, `Leads: +5%`."""
    return f"{view.lever_name(lever.target)}: {lever_change(view.words, view.formats, lever)}"
