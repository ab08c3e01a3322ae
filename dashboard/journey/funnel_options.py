"""What a funnel may be asked beyond its mode: steps that may be missed, step windows, exclusions, filters.

Each has a short text, the same on the command line and in an address: `B=5` (a window of 5 days from the step
before to B), `X:A>B` or `X:A>B:remove` (an exclusion), `channel=site` or `B:channel=site` (a filter; of step B alone).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from dashboard.errors import JourneyError

MAX_DAYS = 3660


class Excluded(StrEnum):
    """What an exclusion does: cut the attempt at its first step, or take out the customer."""

    DROP = "drop"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class StepWindow:
    """At most `days` from the step before (the last one met) to this step, both ends included."""

    stage: str
    days: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `B=5`.

        Raises:
            JourneyError: `bad_step_window` with the text.
        """
        stage, separator, days = text.partition("=")
        if not (separator and stage and days.isascii() and days.isdigit() and int(days) <= MAX_DAYS):
            raise JourneyError("bad_step_window", value=text)
        return cls(stage, int(days))

    def __str__(self) -> str:
        return f"{self.stage}={self.days}"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A stage that must not come after the step `after` and before the step `before` (or the window's end)."""

    stage: str
    after: str
    before: str
    action: Excluded = Excluded.DROP

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `X:A>B`, `X:A>B:drop` or `X:A>B:remove`.

        Raises:
            JourneyError: `bad_exclusion` with the text.
        """
        found = re.fullmatch(r"([^:>]+):([^:>]+)>([^:>]+)(?::(drop|remove))?", text)
        if not found:
            raise JourneyError("bad_exclusion", value=text)
        return cls(found[1], found[2], found[3], Excluded(found[4] or "drop"))

    def __str__(self) -> str:
        end = ":remove" if self.action is Excluded.REMOVE else ""
        return f"{self.stage}:{self.after}>{self.before}{end}"


ATTRIBUTE = "attribute:"
EVENT_FIELDS = ("channel", "touchpoint", "product", "manager")


@dataclass(frozen=True, slots=True)
class Filter:
    """Values to keep of one field.

    Attributes:
        field: `channel`, `touchpoint`, `product`, `manager` of an event; of a customer also `segment`, `month`
            (of the entry, "2026-03"), `customer_type` and `attribute:NAME`.
        step: the step whose events are filtered; None = of every step, or of the customers.
    """

    field: str
    values: tuple[str, ...]
    step: str | None = None

    def __str__(self) -> str:
        where = f"{self.step}:" if self.step else ""
        return f"{where}{self.field}=" + "|".join(self.values)


def parse_filters(
    texts: tuple[str, ...], known: tuple[str, ...], *, steps: bool = False
) -> tuple[Filter, ...]:
    """Filters from texts of one value each, `channel=site` or `B:channel=site`; values of one field add up.

    Args:
        known: fields that may be filtered; `attribute:NAME` is known where it ends with `attribute:`.
        steps: a step may stand in front.

    Raises:
        JourneyError: `bad_filter` with the text and the known fields.
    """
    merged: dict[tuple[str, str | None], list[str]] = {}
    for text in texts:
        name, separator, value = text.partition("=")
        step, colon, own = name.partition(":") if steps else ("", "", "")
        field, where = (own, step) if colon else (name, None)
        named = field in known or (ATTRIBUTE in known and field.startswith(ATTRIBUTE) and field != ATTRIBUTE)
        if not (separator and value and named):
            raise JourneyError("bad_filter", value=text, known=", ".join(known))
        values = merged.setdefault((field, where), [])
        if value not in values:
            values.append(value)
    return tuple(Filter(field, tuple(values), step) for (field, step), values in merged.items())
