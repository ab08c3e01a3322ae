"""The funnel as people read it: rates and intervals at every step, for all and for each segment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pandas as pd

from dashboard.analytics.plain_rows import plain_rows
from dashboard.analytics.statistics import wilson
from dashboard.journey.funnel_steps import asked_steps, levels_of, walked_steps
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import DEFAULT_WINDOW_DAYS, Entry, JourneyQuery, Mode

NO_PREVIOUS_STEP = "no_previous_step"
NO_CUSTOMERS = "no_customers"
NOBODY_PASSED = "nobody_passed"
NO_DATA = "no_data"
NO_AMOUNTS = "no_amounts"
UNKNOWN = "unknown_transition"
MOST_HIDDEN = 0.05  # share of deals lost nobody knows where from which a transition is unknown

_AMOUNTS = ("amount_entering", "amount_passing")
_DAYS = ("median_days", "p75_days", "p90_days")


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One step of one group.

    Attributes:
        stage: stage key; in mode `any` the k-th of the chosen stages names the column "k different steps".
        customers: customers who reached the step in their chosen attempt.
        from_previous: share of the customers of the last step before it that must be met, 0..1.
        from_first: share of the customers of the first step, 0..1.
        ci_low, ci_high: Wilson 95 % interval of `from_previous`.
        median_days, p75_days, p90_days: days of 24 h from the step before, among those who came.
        immature: of the plain funnel's customers at this step, those without any entry whose window is over:
            counted as they are without `mature`, left out with it.
        optional: the step may be missed; rates and times of the steps after it are not measured from it.
        amount_entering, amount_passing: money of the customers of the step before that must be met, and of those at
            this step: of their deals in the pipeline, else their revenue (see `amount_basis`); None where nobody asked.
        bound_low, bound_high: between these `from_previous` lies where it is unknown, since more than 5 % of the deals
            were lost at a stage that nobody knows; None elsewhere.
        reasons: why a figure is None: field -> reason (`no_previous_step`, `no_customers`, `nobody_passed`,
            `no_amounts`: neither events nor transactions name any; `no_data`: nobody in the engagement ever
            reached the stage; `unknown_transition`).
    """

    stage: str
    customers: int
    from_previous: float | None
    from_first: float | None
    ci_low: float | None
    ci_high: float | None
    median_days: float | None
    p75_days: float | None
    p90_days: float | None
    immature: int
    reasons: Mapping[str, str]
    optional: bool = False
    amount_entering: Decimal | None = None
    amount_passing: Decimal | None = None
    bound_low: float | None = None
    bound_high: float | None = None


@dataclass(frozen=True, slots=True)
class FunnelGroup:
    """The steps of one group in order; without values it is all customers under the filter.

    Attributes:
        segment: where the funnel is broken down by segment; None = all segments.
        values: the group's value of each level: field -> value, for example `channel` -> "site".
        removed: customers whom an exclusion has taken out.
    """

    segment: str | None
    steps: tuple[FunnelStep, ...]
    removed: int = 0
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Funnel:
    """The answer: everybody, and each group where the question breaks them down.

    Attributes:
        stages: keys of the steps in order.
        total: everybody under the filter.
        segments: the groups; of a breakdown by segment alone one for each segment, zeros included.
    """

    stages: tuple[str, ...]
    total: FunnelGroup
    segments: tuple[FunnelGroup, ...]

    @property
    def groups(self) -> tuple[FunnelGroup, ...]:
        """The total, then each group."""
        return (self.total, *self.segments)


def funnel(
    frame: pd.DataFrame, query: JourneyQuery, info: GenerationInfo, *, amounts: bool = False
) -> Funnel:
    """Rates of the funnel from the counts of `data_access.funnel.fetch_funnel`.

    Broken down by segment alone, every segment of the engagement (of the filter, where segments are chosen) has
    a row for every step, in the engagement's order; one that occurs beside them ("(none)") comes last. Other
    breakdowns have the groups that occur, the largest first.
    """
    levels = levels_of(query)
    found: dict[tuple[str | None, ...], dict[int, Mapping[Any, Any]]] = {}
    for row in plain_rows(frame):
        key = tuple(None if pd.isna(row[level]) else str(row[level]) for level in levels)
        found.setdefault(key, {})[int(row["step"])] = row
    everybody: tuple[str | None, ...] = (None,) * len(levels)
    names = [key for key in found if key != everybody]
    if levels == ("segment",):
        known = query.segments or info.segments
        names = [*((name,) for name in known), *sorted(key for key in names if key[0] not in known)]
    else:
        names.sort(key=lambda key: (-_first_count(found[key]), key))
    return Funnel(
        stages=asked_steps(query, info),
        total=_group(levels, everybody, query, info, found.get(everybody, {}), amounts),
        segments=tuple(_group(levels, name, query, info, found.get(name, {}), amounts) for name in names),
    )


def _first_count(rows: Mapping[int, Mapping[Any, Any]]) -> int:
    return int(rows[min(rows)]["customers"])


def unused_options(query: JourneyQuery) -> tuple[str, ...]:
    """Names of the given options that the mode does not use: accepted, and named in `definition`."""
    unused = []
    if query.mode not in (Mode.ORDERED, Mode.STRICT) and query.entry is not Entry.BEST:
        unused.append("entry")
    if query.mode is not Mode.ORDERED and query.increasing:
        unused.append("increasing")
    if query.mode is Mode.ANY and query.optional:
        unused.append("optional")
    if query.mode not in (Mode.ORDERED, Mode.STRICT):
        unused += [name for name in ("step_windows", "exclusions") if getattr(query, name)]
    if query.mode is Mode.ANY and query.value_at not in ("first", "last"):
        unused.append("value_at")
    if query.mode is Mode.REACHED and query.window_days != DEFAULT_WINDOW_DAYS:
        unused.append("window_days")
    return tuple(unused)


def _group(
    levels: tuple[str, ...],
    key: tuple[str | None, ...],
    query: JourneyQuery,
    info: GenerationInfo,
    rows: Mapping[int, Mapping[Any, Any]],
    amounts: bool,
) -> FunnelGroup:
    stages, walked = asked_steps(query, info), walked_steps(query, info)
    basis = amount_basis(info) if amounts else None
    missable = query.optional if query.mode is not Mode.ANY else ()
    steps: list[FunnelStep] = []
    required: list[FunnelStep] = []
    for number, stage in enumerate(stages, 1):
        if stage not in walked:
            steps.append(_without_data(stage))
            continue
        optional = bool(required) and stage in missable
        step = _step(stage, rows.get(number, {}), required, optional=optional, basis=basis)
        steps.append(
            replace(step, reasons={**step.reasons, **_no_amounts(required, basis)}) if amounts else step
        )
        if not optional:
            required.append(steps[-1])
    steps = _with_unknown(steps, rows)
    removed = int(next(iter(rows.values()), {}).get("removed") or 0)
    values = {level: value for level, value in zip(levels, key, strict=True) if value is not None}
    return FunnelGroup(values.get("segment"), tuple(steps), removed, values)


def _with_unknown(steps: list[FunnelStep], rows: Mapping[int, Mapping[Any, Any]]) -> list[FunnelStep]:
    """Transitions that too many deals may have made unseen: bounds instead of rates, there and from the first step."""
    hidden = [int(rows.get(number, {}).get("hidden") or 0) for number in range(1, len(steps) + 1)]
    if not any(hidden):
        return steps
    found: list[FunnelStep] = []
    previous = None  # place of the last step that must be met
    broken = False
    for place, step in enumerate(steps):
        if previous is not None and NO_DATA not in step.reasons.values():
            # who stopped earlier may have stood at the step before, who stopped there may have passed
            earlier, here = hidden[0] - hidden[previous], hidden[previous] - hidden[place]
            stood = steps[previous].customers + earlier
            if stood and earlier + here > MOST_HIDDEN * stood:
                step = _unknown(step, step.customers / stood, (step.customers + earlier + here) / stood)
                broken = True
            elif broken:
                step = replace(step, from_first=None, reasons={**step.reasons, "from_first": UNKNOWN})
        if not step.optional:
            previous = place
        found.append(step)
    return found


def _unknown(step: FunnelStep, low: float, high: float) -> FunnelStep:
    names = ("from_previous", "from_first", "ci_low", "ci_high")
    reasons = {**step.reasons, **dict.fromkeys(names, UNKNOWN)}
    return replace(step, **dict.fromkeys(names), bound_low=low, bound_high=min(1.0, high), reasons=reasons)


def _without_data(stage: str) -> FunnelStep:
    """A stage that nobody in the engagement ever reached: its transition says nothing."""
    unknown = ("from_previous", "from_first", "ci_low", "ci_high", *_DAYS, *_AMOUNTS)
    return FunnelStep(
        stage=stage,
        customers=0,
        from_previous=None,
        from_first=None,
        ci_low=None,
        ci_high=None,
        median_days=None,
        p75_days=None,
        p90_days=None,
        immature=0,
        reasons=dict.fromkeys(unknown, NO_DATA),
        optional=True,
    )


def _step(
    stage: str,
    row: Mapping[Any, Any],
    before: list[FunnelStep],
    *,
    optional: bool,
    basis: str | None,
) -> FunnelStep:
    customers = int(row.get("customers", 0))
    previous = before[-1].customers if before else 0
    first = before[0].customers if before else customers
    interval = wilson(customers, previous) if before else None
    days = {name: _number(row.get(name)) for name in _DAYS}
    return FunnelStep(
        stage=stage,
        customers=customers,
        from_previous=customers / previous if previous else None,
        from_first=customers / first if first else None,
        ci_low=interval.low if interval else None,
        ci_high=interval.high if interval else None,
        median_days=days["median_days"],
        p75_days=days["p75_days"],
        p90_days=days["p90_days"],
        immature=int(row.get("immature", 0)),
        reasons=_reasons(customers, previous, first, is_first=not before),
        optional=optional,
        amount_entering=before[-1].amount_passing if before else None,
        amount_passing=_money(row.get("amount")) if basis else None,
    )


def _reasons(customers: int, previous: int, first: int, *, is_first: bool) -> dict[str, str]:
    rates = ("from_previous", "ci_low", "ci_high")
    reasons: dict[str, str] = {}
    if is_first:
        reasons |= dict.fromkeys((*rates, *_DAYS), NO_PREVIOUS_STEP)
    elif not previous:
        reasons |= dict.fromkeys((*rates, *_DAYS), NO_CUSTOMERS)
    elif not customers:
        reasons |= dict.fromkeys(_DAYS, NOBODY_PASSED)
    if not first:
        reasons["from_first"] = NO_CUSTOMERS
    return reasons


def amount_basis(info: GenerationInfo) -> str | None:
    """What amounts are made of: `pipeline`, `cohort_revenue`; None where the data know no money."""
    if info.has_pipeline:
        return "pipeline"
    return "cohort_revenue" if info.has_transactions else None


def _no_amounts(before: list[FunnelStep], basis: str | None) -> dict[str, str]:
    if basis is None:
        return dict.fromkeys(_AMOUNTS, NO_AMOUNTS)
    return {} if before else {"amount_entering": NO_PREVIOUS_STEP}


def _money(value: Any) -> Decimal:
    """Sums over present data are 0 where there are none."""
    return Decimal(0) if value is None or pd.isna(value) else Decimal(str(value))


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
