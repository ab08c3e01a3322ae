"""The options of a funnel in an address, as texts; what cannot be understood is ignored and named.

Keys: `st` steps in order, `opt` steps that may be missed, `sw` step windows (`b=5`), `ex` exclusions (`x:a>b`),
`ba` attributes to break down by, `va` event whose values stand for the customer, `sf` filters before matching
(`b:channel=site`), `cf` filters after it (`channel=site`), `bm` what bottlenecks are held against (`target`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Self

from dashboard.errors import JourneyError
from dashboard.journey.funnel_options import EVENT_FIELDS, Exclusion, StepWindow, parse_filters
from dashboard.journey.funnel_steps import FIELDS, check_groups, check_steps
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import Against, JourneyQuery

Texts = tuple[str, ...]
_KEYS = {
    "stages": "st",
    "optional": "opt",
    "step_windows": "sw",
    "exclusions": "ex",
    "attributes": "ba",
    "value_at": "va",
    "step_filters": "sf",
    "filters": "cf",
    "against": "bm",
}


@dataclass(frozen=True, slots=True)
class FunnelWords:
    """What an address says of the funnel, word for word."""

    stages: Texts = ()
    optional: Texts = ()
    step_windows: Texts = ()
    exclusions: Texts = ()
    attributes: Texts = ()
    value_at: Texts = ()
    step_filters: Texts = ()
    filters: Texts = ()
    against: Texts = ()

    @classmethod
    def read(cls, labels: Callable[[str], Texts]) -> Self:
        """Take the keys out of a query string by `labels`, which reads one key."""
        return cls(**{name: labels(key) for name, key in _KEYS.items()})

    def said(self, joined: Callable[[Texts], str]) -> dict[str, str]:
        """The keys of what is said."""
        return {_KEYS[item.name]: joined(getattr(self, item.name)) for item in fields(self)}

    def apply(
        self, query: JourneyQuery, info: GenerationInfo
    ) -> tuple[JourneyQuery, tuple[JourneyError, ...]]:
        """The question with these options; where one of them cannot be, without any, and what was wrong."""
        try:
            changes: dict[str, Any] = {
                "stages": self.stages,
                "optional": self.optional,
                "step_windows": tuple(StepWindow.parse(text) for text in self.step_windows),
                "exclusions": tuple(Exclusion.parse(text) for text in self.exclusions),
                "attributes": self.attributes,
                "value_at": self.value_at[0] if self.value_at else "first",
                "step_filters": parse_filters(self.step_filters, EVENT_FIELDS, steps=True),
                "filters": parse_filters(self.filters, FIELDS),
                "against": self._against(),
            }
            for key in self.stages:
                info.model.order(key)
            asked = query.with_(**changes)
            check_steps(asked, info)
            check_groups(asked, info)
        except JourneyError as error:
            return query, (error,)
        return asked, ()

    def _against(self) -> Against:
        said = self.against[0] if self.against else Against.BEST_OTHER
        if said not in set(Against):
            raise JourneyError("address_value_ignored", key=_KEYS["against"], value=said[:60])
        return Against(said)
