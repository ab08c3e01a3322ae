"""Paths: which ways customers take to a deal, where they turn back, and which ways sell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from dashboard.analytics.benchmarks import MIN_CUSTOMERS
from dashboard.analytics.plain_rows import plain_rows
from dashboard.analytics.transitions import OTHER
from dashboard.journey.query import Level

BOUGHT, STOPPED, OPEN = "(bought)", "(stopped)", "(open)"
# so many visits of a journey are told one by one, and so many of the most frequent places of each; from the last
# visit on a journey goes to its end, and rarer places are one
DRAWN: Mapping[Level, tuple[int, int]] = {
    Level.STAGE: (6, 8),
    Level.CHANNEL: (4, 6),
    Level.TOUCHPOINT: (4, 6),
}
ENDS: Mapping[str, str] = {"bought": BOUGHT, "stopped": STOPPED, "open": OPEN}


@dataclass(frozen=True, slots=True)
class PathLink:
    """How many journeys went from one place straight to another.

    Attributes:
        position: of the place it leads from: 1 is the start of the journey.
        start: stage key, channel or touchpoint; "(other)" = every place of the position behind the most
            frequent ones.
        finish: the same of the next position; "(bought)", "(stopped)" or "(open)" where the journey ends.
        customers: each customer has one journey.
        returned: the customers had been at `finish` before on the same journey.
    """

    position: int
    start: str
    finish: str
    customers: int
    returned: bool = False

    @property
    def ends(self) -> bool:
        """True where the journey ends here."""
        return self.finish in ENDS.values()


@dataclass(frozen=True, slots=True)
class PathNode:
    """One place at one position.

    Attributes:
        customers: journeys that pass here.
        share: of all journeys, 0..1.
    """

    position: int
    place: str
    customers: int
    share: float


@dataclass(frozen=True, slots=True)
class Variant:
    """One exact way, several events at one place in a row taken as one visit.

    Attributes:
        path: places in order; empty = all ways behind the most frequent ones.
        variants: different ways in the row.
        customers, bought, stopped, open: journeys, and how they ended.
        share: of the journeys that are listed, 0..1; the rows add up to 1.
        conversion: bought / customers, 0..1.
        median_days: from the start to the first deal, of those who bought; None: nobody bought.
        revenue: of the deals on the journeys; None: the engagement has no transactions.
        low_n: fewer than 30 customers: too few to judge the way.
    """

    path: tuple[str, ...]
    variants: int
    customers: int
    share: float
    bought: int
    stopped: int
    open: int
    conversion: float
    median_days: float | None
    revenue: Decimal | None
    low_n: bool
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Paths:
    """Every journey of the question.

    Attributes:
        customers, bought, stopped, open: all journeys and how they ended, also those that `through` leaves out.
        links: by position, start and finish; customers add up at every place.
        nodes: places by position, the most frequent first.
        variants: the most frequent first, the others as the last row.
    """

    customers: int
    bought: int
    stopped: int
    open: int
    links: tuple[PathLink, ...]
    nodes: tuple[PathNode, ...]
    variants: tuple[Variant, ...]

    @property
    def conversion(self) -> float | None:
        """Share of all journeys with a deal, 0..1; None without a journey."""
        return self.bought / self.customers if self.customers else None

    @property
    def listed(self) -> int:
        """Journeys of the listed variants: all, or those that pass the chosen place."""
        return sum(variant.customers for variant in self.variants)


def paths(links: pd.DataFrame, variants: pd.DataFrame, separator: str, *, sold: bool) -> Paths:
    """The journeys from the frames of `data_access.paths`.

    Args:
        separator: what stands between the places of a path.
        sold: whether the engagement has transactions, so that journeys have revenue.
    """
    found = _links(links)
    customers = sum(link.customers for link in found if link.position == 1)
    ended = {end: sum(link.customers for link in found if link.finish == end) for end in ENDS.values()}
    rows = plain_rows(variants)
    listed = sum(int(row["customers"]) for row in rows)
    return Paths(
        customers=customers,
        bought=ended[BOUGHT],
        stopped=ended[STOPPED],
        open=ended[OPEN],
        links=found,
        nodes=_nodes(found, customers),
        variants=tuple(_variant(row, listed, separator, sold) for row in rows),
    )


def _links(frame: pd.DataFrame) -> tuple[PathLink, ...]:
    """Links in a fixed order, the largest of a position first."""
    found = [
        PathLink(
            position=int(row["position"]),
            start=OTHER if row["other_place"] else str(row["place"]),
            finish=_finish(row),
            customers=int(row["customers"]),
            returned=bool(row["again"]),
        )
        for row in plain_rows(frame)
    ]
    return tuple(
        sorted(
            found, key=lambda link: (link.position, -link.customers, link.start, link.finish, link.returned)
        )
    )


def _finish(row: Mapping[Any, Any]) -> str:
    if not pd.isna(row["outcome"]):
        return ENDS[str(row["outcome"])]
    return OTHER if row["other_following"] else str(row["following"])


def _nodes(links: tuple[PathLink, ...], customers: int) -> tuple[PathNode, ...]:
    counted: dict[tuple[int, str], int] = defaultdict(int)
    for link in links:
        counted[link.position, link.start] += link.customers
    ordered = sorted(
        counted.items(), key=lambda item: (item[0][0], item[0][1] == OTHER, -item[1], item[0][1])
    )
    return tuple(PathNode(position, place, count, count / customers) for (position, place), count in ordered)


def _variant(row: Mapping[Any, Any], listed: int, separator: str, sold: bool) -> Variant:
    customers, bought = int(row["customers"]), int(row["bought"])
    reasons = {} if bought else {"median_days": "no_deal_on_path"}
    if not sold:
        reasons["revenue"] = "no_transactions"
    return Variant(
        path=() if pd.isna(row["path"]) else tuple(str(row["path"]).split(separator)),
        variants=int(row["variants"]),
        customers=customers,
        share=customers / listed,
        bought=bought,
        stopped=int(row["stopped"]),
        open=int(row["open"]),
        conversion=bought / customers,
        median_days=float(row["median_days"]) if bought else None,
        revenue=_money(row["revenue"]) if sold else None,
        low_n=customers < MIN_CUSTOMERS,
        reasons=reasons,
    )


def _money(value: Any) -> Decimal:
    return Decimal(0) if pd.isna(value) else Decimal(value)
