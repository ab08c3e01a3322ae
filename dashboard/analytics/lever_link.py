"""The scenario in an address, as `readLink` of assets/js/whatif.js reads it; tests hold the two equal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.analytics.levers import AVERAGE_CHECK, DEALS_PER_BUYER, LEADS, Lever, Unit
from dashboard.analytics.priced import PricedFunnel
from dashboard.errors import JourneyError

_KEYS = {"dL": LEADS, "dP": AVERAGE_CHECK, "dQ": DEALS_PER_BUYER}
_NUMBER = r"[+-]?[0-9]{1,9}(?:\.[0-9]{1,18})?(?:e-[0-9]{1,2})?"
_AMOUNT = re.compile(
    r"(?P<rise>best|own)|to(?P<goal>[0-9]{1,3}(?:\.[0-9]{1,18})?)"
    rf"|(?:(?P<low>{_NUMBER})\.\.)?(?P<likely>{_NUMBER})(?:\.\.(?P<high>{_NUMBER}))?(?P<points>pp)?"
)
_PART = re.compile(r"(?:\\.|[^\\,])+", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Said:
    """One amount of a key, and whose it is."""

    target: str
    text: str
    scope: str | None

    def lever(self) -> Lever | None:
        """The lever; None for what makes no sense."""
        amount, whose, name = self.text.partition("@")
        found = _AMOUNT.fullmatch(amount)
        if found is None or (found["low"] is None) != (found["high"] is None):
            return None
        segment = (name or None) if whose else self.scope
        try:
            if found["rise"]:
                return Lever(self.target, Unit(found["rise"]), segment=segment)
            if found["goal"]:
                return Lever(self.target, Unit.TARGET, float(found["goal"]) / 100, segment)
            unit = Unit.POINTS if found["points"] else Unit.PERCENT
            low, high = (None if found[end] is None else float(found[end]) / 100 for end in ("low", "high"))
            return Lever(self.target, unit, float(found["likely"]) / 100, segment, low, high)
        except JourneyError:
            return None


def levers_of(extras: Mapping[str, str], priced: PricedFunnel) -> tuple[Lever, ...]:
    """The levers that a link sets; what makes no sense is left out.

    Args:
        extras: keys of the page in its address.
        priced: the cohort of the segments that the page shows.
    """
    known = {segment.segment for segment in priced.segments if segment.counts[0]}
    scope = extras.get("seg")
    if scope is not None and scope not in known:
        return ()
    levers: dict[tuple[str, str | None], Lever] = {}
    for key, target in _targets(priced).items():
        for part in _PART.findall(extras.get(key, "")):
            lever = _Said(target, _ESCAPED.sub(r"\1", part), scope).lever()
            if lever is not None and (lever.segment is None or lever.segment in known):
                levers[target, lever.segment] = lever
    return tuple(levers.values())


def _targets(priced: PricedFunnel) -> dict[str, str]:
    steps = {
        f"dC.{priced.steps[place]}": priced.name(place)
        for place in priced.transitions
        if priced.is_priced(place)
    }
    return {**_KEYS, **steps}
