"""What made a change: the bridge on an alert, by the segment, channel or manager that says most about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isclose

from dashboard.analytics.decomposition import contributions
from dashboard.journey.incidents import Slice
from dashboard.journey.targets import Kpi

TOP = 3


@dataclass(frozen=True, slots=True)
class Sums:
    """A part of a figure on one side: `top` / `bottom`; of money and people `bottom` is None.

    Sums of a base of several periods are those of all of them for ratios, and of the mean one for money and people.
    """

    top: float = 0.0
    bottom: float | None = None


Parts = Mapping[str, tuple[Sums, Sums]]  # name -> (looked-at period, base)


@dataclass(frozen=True, slots=True)
class Explained:
    """The parts of a change.

    Attributes:
        dimension: `segment`, `channel` or `manager`; "" where no split says anything.
        slices: the three largest parts; `rest` the others together: all of them add up to the change.
    """

    dimension: str = ""
    slices: tuple[Slice, ...] = ()
    rest: float | None = None


def explained(change: float, dimensions: Mapping[str, Parts]) -> Explained:
    """The split whose parts differ most from what their size alone would make of the change.

    Args:
        change: of the figure, looked-at period minus base.
        dimensions: name of the split -> its parts; a split into one part says nothing.
    """
    found = {name: effects(parts) for name, parts in dimensions.items() if _several(parts)}
    found = {name: parts for name, parts in found.items() if parts}
    if not found or isclose(change, 0.0, abs_tol=1e-12):
        return Explained()
    name = max(found, key=lambda one: _telling(found[one], dimensions[one], change))
    same_way = sorted(found[name].items(), key=lambda item: -item[1] * (1 if change > 0 else -1))
    top = tuple(Slice(part, effect, effect / change) for part, effect in same_way[:TOP])
    return Explained(name, top, change - sum(one.effect for one in top))


def effects(parts: Parts) -> dict[str, float]:
    """Part of the change that each part made; they add up to the change of the whole.

    Of ratios the effect has two halves: what the part's own rate did at its mean weight, and what its weight did at the
    distance of its mean rate from that of the whole.
    """
    if any(now.bottom is None for now, _ in parts.values()):
        return {name: now.top - before.top for name, (now, before) in parts.items()}
    wholes = [_whole(parts, side) for side in (0, 1)]
    if any(not whole.bottom for whole in wholes):
        return {}
    middle = sum(whole.top / (whole.bottom or 1.0) for whole in wholes) / 2
    found = {}
    for name, sides in parts.items():
        weights = [
            (side.bottom or 0.0) / (whole.bottom or 1.0) for side, whole in zip(sides, wholes, strict=True)
        ]
        rates = [side.top / side.bottom if side.bottom else None for side in sides]
        now = rates[0] if rates[0] is not None else rates[1] if rates[1] is not None else middle
        before = rates[1] if rates[1] is not None else now
        own = (now - before) * sum(weights) / 2
        mix = (weights[0] - weights[1]) * ((now + before) / 2 - middle)
        found[name] = own + mix
    return found


def money_of_factor(
    kpi: Kpi, before: tuple[float, float, float, float], after: tuple[float, float, float, float]
) -> float:
    """Revenue that the change of one factor of L, C, P, Q made between two periods: its bar of the bridge."""
    names = (Kpi.LEADS, Kpi.CONVERSION, Kpi.AVERAGE_CHECK, Kpi.DEALS_PER_BUYER)
    bars = contributions(before, after)
    return sum(bars) if kpi is Kpi.REVENUE else bars[names.index(kpi)]


def _several(parts: Parts) -> bool:
    """True where more than one part has anybody in it."""
    return sum(any(side.top or side.bottom for side in sides) for sides in parts.values()) > 1


def _whole(parts: Parts, side: int) -> Sums:
    every = [one[side] for one in parts.values()]
    return Sums(sum(one.top for one in every), sum(one.bottom or 0.0 for one in every))


def _telling(found: Mapping[str, float], parts: Parts, change: float) -> float:
    """The largest part of the change beyond what the part's size alone would make."""
    sizes = {
        name: before.top if before.bottom is None else before.bottom for name, (_, before) in parts.items()
    }
    whole = sum(abs(size) for size in sizes.values()) or 1.0
    return max(effect / change - abs(sizes[name]) / whole for name, effect in found.items())
