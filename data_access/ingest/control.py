"""Control sums: rows and money by month and by what became of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from dashboard.errors import JourneyError
from data_access import schema
from data_access.ingest.report import ControlSum
from data_access.ingest.rows import Outcome, SheetRows

NO_MONTH = -1
_LEFT_OUT = (Outcome.WHERE, Outcome.NOTHING, Outcome.ONLY_KNOWN)


class Control:
    """Sums of one source, gathered file by file."""

    def __init__(self) -> None:
        self.rows: dict[tuple[int, int], int] = defaultdict(int)
        self.money: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
        self.ownerless_rows = 0
        self.ownerless_money = Decimal(0)
        self.taken_back: dict[str, Decimal] = defaultdict(Decimal)

    def take_back(self, money: pd.DataFrame) -> None:
        """Count money (`day`, `amount`) that a newer file of the same import has replaced."""
        months = pd.to_datetime(money["day"]).dt.strftime("%Y-%m")
        for month, amount in zip(months, money["amount"], strict=True):
            self.taken_back[month] += amount

    def add(self, rows: SheetRows, outcome: np.ndarray) -> None:
        """Count the rows of a sheet."""
        months = months_of(rows.day)
        code, count = np.unique(months * 10 + outcome, return_counts=True)
        for place, number in zip(code.tolist(), count.tolist(), strict=True):
            self.rows[divmod(place, 10)] += number
        ownerless = (outcome == Outcome.ACCEPTED) & rows.customer.isna().to_numpy()
        self.ownerless_rows += int((ownerless & _needs_owner(rows)).sum())
        for given in rows.given:
            if given.amount is not None:
                paid = given.asked & given.amount.is_valid().to_numpy(zero_copy_only=False)
                self._add_money(months_of(given.moments.day), outcome, given.amount, paid)
                if given.table is schema.transaction_line:
                    lost = pc.call_function("sum", [given.amount.filter(pa.array(paid & ownerless))]).as_py()
                    self.ownerless_money += lost or Decimal(0)

    def add_broken(self, count: int) -> None:
        """Count rows that could not be taken apart."""
        if count:
            self.rows[NO_MONTH, Outcome.REJECTED] += count

    def _add_money(self, months: np.ndarray, outcome: np.ndarray, amount: pa.Array, paid: np.ndarray) -> None:
        for place, total in sums_by(months * 10 + outcome, amount, paid):
            self.money[divmod(place, 10)] += total

    def by_month(self) -> tuple[ControlSum, ...]:
        """The sums of each month, rows without a date last."""
        months = sorted(
            {month for month, _ in (*self.rows, *self.money)}, key=lambda month: (month < 0, month)
        )
        return tuple(self._of_month(month) for month in months)

    def _of_month(self, month: int) -> ControlSum:
        def rows(*kinds: Outcome) -> int:
            return sum(self.rows.get((month, kind), 0) for kind in kinds)

        def money(*kinds: Outcome) -> Decimal:
            return sum((self.money.get((month, kind), Decimal(0)) for kind in kinds), Decimal(0))

        groups = ((Outcome.ACCEPTED,), (Outcome.REJECTED,), (Outcome.KNOWN,), _LEFT_OUT)
        figures: Any = (*(rows(*group) for group in groups), *(money(*group) for group in groups))
        return ControlSum(month_name(month), *figures)


def check_written(
    connection: sa.Connection,
    source: str,
    import_id: int,
    sums: tuple[ControlSum, ...],
    taken_back: Mapping[str, Decimal],
) -> None:
    """Compare what the tables hold with what was accepted, to the kopeck.

    Args:
        taken_back: money by month that a newer file of the same import has replaced.

    Raises:
        JourneyError: `control_sums_differ`; the import changes nothing then.
    """
    stored: dict[str, Decimal] = defaultdict(Decimal, taken_back)
    for table in (schema.transaction_line, schema.cost):
        month = sa.func.strftime(table.c.local_day, "%Y-%m")
        rows = connection.execute(
            sa.select(month, sa.func.sum(table.c.amount))
            .where(table.c.source == source, table.c.import_id == import_id)
            .group_by(month)
        )
        for name, amount in rows:
            stored[name] += Decimal(amount)
    for line in sums:
        found = stored.pop(line.month, Decimal(0)) if line.month else Decimal(0)
        if found != line.amount_accepted:
            facts = {"month": line.month or "", "file": line.amount_accepted, "stored": found}
            raise JourneyError("control_sums_differ", source=source, **facts)
    if any(stored.values()):
        raise JourneyError(
            "control_sums_differ", source=source, month=min(stored), file=0, stored=sum(stored.values())
        )


def _needs_owner(rows: SheetRows) -> np.ndarray:
    """True where the row gives something that belongs to a customer."""
    owned = np.zeros(rows.count, dtype=bool)
    for given in rows.given:
        if given.table in (schema.event, schema.transaction_line):
            owned |= given.present
    return owned


def sums_by(places: np.ndarray, amount: pa.Array, counted: np.ndarray) -> Iterator[tuple[int, Decimal]]:
    """(place, sum) of the amounts that count."""
    frame = pa.table({"place": places, "amount": amount}).filter(pa.array(counted))
    sums = frame.group_by("place").aggregate([("amount", "sum")]).to_pydict()
    return zip(sums["place"], sums["amount_sum"], strict=True)


def month_name(month: int) -> str | None:
    """`2026-03`; None: no day."""
    return None if month == NO_MONTH else f"{month // 12:04}-{month % 12 + 1:02}"


def months_of(days: pd.Series) -> np.ndarray:
    """Months since year 0 (-1: no day)."""
    months = days.to_numpy().astype("datetime64[M]").astype("int64") + 1970 * 12
    return np.where(days.isna().to_numpy(), NO_MONTH, months)
