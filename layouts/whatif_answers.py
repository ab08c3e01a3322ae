"""What the server adds to the what-if: the answer to a goal."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from dash import html

from dashboard.analytics.goal_seek import GoalSeek
from dashboard.analytics.whatif import WhatIf
from dashboard.i18n.formats import ARROW
from layouts.components.attributes import attributes
from layouts.components.pill import segment_name
from layouts.whatif import WhatIfView

_SHOWN = 2  # steps that the answer names by themselves


def goal_answer(view: WhatIfView, found: GoalSeek, now: WhatIf, more: float) -> list[Any]:
    """The goal as one sentence, and the ways to it, each one click away.

    Args:
        now: what the levers that are set already give.
        more: money above the baseline that was asked for.
    """
    words, formats = view.words, view.formats
    money = formats.money_signed(more)
    if now.scenario.revenue >= found.goal:
        return [
            html.P(
                words("The levers that are set already earn {money}.", money=formats.money_signed(now.gain))
            )
        ]
    ways = _ways(view, found)
    if found.reachable:
        sentence = _easiest(view, found, money)
    elif found.missing_leads is None:
        sentence = words("{money} is not reachable by conversion alone.", money=money)
    else:
        sentence = words(
            "{money} is not reachable by conversion alone, even with every step at the best segment: missing {leads} "
            "leads or {check} of average check.",
            money=money,
            leads=formats.number(found.missing_leads),
            check=formats.money(found.missing_average_check),
        )
    heading = html.P(words("Ways to it, one at a time"), className="goal__heading")
    return [
        html.P(sentence, className="goal__sentence"),
        *([heading, html.Ul(ways, className="goal__ways")] if ways else []),
    ]


def _easiest(view: WhatIfView, found: GoalSeek, money: str) -> str:
    """The step that has to change least, by itself; else all of them together."""
    words, formats = view.words, view.formats
    steps = {name: amount for name, amount in found.alone.items() if amount and ">" in name}
    for name, amount in sorted(steps.items(), key=lambda pair: pair[1] or 0.0):
        before = _rate(view, name)
        if before and before * (1 + (amount or 0.0)) <= 1:
            after = before * (1 + (amount or 0.0))
            return words(
                "To earn {money}, “{step}” needs to go from {before} to {after}.",
                money=money,
                step=view.lever_name(name),
                before=formats.share(before, 1),
                after=formats.share(after, 1),
            )
    return words(
        "To earn {money}, every step has to go {share} of the way to the best segment.",
        money=money,
        share=formats.share(found.share),
    )


def _ways(view: WhatIfView, found: GoalSeek) -> list[html.Li]:
    words, formats = view.words, view.formats
    ways = [
        _way(
            view,
            f"{view.lever_name(name)} {formats.share_change(amount)}",
            [{"target": name, "unit": "%", "value": 100 * amount, "segment": None}],
        )
        for name, amount in sorted(found.alone.items(), key=lambda pair: pair[1] or 0.0)
        if amount and _sensible(view, name, amount)
    ]
    if found.reachable and found.share and found.steps:
        goals = [
            {"target": step.transition, "unit": "target", "value": 100 * step.wanted, "segment": step.segment}
            for step in found.steps
        ]
        text = words("All steps: {share} of the way to the best segment", share=formats.share(found.share))
        ways.insert(0, _way(view, text, goals, _largest(view, found)))
    return ways


def _sensible(view: WhatIfView, name: str, amount: float) -> bool:
    """A conversion that stays one."""
    rate = _rate(view, name)
    return ">" not in name or (rate is not None and rate * (1 + amount) <= 1)


def _largest(view: WhatIfView, found: GoalSeek) -> str:
    """The steps that rise most, in words."""
    steps = sorted(found.steps, key=lambda step: step.wanted - step.conversion, reverse=True)
    formats = view.formats
    said = [
        f"{segment_name(view.words, step.segment)}: {view.lever_name(step.transition)} "
        f"{formats.share(step.conversion, 1)} {ARROW} {formats.share(step.wanted, 1)}"
        for step in steps[:_SHOWN]
    ]
    if len(steps) > _SHOWN:
        said.append(view.words("and {n} more", n=len(steps) - _SHOWN))
    return "; ".join(said)


def _way(view: WhatIfView, text: str, levers: Iterable[Any], detail: str = "") -> html.Li:
    button = html.Button(
        view.words("Set"),
        type="button",
        className="button goal__set",
        **attributes(
            data_levers=json.dumps(list(levers), ensure_ascii=False),
            aria_label=f"{view.words('Set')}: {text}",
        ),
    )
    said: list[Any] = [html.Span(text), *([html.Small(detail)] if detail else [])]
    return html.Li([html.Span(said, className="goal__way"), button])


def _rate(view: WhatIfView, name: str) -> float | None:
    """Conversion of a step over the chosen segments."""
    priced = view.shown
    place = next((one for one in priced.transitions if priced.name(one) == name), None)
    if place is None:
        return None
    here, went_on = (sum(segment.counts[step] for segment in priced.segments) for step in (place, place + 1))
    return went_on / here if here else None
