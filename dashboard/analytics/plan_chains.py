"""Chains of the plan, bottleneck -> action -> effect -> decision, and where one is broken (DOMAIN section 1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dashboard.analytics.bottleneck import Bottleneck
from dashboard.journey.plan import ActionRecord, Status

MEASURED_WITHIN = timedelta(weeks=8)  # how long an effect is watched (DOMAIN section 8)


class Break(StrEnum):
    """What a chain lacks."""

    NO_ACTION = "no_action"  # a proven bottleneck that nobody works on
    NO_OWNER = "no_owner"
    NO_MEASURE = "no_measure"  # live, and nobody has said how its effect is measured
    NO_COMPARISON = "no_comparison"  # live, without a group that is left as it is
    NOT_MEASURED = "not_measured"  # live for longer than an effect is watched
    NO_DECISION = "no_decision"  # measured, and nobody has decided


@dataclass(frozen=True, slots=True)
class Broken:
    """One place where a chain is broken; `action` is None where there is none."""

    why: Break
    action: ActionRecord | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain.

    Attributes:
        id: None for a bottleneck without an action, and for actions of no bottleneck.
        segment, from_stage, to_stage: its bottleneck; empty stages: of no bottleneck.
        bottleneck: the step as it converts in this period; None where it is not among its rows.
        actions: the oldest first, dropped ones too.
    """

    id: int | None
    segment: str
    from_stage: str
    to_stage: str
    bottleneck: Bottleneck | None
    actions: tuple[ActionRecord, ...]
    breaks: tuple[Broken, ...]


@dataclass(frozen=True, slots=True)
class PlanChains:
    """Every chain, the broken ones first, in each half the largest money at stake first."""

    chains: tuple[Chain, ...]

    @property
    def whole(self) -> int:
        """How many are not broken."""
        return sum(not chain.breaks for chain in self.chains)

    @property
    def completeness(self) -> float | None:
        """Share of the chains that are not broken; None without a chain."""
        return self.whole / len(self.chains) if self.chains else None


def plan_chains(
    actions: Sequence[ActionRecord],
    bottlenecks: Iterable[Bottleneck],
    today: date,
    looks: Mapping[int, date] | None = None,
) -> PlanChains:
    """The chains of a plan.

    Args:
        bottlenecks: rows of the period; those that are proven need an action.
        today: in the engagement's zone.
        looks: of the actions whose effect is registered, by their ids, the day of the last look.
    """
    looks = looks or {}
    rows = {(row.segment, row.from_stage, row.to_stage): row for row in bottlenecks}
    groups: dict[tuple[int, int], list[ActionRecord]] = {}
    for one in actions:
        key = (one.chain_id, 0) if one.chain_id is not None else (0, one.id)
        groups.setdefault(key, []).append(one)
    chains = [
        _chain(group, rows, today, looks)
        for group in groups.values()
        if group[0].chain_id is not None or group[0].status is not Status.DROPPED
    ]
    begun = {(chain.segment, chain.from_stage, chain.to_stage) for chain in chains}
    chains += [
        Chain(None, *place, row, (), (Broken(Break.NO_ACTION),))
        for place, row in rows.items()
        if place not in begun and _needs_action(row)
    ]
    return PlanChains(tuple(sorted(chains, key=_rank)))


def expected(actions: Iterable[ActionRecord]) -> dict[Status, float]:
    """Expected money by status: of several actions on one bottleneck the largest, since its money is won once."""
    best: dict[tuple[Status, int, int], float] = {}
    for one in actions:
        if one.value is not None:
            key = (one.status, one.chain_id or 0, 0 if one.chain_id else one.id)
            best[key] = max(best.get(key, float("-inf")), float(one.value))
    sums: dict[Status, float] = {}
    for (status, *_), value in best.items():
        sums[status] = sums.get(status, 0.0) + value
    return sums


def _chain(
    group: list[ActionRecord],
    rows: dict[tuple[str, str, str], Bottleneck],
    today: date,
    looks: Mapping[int, date],
) -> Chain:
    first = group[0]
    place = (first.chain_segment, first.from_stage, first.to_stage)
    row = rows.get(place)
    alive = [one for one in group if one.status is not Status.DROPPED]
    breaks = [Broken(why, one) for one in alive for why in _breaks(one, today, looks.get(one.id))]
    if not alive and row is not None and _needs_action(row):
        breaks.append(Broken(Break.NO_ACTION))
    return Chain(first.chain_id, *place, row, tuple(group), tuple(breaks))


def _breaks(one: ActionRecord, today: date, last_look: date | None) -> list[Break]:
    """What the action lacks; a registered effect says how it is measured, and after its last look it is decided on."""
    found = [Break.NO_OWNER] if one.owner_id is None else []
    if one.status is Status.LIVE and last_look is not None:
        found += [Break.NO_DECISION] if last_look < today and not one.decision else []
    elif one.status is Status.LIVE:
        found += [Break.NO_MEASURE] if not one.measure else []
        found += [Break.NO_COMPARISON] if not one.comparison else []
        if one.live_on is not None and one.live_on + MEASURED_WITHIN < today:
            found.append(Break.NOT_MEASURED)
    if one.status is Status.MEASURED and not one.decision:
        found.append(Break.NO_DECISION)
    return found


def _needs_action(row: Bottleneck) -> bool:
    return bool(row.proven and row.recoverable and not row.low_n)


def _rank(chain: Chain) -> tuple[bool, float, int]:
    now = chain.bottleneck.recoverable if chain.bottleneck is not None else None
    planned = max((float(one.value) for one in chain.actions if one.value is not None), default=0.0)
    return not chain.breaks, -(now or planned), chain.id or 0
