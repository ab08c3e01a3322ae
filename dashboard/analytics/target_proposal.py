"""Targets that a plan or a scenario suggests, for a person to look through before they are kept.

Conversions of steps are those of the scenario, segment by segment. Its other figures are of a funnel's entries, not of
what a month earns: there the scenario gives the change alone, taken from the same month a year before, else from the
mean of the last three whole months.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import isclose

from dashboard.analytics.lcpq_row import Lcpq
from dashboard.journey.stages import StageModel
from dashboard.journey.targets import EVERYBODY, UNITS, WHOLE_WAY, Kpi, TargetKey, Unit, check_value

LAST_MONTHS = 3
_ROUND = {Unit.MONEY: 0, Unit.COUNT: 0, Unit.SHARE: 3, Unit.RATIO: 2}  # decimal places
_SAME = 1e-9  # a figure that moves less is not moved


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a plan or a scenario promises.

    Attributes:
        baseline, scenario: figures of the funnel before and after, by the words of `Kpi`.
        steps: (segment, `from>to`, expected conversion 0..1) of the steps that move.
    """

    baseline: Mapping[str, float | None]
    scenario: Mapping[str, float | None]
    steps: Sequence[tuple[str, str, float]]


def proposed(
    promise: Scenario, months: Sequence[str], known: Iterable[Lcpq], model: StageModel
) -> dict[TargetKey, Decimal]:
    """Targets for the months; a month without anything to start from has those of steps alone.

    Args:
        months: `2026-03`, ...; those that are still to come.
        known: the data's months, in order, those cut short marked `partial`.
    """
    whole = {str(row.month): row for row in known if not row.partial}
    found: dict[TargetKey, Decimal] = {}
    for month in months:
        for kpi in Kpi:
            ratio, base = _change(promise, kpi), _base(whole, month, kpi)
            if (
                base is not None
                and ratio is not None
                and (kpi is Kpi.REVENUE or not isclose(ratio, 1, abs_tol=_SAME))
            ):
                found[TargetKey(kpi, WHOLE_WAY, EVERYBODY, month)] = _fit(kpi, base * Decimal(str(ratio)))
        for segment, transition, expected in promise.steps:
            start, _, end = transition.partition(">")
            if (start, end) in zip(model.keys, model.keys[1:], strict=False):
                found[TargetKey(Kpi.CONVERSION, end, segment, month)] = _fit(
                    Kpi.CONVERSION, Decimal(str(expected))
                )
    return {key: check_value(key, value) for key, value in found.items()}


def _change(promise: Scenario, kpi: Kpi) -> float | None:
    before, after = promise.baseline.get(kpi), promise.scenario.get(kpi)
    return after / before if before and after is not None else None


def _base(whole: Mapping[str, Lcpq], month: str, kpi: Kpi) -> Decimal | None:
    year_ago = f"{int(month[:4]) - 1}{month[4:]}"
    rows = [whole[year_ago]] if year_ago in whole else list(whole.values())[-LAST_MONTHS:]
    values = [Decimal(str(value)) for row in rows if (value := getattr(row, kpi)) is not None]
    return sum(values, Decimal(0)) / len(values) if values else None


def _fit(kpi: Kpi, value: Decimal) -> Decimal:
    """As round as people set targets; no share beyond all, no figure below nothing."""
    unit = UNITS[kpi]
    within = max(Decimal(0), min(value, Decimal(1)) if unit is Unit.SHARE else value)
    return within.quantize(Decimal(1).scaleb(-_ROUND[unit]), ROUND_HALF_UP)
