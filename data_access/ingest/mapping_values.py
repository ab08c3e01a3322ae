"""The parts of the mapping file below a source: values, conditions, and how a part refuses a wrong key."""

from __future__ import annotations

import difflib
from collections.abc import Mapping as Dictionary
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from data_access.ingest.patterns import pattern_columns


class Part(BaseModel):
    """A piece of the mapping: unknown keys are refused with the nearest known one."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)
    later: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: Any) -> Any:
        if isinstance(data, Dictionary):
            known = {field.alias or name for name, field in cls.model_fields.items()}
            for key in data:
                if key in cls.later:
                    raise PydanticCustomError("mapping_key_later", "later", {"key": str(key)})
                if key not in known:
                    raise PydanticCustomError("mapping_unknown_key", "unknown", _nearest(str(key), known))
        return data


def _nearest(key: str, known: set[str]) -> dict[str, Any]:
    close = difflib.get_close_matches(key, sorted(known), n=1, cutoff=0.0)
    return {"key": key, "nearest": close[0] if close else ""}


def _column_alone(data: Any) -> Any:
    """A bare name is a column."""
    return {"column": data} if isinstance(data, str | int) else data


def _one_or_more(data: Any) -> Any:
    return [data] if isinstance(data, str | int) else data


Words = Annotated[tuple[str, ...], BeforeValidator(_one_or_more)]


def _first_part(data: Any) -> Any:
    """A sign alone takes the first part."""
    return (data, None) if isinstance(data, str) else data


Split = Annotated[tuple[Annotated[str, Field(min_length=1)], int | None], BeforeValidator(_first_part)]


class Lookup(Part):
    """Another file: the row whose `key` column equals our value gives its `value`, a column or a pattern of some."""

    file: str
    key: str
    value: str


class Value(Part):
    """Where a value stands in the row, and what is done with it before it counts.

    Attributes:
        column, first, columns + join, product, text, value: exactly one source of the value; `lookup`
            goes on from `column` (left out: the column with the key's own name).
        map: label -> word; labels it does not name go to `default`, else to 'unmapped'.
        empty: stands in for nothing.
        split: the sign between the parts of a cell, or the sign and which part (1 is the first, -1 the last);
            the sign alone takes the first part, in `identities` each of them.
        format: strptime pattern, `epoch_s`, `epoch_ms` or `excel`; left out: ISO 8601 or dd.mm.yyyy.
        scale, offset: number * scale + offset.
        bands: ascending limits; the value becomes the band's label ("<5000", "5000-9999", ">=10000").
        invalid: labels that mean nothing.
        range: both ends included; a number outside rejects the row. `reverse` mirrors it.
    """

    column: str | None = None
    first: tuple[AnyValue, ...] | None = None
    columns: Words | None = None
    join: str = ""
    product: tuple[AnyValue, ...] | None = None
    text: str | None = None
    lookup: Lookup | None = None
    value: str | None = None
    map: dict[str, str] | None = None
    default: str | None = None
    empty: str | None = None
    type: Literal["text", "integer", "number", "date", "boolean"] | None = None
    format: str | None = None
    timezone: str | None = None
    scale: Decimal | None = None
    offset: Decimal | None = None
    decimal: Literal[".", ","] | None = None
    invalid: Words = ()
    range: tuple[Decimal, Decimal] | None = None
    reverse: bool = False
    bands: tuple[Decimal, ...] | None = None
    normalise: Literal["trim", "phone", "email", "lower"] | None = None
    strip_prefix: str | None = None
    split: Split | None = None

    @field_validator("timezone")
    @classmethod
    def _zone(cls, name: str | None) -> str | None:
        return known_zone(name) if name else None

    @field_validator("bands")
    @classmethod
    def _ascending(cls, bands: tuple[Decimal, ...] | None) -> tuple[Decimal, ...] | None:
        if bands is not None and (not bands or list(bands) != sorted(set(bands))):
            raise PydanticCustomError("mapping_bands_ascend", "bands", {})
        return bands

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        given = [name for name in ORIGINS if getattr(self, name) is not None]
        if len(given) != 1 and not (self.lookup and not given):
            facts = {"given": ", ".join(given), "known": ", ".join(ORIGINS)}
            raise PydanticCustomError("mapping_one_origin", "origin", facts)
        return self

    @property
    def own_columns(self) -> tuple[str, ...]:
        """Every column of the row that the value reads, in order."""
        if self.column is not None:
            return (self.column,)
        parts = self.first or self.product or ()
        inner = tuple(column for part in parts for column in part.own_columns)
        if self.lookup and self.value is None and not inner:
            return (self.lookup.key,)
        return inner + (self.columns or ()) + pattern_columns(self.text or "")

    @property
    def place(self) -> str:
        """How a message names the value: its columns."""
        return ", ".join(self.own_columns)


ORIGINS = ("column", "first", "columns", "product", "text", "value")
AnyValue = Annotated[Value, BeforeValidator(_column_alone)]


class CustomerValue(Value):
    """Whose row it is; with `identity` through a value that another source gave for its customers."""

    identity: str | None = None
    only_known: bool = False


class OutcomeValue(Value):
    """How the row's deal ended; labels that are neither `won` nor `lost` leave it open.

    Attributes:
        reason: why.
        stage_when_lost: where the deal stood before.
        at: when it ended; left out or empty: the latest time of the row's events and transactions.
    """

    won: Words = ()
    lost: Words = ()
    reason: AnyValue | None = None
    stage_when_lost: AnyValue | None = None
    at: AnyValue | None = None

    @model_validator(mode="after")
    def _some_label(self) -> Self:
        if not self.won and not self.lost:
            raise PydanticCustomError("mapping_missing_key", "missing", {"key": "lost"})
        return self


AnyCustomer = Annotated[CustomerValue, BeforeValidator(_column_alone)]


class Condition(Part):
    """A test of one column; every test given must hold."""

    column: str
    in_: Words | None = Field(None, alias="in")
    not_in: Words | None = None
    starts_with: Words | None = None
    not_starts_with: Words | None = None
    not_empty: bool | None = None
    greater: str | None = None
    less: str | None = None

    @model_validator(mode="after")
    def _some_test(self) -> Self:
        tests = (name for name in type(self).model_fields if name != "column")
        if all(getattr(self, name) is None for name in tests):
            raise PydanticCustomError("mapping_condition_empty", "condition", {"column": self.column})
        return self


def _one_condition(data: Any) -> Any:
    return [data] if isinstance(data, dict) else data


Conditions = Annotated[tuple[Condition, ...], BeforeValidator(_one_condition)]


def known_zone(name: str) -> str:
    """The name where it is a time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise PydanticCustomError("mapping_unknown_zone", "zone", {"zone": name}) from error
    return name
