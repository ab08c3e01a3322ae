"""Pieces that the sources of a mapping are made of: values, times, money, people, conditions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from dashboard.journey.stages import UNMAPPED, StageModel
from data_access.ingest.mapping import METRICS
from data_access.ingest.recognise.draft import SourceDraft
from data_access.ingest.recognise.roles import PERSON

_NORMALISED = {"phone": "phone", "email": "email"}
_SNIFFED = ("utf-8-sig", "utf-8")


class Labels(dict[str, str]):
    """Labels with what they mean; the mapping file writes them once and names them where they come again."""


def _mapped(labels: dict[str, str]) -> Labels:
    return Labels({label: word for label, word in labels.items() if word != UNMAPPED})


class Parts:
    """The pieces of one source; a bare column is written as its name."""

    def __init__(self, source: SourceDraft, model: StageModel) -> None:
        self.source, self.model = source, model
        self._stages, self._channels = _mapped(source.stages), _mapped(source.channels)

    # ------------------------------------------------------------------------------------ values

    def value(self, role: str) -> Any:
        """The column of a role as a value; None where no column has it."""
        column = self.source.column(role)
        if column is None:
            return None
        if role == "channel" and self.source.channels:
            return {"column": column, "map": self._channels}
        # in these fields a bare word that is a known key would be the constant
        return {"column": column} if role in ("channel", "metric") else column

    def values(self, *roles: str) -> dict[str, Any]:
        """Field -> value for the roles that some column has; field and role have one name."""
        return {role: value for role in roles if (value := self.value(role)) is not None}

    def stage(self) -> dict[str, Any]:
        """The status with its labels' stages; a label without one is listed by the import."""
        return {"column": self.source.column("status"), "map": self._stages}

    @property
    def first_stage(self) -> str:
        """Where every journey begins."""
        return self.model.keys[0]

    def metric(self) -> dict[str, Any]:
        """What is asked: a column, or the word that the header of the scores has."""
        if (column := self.source.column("metric")) is not None:
            return {"column": column, "normalise": "lower"}
        header = (self.source.column("score") or "").lower()
        return {"value": next((metric for metric in METRICS if metric in header), header or METRICS[1])}

    def number(self, role: str) -> Any:
        """A number as the file writes it."""
        return self.source.column(role)

    # ------------------------------------------------------------------------------------- times

    def time(self, *roles: str) -> Any:
        """The first of these times that is not empty."""
        parts = [self._moment(column) for role in roles if (column := self.source.column(role))]
        return parts[0] if len(parts) == 1 else {"first": parts}

    def _moment(self, column: str) -> Any:
        pattern = self.source.date_formats.get(column)
        return {"column": column, "format": pattern} if pattern else column

    # ------------------------------------------------------------------------------------- money

    @property
    def has_money(self) -> bool:
        """True where some column says how much."""
        return self.source.column("amount") is not None or self.source.column("price") is not None

    def money(self, once: bool = False) -> dict[str, Any]:
        """The amount of the row, or else price times quantity.

        Args:
            once: the amount stands on every row of its deal.
        """
        source = self.source
        if source.column("amount") is not None:
            whole = {"amount_per": "deal"} if once and not self._merged_once else {}
            return {"amount": self._with_currency(source.column("amount") or ""), **whole}
        price, quantity = source.column("price"), source.column("quantity")
        return {"amount": {"product": [quantity, price]} if quantity else self._with_currency(price or "")}

    @staticmethod
    def or_else(value: Any, word: str) -> dict[str, Any]:
        """The value, or the word where it is empty."""
        return {**(value if isinstance(value, dict) else {"column": value}), "empty": word}

    def with_money(self) -> dict[str, Any]:
        """The condition that the row names an amount."""
        return {"column": self.source.column("amount") or self.source.column("price"), "not_empty": True}

    def pipeline_amount(self) -> dict[str, Any]:
        """What the deal is worth, on its events."""
        return self.amount_as("amount", "amount")

    def amount_as(self, role: str, field: str) -> dict[str, Any]:
        """Money of another kind than a sale."""
        column = self.source.column(role)
        return {field: self._with_currency(column)} if column else {}

    def _with_currency(self, column: str) -> Any:
        """The amount with its currency beside it: money of another currency is refused with that reason."""
        currency = self.source.column("currency")
        if currency is None or re.search(r"[{}]", column + currency):
            return column
        return {"first": [{"text": f"{{{column}}} {{{currency}}}"}, {"column": column}]}

    # ------------------------------------------------------------------------------------ people

    def customer(self, *otherwise: str) -> Any:
        """Whose row it is: the surest of what the row says, else its own id."""
        columns = [(role, column) for role in (*PERSON, *otherwise) for column in self.source.columns(role)]
        parts = [self._person(role, column) for role, column in columns]
        return parts[0] if len(parts) == 1 else {"first": parts}

    def _person(self, role: str, column: str) -> Any:
        sign = self.source.separators.get(column)
        first = {"column": column, "split": [sign, "1"]} if sign else {"column": column}
        if role in _NORMALISED:
            return {**first, "normalise": _NORMALISED[role]}
        return first if sign else column

    def identities(self) -> dict[str, Any]:
        """By what one person is known in several files: every phone and address, and the browser's id."""
        found = {role: self._identity(role) for role in ("phone", "email", "client_id")}
        return {role: value for role, value in found.items() if value is not None}

    def _identity(self, role: str) -> Any:
        columns = self.source.columns(role)
        if not columns:
            return None
        normalised = {"normalise": _NORMALISED[role]} if role in _NORMALISED else {}
        sign = next(filter(None, (self.source.separators.get(column) for column in columns)), "")
        if len(columns) == 1:
            split = {"split": sign} if sign else {}
            return {"column": columns[0], **split, **normalised} if split or normalised else columns[0]
        sign = sign or ","
        return {"columns": list(columns), "join": sign, "split": sign, **normalised}

    def attributes(self) -> dict[str, Any]:
        """Further properties of the customer, by a short word made of the header."""
        pipeline = self.source.column("pipeline")
        found: dict[str, str] = {"pipeline": pipeline} if pipeline else {}
        for column in self.source.columns("attribute"):
            key = re.sub(r"\W+", "_", column.lower()).strip("_")[:60] or "attribute"
            number = 2
            while key in found:
                key, number = f"{key.rstrip('0123456789_')}_{number}", number + 1
            found[key] = column
        return found

    # ------------------------------------------------------------------------------ rows and ends

    def options(self) -> dict[str, Any]:
        """How the file is written, as far as it is not found out by itself."""
        told = self.source.options.model_dump(exclude_defaults=True, mode="json")
        if told.get("encoding") in _SNIFFED:
            del told["encoding"]
        if self._merged_once:
            told.pop("fill_down", None)
        return told

    def row(self, role: str) -> dict[str, Any]:
        """The id of a row, and whether it stands on several: the lines of a deal."""
        lines = {"row_repeats": True} if self.source.lines and not self._merged_once else {}
        return {"row": self.source.column(role), **lines}

    def first_rows(self) -> list[dict[str, Any]]:
        """Of merged cells the first row alone tells of the deal."""
        return [{"column": self.source.column("deal"), "not_empty": True}] if self._merged_once else []

    @property
    def _merged_once(self) -> bool:
        """True where a deal's further rows have nothing to add: the deal's own amount is its money."""
        return bool(self.source.options.fill_down) and self.source.column("amount") is not None

    def outcome(self, times: Sequence[str]) -> dict[str, Any] | None:
        """How the deal ended."""
        source = self.source
        if not source.won and not source.lost:
            return None
        ends = {name: list(labels) for name, labels in (("won", source.won), ("lost", source.lost)) if labels}
        at = [role for role in times if source.column(role)]
        return {"column": source.column("status"), **ends, **self.values("reason"), "at": self.time(*at)}

    def lost_without_stage(self) -> list[str]:
        """Labels of lost deals that nobody has given a stage."""
        return [label for label in self.source.lost if self.source.stages.get(label, UNMAPPED) == UNMAPPED]

    def paid_statuses(self) -> dict[str, Any] | None:
        """Which events are sales, where the labels say it."""
        deal = [label for label, stage in self.source.stages.items() if stage == self.model.deal.key]
        labels = list(self.source.won) or deal
        return {"column": self.source.column("status"), "in": labels} if labels else None

    @staticmethod
    def where(*conditions: dict[str, Any] | None) -> dict[str, Any]:
        """The conditions of an item, where there are any."""
        given = [condition for condition in conditions if condition]
        return {"where": given} if given else {}
