"""How `journey query` prints an answer: JSON, CSV or a table."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import orjson

from commands.context import print_table


class Format(StrEnum):
    """How an answer is printed."""

    JSON = "json"
    CSV = "csv"
    TABLE = "table"


def print_answer(answer: Mapping[str, Any], format_: Format) -> None:
    """The answer on stdout: whole as JSON, its rows as CSV or a table."""
    if format_ is Format.JSON:
        sys.stdout.write(
            orjson.dumps(answer, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode() + "\n"
        )
        return
    rows = answer["rows"] if "rows" in answer else _whatif_rows(answer)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    if format_ is Format.CSV:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([[_cell(row.get(name)) for name in columns] for row in rows])
        return
    print_table(columns, [[_shown(row.get(name)) for name in columns] for row in rows])


def _shown(value: Any) -> str:
    """A table's cell for reading: four digits after the mark; JSON and CSV hold every digit."""
    if value is None:
        return "—"
    return f"{value:,.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _whatif_rows(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"case": case, **answer[case]} for case in ("baseline", "scenario")]


def _cell(value: Any) -> Any:
    """A CSV cell; text that a spreadsheet would run as a formula gets an apostrophe."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"}:
        return f"'{value}"
    return "" if value is None else value
