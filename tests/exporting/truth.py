"""What an import of a sample has to give, computed from the sample's own records by plain Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class Expected:
    """The figures of one sample.

    Attributes:
        rows: rows of each file below its header.
        rejected: rows that cannot be taken (a grand total).
        customers: people whom the files know, and deals that name nobody.
        deals: deals that were won.
        revenue: their money, by local month ("2026-03").
        answers: answers of a survey by metric: how many, and their sum.
    """

    rows: Mapping[str, int]
    customers: int
    deals: int = 0
    revenue: Mapping[str, Decimal] = field(default_factory=dict)
    rejected: int = 0
    answers: Mapping[str, tuple[int, Decimal]] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """Revenue of all months."""
        return sum(self.revenue.values(), Decimal(0))


@dataclass(frozen=True)
class Sample:
    """One export as somebody would drop it on the page.

    Attributes:
        files: name -> content.
        presets: name -> key of the preset that it is.
        zone, currency: of the engagement.
    """

    files: Mapping[str, bytes]
    presets: Mapping[str, str]
    expected: Expected
    zone: str = "Europe/Moscow"
    currency: str = "RUB"


def by_month(sales: Iterable[tuple[datetime, Decimal]]) -> dict[str, Decimal]:
    """Money by the month of its (local) time."""
    months: dict[str, Decimal] = defaultdict(Decimal)
    for at, money in sales:
        months[f"{at:%Y-%m}"] += money
    return dict(sorted(months.items()))
