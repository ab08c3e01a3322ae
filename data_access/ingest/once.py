"""`amount_per: deal`: an amount that stands on every row of its deal counts once."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from data_access import schema
from data_access.ingest.engine import fetch_table
from data_access.ingest.items import Given
from data_access.ingest.numbers import MONEY
from data_access.ingest.rows import Outcome, SheetRows
from data_access.ingest.values import Flaw
from data_access.ingest.write import Origin

_NOTHING = Decimal(0)


def count_once(
    connection: sa.Connection,
    origin: Origin,
    rows: SheetRows,
    outcome: np.ndarray,
    keys: pd.Series,
    leaving: np.ndarray | None,
) -> list[Flaw]:
    """Leave the deal's amount on one of its rows and 0 on the others; rows that name another amount are refused.

    What the tables hold already is the deal's amount; else the first accepted row gives it. A deal is one id of
    one customer on one day, as everywhere.

    Args:
        leaving: rows whose older facts give way to what the file says.
    """
    flaws = []
    for given in rows.given:
        if given.once:
            stored = _stored(connection, origin)
            if leaving is not None:
                stored = stored.loc[~stored["row_key"].isin(keys.loc[leaving].tolist())]
            flaws += _settle(given, rows.customer, outcome, keys, stored)
    return flaws


def _stored(connection: sa.Connection, origin: Origin) -> pd.DataFrame:
    line = schema.transaction_line
    columns = (line.c.row_key, line.c.customer_key, line.c.transaction_ref, line.c.local_day, line.c.amount)
    query = sa.select(*columns).where(line.c.engagement == origin.engagement, line.c.source == origin.source)
    return fetch_table(connection, query).to_pandas()


def _settle(
    given: Given, customer: pd.Series, outcome: np.ndarray, keys: pd.Series, stored: pd.DataFrame
) -> list[Flaw]:
    amounts: list[Decimal | None] = given.columns["amount"].to_pylist()
    of_row = _added(stored["row_key"], stored["amount"])
    known = outcome == Outcome.KNOWN
    for place in np.flatnonzero(known):
        amounts[place] = of_row.get(keys.iloc[place], _NOTHING)
    differing = np.zeros(len(amounts), dtype=bool)
    if "transaction_ref" in given.columns:
        refs: pd.Series = given.columns["transaction_ref"]
        deals = _deals(customer, refs, given.columns["local_day"])
        open_rows = given.present & refs.notna().to_numpy() & ~known
        differing = _once(amounts, deals, open_rows, outcome, _held(stored))
        outcome[differing] = Outcome.REJECTED
    text = pd.Series([None if amount is None else str(amount) for amount in amounts], dtype="str")
    given.columns["amount"] = given.amount = pa.array(amounts, MONEY)
    return [Flaw("amount_differs", "amount", differing, text)] if differing.any() else []


def _held(stored: pd.DataFrame) -> dict[str, Decimal]:
    """Deal -> the money that the tables hold for it."""
    if stored.empty:
        return {}
    customer, ref, day = (
        pd.Series(stored[name]) for name in ("customer_key", "transaction_ref", "local_day")
    )
    sums = _added(_deals(customer, ref, day), stored["amount"])
    return {deal: amount for deal, amount in sums.items() if amount}


def _added(words: Any, amounts: Any) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for word, amount in zip(words, amounts, strict=True):
        sums[word] += amount
    return sums


def _deals(customer: pd.Series, ref: pd.Series, day: pd.Series) -> pd.Series:
    """One word for each deal."""
    days = pd.to_datetime(day).dt.strftime("%Y-%m-%d").astype("str")
    return customer.fillna("").astype("str") + "\x1f" + ref.fillna("").astype("str") + "\x1f" + days


def _once(
    amounts: list[Decimal | None],
    deals: pd.Series,
    open_rows: np.ndarray,
    outcome: np.ndarray,
    held: dict[str, Decimal],
) -> np.ndarray:
    """Put 0 in the place of repeated amounts; True where an accepted row contradicts the deal's amount."""
    words, of_deal, counted = deals.tolist(), dict(held), set(held)
    differing = np.zeros(len(amounts), dtype=bool)
    for place in np.lexsort((np.arange(len(words)), outcome)):  # accepted rows come first
        amount, word = amounts[place], words[place]
        if not open_rows[place] or amount is None:
            continue
        if outcome[place] == Outcome.ACCEPTED and amount != of_deal.setdefault(word, amount):
            differing[place] = True
        elif word in counted:
            amounts[place] = _NOTHING
        counted.add(word)
    return differing
