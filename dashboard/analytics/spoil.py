"""Spoil effect: how much less customers buy after a negative contact than comparable ones without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import sqrt
from typing import Any

import pandas as pd

from dashboard.analytics.heatmap import SMALL_SAMPLE
from dashboard.analytics.plain_rows import plain_rows
from dashboard.analytics.statistics import newcombe
from dashboard.journey.generation import GenerationInfo

NOBODY_TO_COMPARE = "nobody_to_compare"
_FIGURES: tuple[str, ...] = ("effect", "ci_low", "ci_high")


class Measure(StrEnum):
    """What is compared: a first deal of those on the way to it, another one of those behind it."""

    CONVERSION = "conversion"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Stratum:
    """Comparable customers: one stage and one segment.

    Attributes:
        negative, others: customers with a negative contact, and with rated contacts that were not.
        negative_bought, others_bought: of these, who bought.
    """

    negative: int
    negative_bought: int
    others: int
    others_bought: int


@dataclass(frozen=True, slots=True)
class Spoil:
    """The effect in one stage, or over all stages of a measure (`stage` None).

    Attributes:
        effect: share of those with a negative contact who bought minus that of comparable ones, -1..1;
            None where nowhere both kinds stand side by side.
        ci_low, ci_high: 95 % interval.
        negative, others: customers of the strata that hold both kinds.
    """

    measure: Measure
    stage: str | None
    effect: float | None
    ci_low: float | None
    ci_high: float | None
    negative: int
    others: int
    reasons: Mapping[str, str] = field(default_factory=dict, kw_only=True)

    @property
    def low_n(self) -> bool:
        """True under 30 customers on either side."""
        return min(self.negative, self.others) < SMALL_SAMPLE


def spoil(frame: pd.DataFrame, info: GenerationInfo) -> tuple[Spoil, ...]:
    """Both measures over all stages, then stage by stage.

    Args:
        frame: of `data_access.spoil.fetch_spoil`.
    """
    strata = _strata(frame)
    deal = info.model.order(info.model.deal.key)
    found = []
    for measure in Measure:
        stages = [
            key
            for key in info.model.keys
            if (info.model.order(key) < deal) == (measure is Measure.CONVERSION)
        ]
        inside = {key: [one for (stage, _), one in strata.items() if stage == key] for key in stages}
        found.append(_effect(measure, None, [one for group in inside.values() for one in group]))
        found += [_effect(measure, key, group) for key, group in inside.items() if group]
    return tuple(found)


def difference(strata: Sequence[Stratum]) -> tuple[float, float, float] | None:
    """Mantel-Haenszel risk difference over the strata with its 95 % interval; None without a comparison.

    The interval joins Newcombe's of each stratum (one stratum: exactly his).

    References: N. Mantel and W. Haenszel, "Statistical aspects of the analysis of data from retrospective studies",
    1959; X. Yan and X. G. Su, "Stratified Wilson and Newcombe confidence intervals", 2010; A. Donner and G. Y. Zou,
    "Closed-form confidence intervals for functions of the normal mean and standard deviation", 2012.
    """
    both = [one for one in strata if one.negative and one.others]
    weights = [one.negative * one.others / (one.negative + one.others) for one in both]
    effect = below = above = 0.0
    for one, weight in zip(both, weights, strict=True):
        share = weight / sum(weights)
        own = one.negative_bought / one.negative - one.others_bought / one.others
        interval = newcombe(one.negative_bought, one.negative, one.others_bought, one.others)
        if interval is None:
            continue
        effect += share * own
        below += (share * (own - interval.low)) ** 2
        above += (share * (interval.high - own)) ** 2
    return (effect, effect - sqrt(below), effect + sqrt(above)) if both else None


def _strata(frame: pd.DataFrame) -> dict[tuple[str, str], Stratum]:
    found: dict[tuple[str, str], dict[int, tuple[int, int]]] = {}
    for row in plain_rows(frame):
        sides = found.setdefault((str(row["stage"]), str(row["segment"])), {})
        sides[int(row["negative"])] = (int(row["customers"]), int(row["bought"]))
    return {key: Stratum(*sides.get(1, (0, 0)), *sides.get(0, (0, 0))) for key, sides in found.items()}


def _effect(measure: Measure, stage: str | None, strata: Sequence[Stratum]) -> Spoil:
    both = [one for one in strata if one.negative and one.others]
    counts: dict[str, Any] = {
        "negative": sum(one.negative for one in both),
        "others": sum(one.others for one in both),
    }
    found = difference(both)
    if found is None:
        reasons = dict.fromkeys(_FIGURES, NOBODY_TO_COMPARE)
        return Spoil(measure, stage, None, None, None, **counts, reasons=reasons)
    return Spoil(measure, stage, *found, **counts)
