"""What one item of a row (event, transaction line, cost, survey answer) gives, for a whole sheet."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from dashboard.journey.channels import channel_key
from dashboard.journey.stages import UNMAPPED
from data_access import schema
from data_access.ingest.conditions import holds
from data_access.ingest.mapping import CostItem, EventItem, SurveyItem, TransactionItem
from data_access.ingest.mapping_values import OutcomeValue, Value
from data_access.ingest.times import Moments, nothing_known
from data_access.ingest.values import Flaw, Reading, Values
from data_access.ingest.wording import clean


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels of a column, for the report.

    Attributes:
        field: what they became: `stage`, `channel`, `region`.
        text: label of each row.
        unmapped: True where the mapping does not know the label; None where the field has no list.
    """

    field: str
    text: pd.Series
    unmapped: np.ndarray | None = None


@dataclass(slots=True)
class Given:
    """What one item gives in each row.

    Attributes:
        table: raw table that it goes to.
        asked: True where its `where` holds.
        present: True where it gives a fact: asked, and with a time.
        moments: its time.
        time_column: where the time stands.
        columns: values of the table's columns, row by row.
        amount: money of the row for the control sums; None where the item moves none.
        flaws: values that reject their rows.
        labels: labels for the report.
        once: the amount is the whole deal's and stands on each of its rows: it counts once.
    """

    table: sa.Table
    asked: np.ndarray
    moments: Moments
    time_column: str
    present: np.ndarray = field(init=False)
    columns: dict[str, Any] = field(default_factory=dict)
    amount: pa.Array | None = None
    flaws: list[Flaw] = field(default_factory=list)
    labels: list[Labels] = field(default_factory=list)
    once: bool = False

    def __post_init__(self) -> None:
        self.present = self.asked & self.moments.at.notna().to_numpy()


class ItemReader:
    """Reads the items of a source from the values of one sheet."""

    def __init__(self, values: Values, stages: tuple[str, ...]) -> None:
        self.values, self.stages = values, stages

    def read(self, item: EventItem | TransactionItem | CostItem | SurveyItem) -> Given:
        """What the item gives in each row of the sheet."""
        match item:
            case EventItem():
                return self._event(item)
            case TransactionItem():
                return self._transaction(item)
            case CostItem():
                return self._cost(item)
            case SurveyItem():
                return self._survey(item)

    # -------------------------------------------------------------------------------- items

    def _event(self, item: EventItem) -> Given:
        given = self._start(schema.event, item.where, item.at)
        self._stage(given, item.stage, keep_label=True)
        self._texts(given, item, "touchpoint", "manager", "product", "reason")
        self._channel(given, item.channel)
        self._money(given, item, "amount", "cost")
        if item.sentiment is not None:
            reading = self._floats(given, "sentiment", item.sentiment)
            beyond = np.abs(np.nan_to_num(reading.values)) > 1
            self._flaw(given, "out_of_range", item.sentiment, beyond, reading.label)
        if item.attributes:
            given.columns["attributes"] = self._json(given, item.attributes)
        return given

    def _transaction(self, item: TransactionItem) -> Given:
        given = self._start(schema.transaction_line, item.where, item.at)
        self._texts(given, item, "product", "manager")
        self._channel(given, item.channel)
        self._reference(given, "transaction_ref", item.id)
        self._reference(given, "refund_ref", item.refund_of)
        self._money(given, item, "cogs")
        if item.quantity is not None:
            self._floats(given, "quantity", item.quantity)
        self._paid(given, item.at, item.amount)
        given.once = item.amount_per == "deal"
        return given

    def _cost(self, item: CostItem) -> Given:
        given = self._start(schema.cost, item.where, item.day)
        del given.columns["occurred_at"], given.columns["date_only"]  # a day is all that a cost knows
        self._texts(given, item, "segment")
        self._channel(given, item.channel)
        if item.stage is not None:
            self._stage(given, item.stage)
        self._paid(given, item.day, item.amount)
        return given

    def _survey(self, item: SurveyItem) -> Given:
        given = self._start(schema.survey_answer, item.where, item.at)
        self._texts(given, item, "touchpoint", "segment", "metric")
        self._reference(given, "respondent", item.respondent)
        self._reference(given, "comment", item.text)
        self._channel(given, item.channel)
        if item.stage is not None:
            self._stage(given, item.stage)
        for name in ("score", "weight", "importance", "satisfaction"):
            if (value := getattr(item, name)) is not None:
                self._floats(given, name, value)
        unnamed = given.columns["metric"].isna().to_numpy() & given.present
        self._flaw(given, "no_metric", item.metric, unnamed, given.columns["metric"])
        return given

    def outcome(self, outcome: OutcomeValue, beside: list[Given]) -> Given:
        """How the deal of each row ended.

        Args:
            beside: what the row's items give: their latest time and their money are the outcome's.
        """
        reading = self.values.text(outcome)
        ended = reading.values.map(_endings(outcome)).astype("str")
        asked = ended.notna().to_numpy()
        given = Given(schema.outcome, asked, self._ended_at(outcome, beside), _end_column(outcome, beside))
        self._take_flaws(given, reading)
        if outcome.at is not None:
            for flaw in self.values.moments(outcome.at).flaws:
                self._flaw(given, flaw.reason, outcome.at, flaw.rows, flaw.text)
        _place_in_time(given)
        given.columns |= {"outcome": ended, "raw_label": reading.label}
        given.labels.append(Labels("outcome", reading.label))
        if outcome.reason is not None:
            given.columns["reason"] = self._text(given, "reason", outcome.reason)
        if outcome.stage_when_lost is not None:
            self._lost_at(given, outcome.stage_when_lost)
        money = [_where(item.columns["amount"], item.present) for item in beside if "amount" in item.columns]
        if money:
            given.columns["amount"] = pc.call_function("coalesce", money)
        return given

    # -------------------------------------------------------------------------------- parts

    def _ended_at(self, outcome: OutcomeValue, beside: list[Given]) -> Moments:
        """The outcome's own time, else the latest one of the row's items."""
        moments = nothing_known(self.values.cells.count)
        for item in beside:
            later = item.present & ~(item.moments.at <= moments.at).to_numpy()
            moments = item.moments.where(later, moments)
        if outcome.at is None:
            return moments
        own = self.values.moments(outcome.at)
        return own.values.where(own.values.at.notna().to_numpy() | own.values.bad, moments)

    def _lost_at(self, given: Given, value: Value) -> None:
        """The stage where a deal was lost: a key of the model, else nothing, and its label is listed."""
        reading = self.values.text(value)
        self._take_flaws(given, reading)
        known = reading.values.isin(self.stages)
        unmapped = reading.label.notna().to_numpy() & ~known.to_numpy()
        given.columns["stage_when_lost"] = reading.values.where(known)
        given.columns["stage_label"] = reading.label
        given.labels.append(Labels("stage_when_lost", reading.label, unmapped))

    def _start(self, table: sa.Table, where: Any, at: Value) -> Given:
        """The item's time; where it is asked for and is none, the row is at fault."""
        reading = self.values.moments(at)
        asked = holds(where, self.values)
        given = Given(table, asked, reading.values, at.place)
        given.flaws += [
            Flaw(flaw.reason, flaw.column, flaw.rows & asked, flaw.text) for flaw in reading.flaws
        ]
        _place_in_time(given)
        return given

    def _flaw(self, given: Given, reason: str, value: Value, rows: np.ndarray, text: pd.Series) -> None:
        given.flaws.append(Flaw(reason, value.place, rows & given.asked, text))

    def _take_flaws(self, given: Given, reading: Reading) -> None:
        """A value that is wrong matters where the item gives a fact at all."""
        given.flaws += [
            Flaw(flaw.reason, flaw.column, flaw.rows & given.present, flaw.text) for flaw in reading.flaws
        ]

    def _texts(self, given: Given, item: Any, *names: str) -> None:
        for name in names:
            value = getattr(item, name)
            if value is not None:
                given.columns[name] = self._text(given, name, value)

    def _text(self, given: Given, name: str, value: Value) -> pd.Series:
        reading = self.values.text(value)
        self._take_flaws(given, reading)
        given.labels.append(Labels(name, reading.label, reading.unmapped if value.map else None))
        return reading.values

    def _reference(self, given: Given, name: str, value: Value | None) -> None:
        """A text that names something else, or is free: no label of a list."""
        if value is not None:
            reading = self.values.text(value)
            self._take_flaws(given, reading)
            given.columns[name] = reading.values

    def _channel(self, given: Given, value: Value | None) -> None:
        if value is not None:
            text = self._text(given, "channel", value)
            keys = {label: channel_key(label) for label in text.dropna().unique()}
            given.columns["channel"] = text.map(keys).astype("str")

    def _stage(self, given: Given, value: Value, keep_label: bool = False) -> None:
        """Keys of the model; every other label is kept beside 'unmapped'."""
        reading = self.values.text(value)
        self._take_flaws(given, reading)
        known = reading.values.isin(self.stages)
        unmapped = (~known).to_numpy() | reading.unmapped
        given.columns["stage"] = reading.values.where(known, UNMAPPED)
        given.labels.append(Labels("stage", reading.label, unmapped))
        if keep_label and value.value is None:
            given.columns["raw_label"] = reading.label

    def _money(self, given: Given, item: Any, *names: str) -> None:
        for name in names:
            value = getattr(item, name)
            if value is not None:
                reading = self.values.money(value)
                self._take_flaws(given, reading)
                given.columns[name] = reading.values

    def _floats(self, given: Given, name: str, value: Value) -> Reading[np.ndarray]:
        reading = self.values.floats(value)
        self._take_flaws(given, reading)
        given.columns[name] = reading.values
        return reading

    def _paid(self, given: Given, at: Value, amount: Value) -> None:
        """Money needs its time, and a time its money; where both are missing nothing was paid."""
        reading = self.values.money(amount)
        given.columns["amount"] = given.amount = reading.values
        unread = np.zeros(len(given.asked), dtype=bool)
        for flaw in reading.flaws:
            unread |= flaw.rows
            given.flaws.append(Flaw(flaw.reason, flaw.column, flaw.rows & given.asked, flaw.text))
        paid = reading.values.is_valid().to_numpy(zero_copy_only=False)
        timeless = given.moments.at.isna().to_numpy()
        self._flaw(given, "no_amount", amount, ~timeless & ~paid & ~unread, reading.label)
        self._flaw(given, "no_time", at, timeless & ~given.moments.bad & paid, self.values.moments(at).label)

    def _json(self, given: Given, attributes: dict[str, Value]) -> pd.Series:
        """The event's own attributes as one JSON object a row; empty ones are left out."""
        whole = pd.Series(np.full(len(given.asked), "", dtype=object), dtype="str")
        for name in sorted(attributes):
            value = attributes[name]
            text = self._text(given, name, value)
            if value.type not in ("integer", "number", "boolean"):
                quoted = {word: json.dumps(word, ensure_ascii=False) for word in text.dropna().unique()}
                text = text.map(quoted).astype("str")
            whole = whole + (f", {json.dumps(name, ensure_ascii=False)}: " + text).fillna("")
        return ("{" + whole.str.slice(2) + "}").mask(whole == "")


def _place_in_time(given: Given) -> None:
    given.columns["occurred_at"] = given.moments.at
    given.columns["local_day"] = given.moments.day
    given.columns["date_only"] = given.moments.date_only


def _endings(outcome: OutcomeValue) -> dict[str, str]:
    """Label -> `won` or `lost`."""
    return {clean(label): "lost" for label in outcome.lost} | {clean(label): "won" for label in outcome.won}


def _end_column(outcome: OutcomeValue, beside: list[Given]) -> str:
    if outcome.at is not None:
        return outcome.at.place
    return ", ".join(dict.fromkeys(item.time_column for item in beside)) or outcome.place


def _where(amount: pa.Array, present: np.ndarray) -> pa.Array:
    return pc.call_function("if_else", [pa.array(present), amount, pa.scalar(None, amount.type)])
