"""Levers of the what-if: what a scenario changes, as people write it in the console and in links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from dashboard.analytics.priced import PricedFunnel
from dashboard.errors import JourneyError

LEADS = "leads"
AVERAGE_CHECK = "average_check"
DEALS_PER_BUYER = "deals_per_buyer"
AMOUNTS = (LEADS, AVERAGE_CHECK, DEALS_PER_BUYER)
_ALIASES = {"deals": DEALS_PER_BUYER}
_LEVER = re.compile(r"^(?P<target>[^=]+)=(?P<sign>[+\-−]?)(?P<number>\d+(?:[.,]\d+)?)(?P<unit>%|pp)$")


class Unit(StrEnum):
    """How a lever's amount is meant: relative, in points of conversion, or up to the best other segment."""

    PERCENT = "%"
    POINTS = "pp"
    BEST = "best"


@dataclass(frozen=True, slots=True)
class Lever:
    """One change of the scenario.

    Attributes:
        target: `leads`, `average_check`, `deals_per_buyer` or a transition `from>to`.
        unit: points and best are for transitions alone.
        amount: as a share: 0.03 is +3 % or +3 points; without meaning for `best`.
        segment: the one it holds for, in place of the total's lever; None = all, each in its own terms.

    Raises:
        JourneyError: `points_need_transition`; `bad_lever` for less than nothing (-100 % is the least).
    """

    target: str
    unit: Unit
    amount: float = 0.0
    segment: str | None = None

    def __post_init__(self) -> None:
        if self.unit is not Unit.PERCENT and self.target in AMOUNTS:
            raise JourneyError("points_need_transition", lever=self.target)
        if not isfinite(self.amount) or (self.unit is Unit.PERCENT and self.amount < -1):
            raise JourneyError("bad_lever", lever=f"{self.target}={self.amount * 100:+g}{self.unit}")


def parse_lever(text: str, segment: str | None = None) -> Lever:
    """Read `leads=+3%`, `active_evaluation>purchase=+2pp`, `average_check=-1,5%`, `deals=+1%` or `a>b=best`.

    Raises:
        JourneyError: `bad_lever` (with what was typed), `points_need_transition`.
    """
    plain = "".join(text.split())
    target, _, amount = plain.rpartition("=")
    target = _ALIASES.get(target, target)
    if target and amount == Unit.BEST:
        return Lever(target, Unit.BEST, segment=segment)
    found = _LEVER.match(plain)
    if found is None:
        raise JourneyError("bad_lever", lever=text)
    size = float(found["number"].replace(",", ".")) / 100
    return Lever(target, Unit(found["unit"]), size if found["sign"] in ("", "+") else -size, segment)


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
        return any(lever.unit is Unit.BEST for lever in self._chosen.values())

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
