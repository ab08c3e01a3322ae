"""Measures of the library for a new action: the one that the address names, and those that fit its stage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from callbacks.plan.library import measures_of
from callbacks.services import Ask, Services
from dashboard.journey.measures import Measure, suggested
from layouts.plan_library import MEASURE
from layouts.plan_new import Proposal

_MOST = 5


def with_measure(services: Services, ask: Ask, found: tuple[Proposal, ...]) -> tuple[Proposal, ...]:
    """The proposal in the words of the measure that the address names; its place and money stay as they are."""
    key, language = ask.extras.get(MEASURE), ask.words.language
    if not key or len(found) != 1:
        return found
    chosen = next((one for one in measures_of(services, ask) if one.key == key), None)
    if chosen is None:
        return found
    one = found[0]
    return (
        replace(
            one,
            title=chosen.name[language],
            problem=one.problem or chosen.problem[language],
            stage=one.stage or chosen.stage,
            channel=one.channel or (chosen.channel if chosen.channel in ask.info.channels else ""),
            source={**one.source, "measure": chosen.key},
        ),
    )


def ideas_for(services: Services, ask: Ask, found: Sequence[Proposal]) -> tuple[Measure, ...]:
    """What the library proposes for the stage of the only proposal: its channel first, one for each problem."""
    if len(found) != 1:
        return ()
    one = found[0]
    fitting = suggested(measures_of(services, ask), ask.info.model, one.stage)
    turn: Counter[str] = Counter()
    ranked = []
    for idea in fitting:
        elsewhere = bool(one.channel) and idea.channel != one.channel
        ranked.append((elsewhere, turn[idea.problem_key], idea))
        turn[idea.problem_key] += 1
    return tuple(idea for _, _, idea in sorted(ranked, key=lambda row: row[:2]))[:_MOST]
