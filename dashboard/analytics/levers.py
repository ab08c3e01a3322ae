"""Levers of the what-if: what a scenario changes, as people write it in the console and in links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import inf, isfinite

from dashboard.analytics.priced import PricedFunnel
from dashboard.errors import JourneyError

LEADS = "leads"
AVERAGE_CHECK = "average_check"
DEALS_PER_BUYER = "deals_per_buyer"
AMOUNTS = (LEADS, AVERAGE_CHECK, DEALS_PER_BUYER)
_ALIASES = {"deals": DEALS_PER_BUYER}
_LEVER = re.compile(r"^(?P<target>[^=]+)=(?P<amount>[^@=]+)(?:@(?P<segment>.+))?$", re.DOTALL)
_NUMBER = r"[+\-−]?\d+(?:[.,]\d+)?"
_CHANGE = re.compile(rf"^(?P<low>{_NUMBER}\.\.)?(?P<likely>{_NUMBER})(?P<high>\.\.{_NUMBER})?(?P<unit>%|pp)$")
_GOAL = re.compile(r"^(?P<unit>target|headroom):(?P<likely>\d+(?:[.,]\d+)?)%$")


class Unit(StrEnum):
    """How a lever's amount is meant.

    Relative; in points of conversion; up to the best other segment; up to the best of the segment's own last
    periods; up to a conversion that is the target; or by a share of the headroom, which is the way up to the best
    other segment. All but the first two never lower.
    """

    PERCENT = "%"
    POINTS = "pp"
    BEST = "best"
    OWN = "own"
    TARGET = "target"
    HEADROOM = "headroom"


@dataclass(frozen=True, slots=True)
class Lever:
    """One change of the scenario.

    Attributes:
        target: `leads`, `average_check`, `deals_per_buyer` or a transition `from>to`.
        unit: everything but per cent is for transitions alone.
        amount: as a share: 0.03 is +3 %, +3 points, a target of 3 % or 3 % of the headroom; without meaning
            for `best` and `own`. Of a range the likely value.
        segment: the one it holds for, in place of the total's lever; None = all, each in its own terms.
        low, high: ends of a lift that is not known exactly (low <= amount <= high); None = it is.

    Raises:
        JourneyError: `points_need_transition`; `bad_lever` for less than nothing (-100 % is the least), for a
            target or a share of the headroom outside 0..1, and for a range that is not in order.
    """

    target: str
    unit: Unit
    amount: float = 0.0
    segment: str | None = None
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if self.unit is not Unit.PERCENT and self.target in AMOUNTS:
            raise JourneyError("points_need_transition", lever=self.target)
        low, high = (self.amount if end is None else end for end in (self.low, self.high))
        least = {Unit.PERCENT: -1.0, Unit.TARGET: 0.0, Unit.HEADROOM: 0.0}.get(self.unit, -inf)
        most = 1.0 if self.unit in (Unit.TARGET, Unit.HEADROOM) else inf
        sound = all(isfinite(value) for value in (low, self.amount, high))
        if not sound or low < least or high > most or not low <= self.amount <= high:
            raise JourneyError("bad_lever", lever=f"{self.target}={self.amount * 100:+g}{self.unit}")

    @property
    def uncertain(self) -> bool:
        """True for a lift that is a range."""
        return self.low is not None and self.high is not None and self.low < self.high


def parse_lever(text: str, segment: str | None = None) -> Lever:
    """Read a lever as people write it.

    `leads=+3%`, `active_evaluation>purchase=+2pp`, `average_check=-1,5%`, `deals=+1%`; of transitions also
    `a>b=best`, `a>b=own`, `a>b=target:30%`, `a>b=headroom:50%`; a range `a>b=+1..3..5%` (least, likely, most); for one
    segment `leads=+3%@new customers`, in place of the argument.

    Raises:
        JourneyError: `bad_lever` (with what was typed), `points_need_transition`.
    """
    said = _LEVER.match(text.strip())
    if said is None:
        raise JourneyError("bad_lever", lever=text)
    target, amount = ("".join(said[name].split()) for name in ("target", "amount"))
    target, segment = _ALIASES.get(target, target), said["segment"] or segment
    if target and amount in (Unit.BEST, Unit.OWN):
        return Lever(target, Unit(amount), segment=segment)
    found = _GOAL.match(amount) or _CHANGE.match(amount)
    if not target or found is None:
        raise JourneyError("bad_lever", lever=text)
    ends = [found.groupdict().get(name) for name in ("low", "high")]
    if (ends[0] is None) != (ends[1] is None):
        raise JourneyError("bad_lever", lever=text)
    low, high = (None if end is None else _share(end.strip(".")) for end in ends)
    try:
        return Lever(target, Unit(found["unit"]), _share(found["likely"]), segment, low, high)
    except JourneyError as error:
        raise JourneyError(error.code, lever=text) from error


def _share(number: str) -> float:
    return float(number.replace(",", ".").replace("−", "-")) / 100


class LeverSet:
    """The levers of one scenario, checked against the funnel they move.

    Raises:
        JourneyError: `unknown_lever` and `unknown_segment` (both name the known ones),
            `transition_not_priced`, `lever_twice`.
    """

    def __init__(self, funnel: PricedFunnel, levers: Iterable[Lever]) -> None:
        self._chosen: dict[tuple[str | None, str], Lever] = {}
        for lever in levers:
            _check(funnel, lever)
            if (lever.segment, lever.target) in self._chosen:
                raise JourneyError("lever_twice", lever=lever.target)
            self._chosen[lever.segment, lever.target] = lever

    @property
    def need_best(self) -> bool:
        """True where a lever asks for the best other segment."""
        return any(lever.unit in (Unit.BEST, Unit.HEADROOM) for lever in self._chosen.values())

    def of(self, segment: str) -> Mapping[str, Lever]:
        """Target -> lever that holds in a segment: its own, else the total's."""
        shared = {target: lever for (scope, target), lever in self._chosen.items() if scope is None}
        own = {target: lever for (scope, target), lever in self._chosen.items() if scope == segment}
        return shared | own


def _check(funnel: PricedFunnel, lever: Lever) -> None:
    places = {funnel.name(transition): transition for transition in funnel.transitions}
    priced = [name for name, place in places.items() if funnel.is_priced(place)]
    segments = [segment.segment for segment in funnel.segments]
    if lever.target in places and lever.target not in priced:
        raise JourneyError("transition_not_priced", lever=lever.target, known=", ".join(priced))
    if lever.target not in places and lever.target not in AMOUNTS:
        raise JourneyError("unknown_lever", lever=lever.target, known=", ".join((*AMOUNTS, *priced)))
    if lever.segment is not None and lever.segment not in segments:
        raise JourneyError("unknown_segment", segment=lever.segment, known=", ".join(segments))
