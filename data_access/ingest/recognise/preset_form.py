"""What a known export looks like: what its columns are called, and what may stand in them.

Headers are compared without case, signs and a currency at the end ("Бюджет, ₽" is "бюджет"); the first of a
role's headers that the file has and whose cells fit takes the role.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from data_access.ingest.recognise.draft import Kind
from data_access.ingest.recognise.profile import ColumnKind

ANY: tuple[ColumnKind, ...] = ("text", "number", "date", "phone", "email", "empty")
WORD: tuple[ColumnKind, ...] = ("text", "empty")
NAME: tuple[ColumnKind, ...] = ("text", "number", "phone", "empty")
MONEY: tuple[ColumnKind, ...] = ("number", "empty")
TIME: tuple[ColumnKind, ...] = ("date",)
TIMES: tuple[ColumnKind, ...] = ("date", "empty")


@dataclass(frozen=True, slots=True)
class Expected:
    """A column that an export is expected to have.

    Attributes:
        role: what it means.
        headers: what it is called, the most telling first.
        kinds: what its cells may hold.
        required: without it the file is no such export.
        shape: pattern that every sample has to fit.
        date_format: strptime pattern of its times, where the importer needs one.
    """

    role: str
    headers: tuple[str, ...]
    kinds: tuple[ColumnKind, ...] = ANY
    required: bool = False
    shape: str | None = None
    date_format: str | None = None


@dataclass(frozen=True, slots=True)
class Preset:
    """A known export.

    Attributes:
        names: what people call it, by language.
        source: name of the source in a mapping; a later export of the same table has the same.
        kind: what one row is.
        columns: expected columns.
        marks: headers that other products do not have; at least `needed` of them stand in the file.
        ceiling: confidence where everything fits; lower for forms that no product owns.
        attributes: further headers that are worth keeping beside the customer.
        listed_times: header of the times of purchases, where a row has several as lists in brackets.
    """

    names: Mapping[str, str]
    source: str
    kind: Kind
    columns: tuple[Expected, ...]
    marks: tuple[str, ...] = ()
    needed: int = 0
    ceiling: float = 1.0
    attributes: tuple[str, ...] = ()
    listed_times: str | None = None
