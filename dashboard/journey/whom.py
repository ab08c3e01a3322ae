"""Whose rows a list of customers shows: a funnel step or a touchpoint, and which part of the list is on screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from dashboard.journey.funnel_options import ATTRIBUTE
from dashboard.journey.funnel_steps import FIELDS
from dashboard.journey.generation import GenerationInfo

SEGMENT = "segment"
PAGE_ROWS = 50
MOST_ROWS = 200  # of one page, whoever asks
LONGEST_SEARCH = 100


class Went(StrEnum):
    """What became of who entered: they went on to the next stage, or stopped here."""

    ON = "on"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Whom:
    """Customers of a funnel step, or of a cell of the touchpoint map.

    Attributes:
        step: stage that the funnel step starts from; None = the funnel's first one.
        went: what became of them; None = everybody who entered.
        by: what the group is a value of: `segment`, `channel`, `month`, ..., `attribute:NAME`.
        group: value of `by`; None = everybody.
        stage, channel, touchpoint: a cell of the map instead of a step; `stage` is None for a step.
    """

    step: str | None = None
    went: Went | None = None
    by: str = SEGMENT
    group: str | None = None
    stage: str | None = None
    channel: str | None = None
    touchpoint: str | None = None

    @classmethod
    def read(cls, said: Mapping[str, str], info: GenerationInfo) -> Self:
        """What the address of the list says; what the engagement does not know is left out."""
        stages = info.model.keys
        went = said.get("went", "")
        by = said.get("by", SEGMENT)
        known = by in FIELDS[:-1] or by in {f"{ATTRIBUTE}{name}" for name in info.attributes}
        stage = _known(said.get("stage"), stages)
        return cls(
            step=_known(said.get("step"), stages),
            went=Went(went) if went in set(Went) else None,
            by=by if known else SEGMENT,
            group=said.get("seg") if known else None,
            stage=stage,
            channel=said.get("channel") if stage else None,
            touchpoint=said.get("touchpoint") if stage else None,
        )


@dataclass(frozen=True, slots=True)
class Slice:
    """The part of a list that is on screen.

    Attributes:
        sort: column that orders the rows; a list knows its own ones and takes its first for any other.
        descending: largest or latest first. Rows without a value come last either way.
        first: place of the first row, from 0.
        rows: how many rows.
        search: part of the customer's own key; only who may see contacts can search.
    """

    sort: str = ""
    descending: bool = True
    first: int = 0
    rows: int = PAGE_ROWS
    search: str = ""

    @classmethod
    def read(cls, said: Mapping[str, str]) -> Self:
        """What the address says: `sort=-revenue`, `page=3`, `q=79161`."""
        sort, page = said.get("sort", ""), said.get("page", "")
        number = int(page) if page.isascii() and page.isdigit() and len(page) <= 6 else 1
        return cls(
            sort=sort.removeprefix("-"),
            descending=sort.startswith("-") or not sort,
            first=(max(number, 1) - 1) * PAGE_ROWS,
            search=said.get("q", "").strip()[:LONGEST_SEARCH],
        )

    @property
    def page(self) -> int:
        """Number of the page, from 1."""
        return self.first // self.rows + 1


def _known(name: str | None, names: tuple[str, ...]) -> str | None:
    return name if name in names else None
