"""Rows of one sheet: what each of them gives, whose it is, and what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import pandas as pd

from data_access.ingest.conditions import holds
from data_access.ingest.items import Given, ItemReader, Labels
from data_access.ingest.mapping import Source
from data_access.ingest.mapping_values import Value
from data_access.ingest.sheet import visible
from data_access.ingest.values import Flaw, Values

MOST_PARTS = 20  # values of one identity in one cell


class Outcome(IntEnum):
    """What becomes of a row."""

    ACCEPTED = 0
    REJECTED = 1
    KNOWN = 2  # an earlier import or an earlier file has brought it
    WHERE = 3  # left out: a condition of the source does not hold
    NOTHING = 4  # left out: it gives no fact
    ONLY_KNOWN = 5  # left out: nobody has its identity


@dataclass(slots=True)
class SheetRows:
    """One sheet, understood.

    Attributes:
        values: the values of the sheet.
        wanted: True where the source's own conditions hold.
        given: what each item gives.
        customer: key of the customer; NaN where the row names none.
        segment: the row's segment, where the source has one.
        attributes: text by name.
        identities: kind and text; a kind has several where its cells hold several values.
        flaws: everything that rejects rows, in the order in which it is found.
        labels: labels for the report.
    """

    values: Values
    wanted: np.ndarray
    given: list[Given]
    customer: pd.Series
    segment: pd.Series | None = None
    attributes: dict[str, pd.Series] = field(default_factory=dict)
    identities: list[tuple[str, pd.Series]] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    labels: list[Labels] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Number of rows."""
        return self.values.cells.count

    @property
    def happened(self) -> np.ndarray:
        """True where some item of the row gives a fact."""
        return _any((given.present for given in self.given), self.count)

    @property
    def tells_of_customer(self) -> np.ndarray:
        """True where a customer has a segment, an attribute or an identity from the row."""
        told = [*self.attributes.values(), *(text for _, text in self.identities)]
        told += [self.segment] if self.segment is not None else []
        return _any((text.notna().to_numpy() for text in told), self.count) & self.customer.notna().to_numpy()

    @property
    def since(self) -> pd.Series:
        """Earliest time of the row's items: from then on its attributes hold (NaT: always)."""
        moments = [given.moments.at.where(given.present) for given in self.given]
        if not moments:
            return pd.Series(np.full(self.count, np.datetime64("NaT", "us")))
        return pd.concat(moments, axis=1).min(axis=1) if len(moments) > 1 else moments[0]

    @property
    def day(self) -> pd.Series:
        """Earliest local day of the row's items (NaT: the row has none)."""
        days = [given.moments.day.where(given.asked) for given in self.given]
        if not days:
            return pd.Series(np.full(self.count, np.datetime64("NaT", "us")))
        return pd.concat(days, axis=1).min(axis=1) if len(days) > 1 else days[0]


def understand(source: Source, values: Values, stages: tuple[str, ...], cell_bytes: int) -> SheetRows:
    """Read every value that the source's mapping names."""
    reader = ItemReader(values, stages)
    wanted = holds(source.where, values)
    given = [reader.read(item) for item in source.items]
    if source.outcome is not None:
        given.append(reader.outcome(source.outcome, given[: len(source.events) + len(source.transactions)]))
    rows = SheetRows(values, wanted, given, _nothing(values.cells.count))
    for column in source.columns:
        long = values.cells.too_long(column, cell_bytes)
        if long is not None:
            rows.flaws.append(Flaw("cell_too_long", column, long, _shown(values, column)))
        spoilt = values.cells.spoilt(column)
        if spoilt is not None:
            rows.flaws.append(Flaw("cell_damaged", column, spoilt, _shown(values, column)))
    if source.customer is not None:
        rows.customer = _told(rows, "customer", source.customer, listed=False)
    if source.segment is not None:
        rows.segment = _told(rows, "segment", source.segment)
    rows.attributes = {name: _told(rows, name, value) for name, value in source.attributes.items()}
    rows.identities = [
        (name, _told(rows, name, part, False))
        for name, value in source.identities.items()
        for part in _parts(values, value)
    ]
    for name, value in (("deal_ref", source.deal), ("visit_ref", source.visit)):
        if value is not None:
            text = _told(rows, name, value, listed=False)
            for item in given:
                if name in item.table.c:
                    item.columns[name] = text
    for item in given:
        rows.flaws += item.flaws
    return rows


def outcomes(rows: SheetRows, known: np.ndarray, of_keys: list[Flaw]) -> tuple[np.ndarray, list[Flaw]]:
    """What becomes of each row, before identities are looked up; and the flaw that rejects it, if any.

    A row is taken or refused as a whole: one value that cannot be used refuses every fact of its row. An
    item whose time is empty gives nothing; a row all of whose items are so is refused.
    """
    outcome = np.full(rows.count, Outcome.ACCEPTED, dtype=np.int8)
    happened, has_items = rows.happened, bool(rows.given)
    gives = happened if has_items else rows.tells_of_customer
    flaws = [*rows.flaws, *of_keys]
    if has_items:
        asked = _any((given.asked for given in rows.given), rows.count)
        flaws.append(Flaw("no_time", _time_columns(rows), asked & ~happened, _nothing(rows.count)))
    outcome[~gives] = Outcome.NOTHING
    kept: list[Flaw] = []
    open_rows = rows.wanted & ~known
    for flaw in flaws:
        first = flaw.rows & open_rows & (outcome != Outcome.REJECTED)
        if first.any():
            kept.append(Flaw(flaw.reason, flaw.column, first, flaw.text))
            outcome[first] = Outcome.REJECTED
    outcome[known] = Outcome.KNOWN
    outcome[~rows.wanted] = Outcome.WHERE
    return outcome, kept


def _time_columns(rows: SheetRows) -> str:
    return ", ".join(dict.fromkeys(given.time_column for given in rows.given))


def _told(rows: SheetRows, name: str, value: Value, listed: bool = True) -> pd.Series:
    """A value of the row that is not one item's alone."""
    reading = rows.values.text(value)
    rows.flaws += reading.flaws
    if listed:
        rows.labels.append(Labels(name, reading.label, reading.unmapped if value.map else None))
    return reading.values


def _shown(values: Values, column: str) -> pd.Series:
    return values.cells.text(column).str.slice(0, 200).map(visible, na_action="ignore")


def _parts(values: Values, value: Value) -> list[Value]:
    """An identity whose cell holds several values, as one value for each part."""
    if value.split is None or value.split[1] is not None:
        return [value]
    sign = value.split[0]
    whole = values.text(value.model_copy(update={"split": None, "normalise": None})).label
    most = whole.str.count(re.escape(sign)).max()
    count = min(int(most) + 1 if most == most else 1, MOST_PARTS)
    return [value.model_copy(update={"split": (sign, place)}) for place in range(1, count + 1)]


def _nothing(count: int) -> pd.Series:
    return pd.Series(np.full(count, None, dtype=object), dtype="str")


def _any(masks: Iterable[np.ndarray], count: int) -> np.ndarray:
    found = np.zeros(count, dtype=bool)
    for mask in masks:
        found |= mask
    return found
