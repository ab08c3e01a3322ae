"""What every twin's JSON is made of: plain values, and reasons with a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from dashboard.errors import JourneyError
from dashboard.i18n.words import Words

Json = dict[str, Any]


def reasons_of(found: Iterable[tuple[Any, Mapping[str, str]]]) -> list[Json]:
    """One entry for each reason and field, with everywhere it holds."""
    grouped: dict[tuple[str, str], list[Any]] = {}
    for where, reasons in found:
        for field, code in reasons.items():
            places = grouped.setdefault((code, field), [])
            place = list(where) if isinstance(where, tuple) else where
            if place not in places:
                places.append(place)
    return [reason(code, field, places) for (code, field), places in grouped.items()]


def reason(code: str, field: str | None, where: Any) -> Json:
    """One reason: its code, the field it is about, where, and its sentence."""
    return {"code": code, "field": field, "where": where, "text": Words("en").error(JourneyError(code))}


def plain(value: Any) -> Any:
    """JSON's own types: money becomes a number, moments become ISO text in UTC."""
    if isinstance(value, Decimal):
        return float(round(value, 10))
    if isinstance(value, datetime):
        return value.isoformat() + "Z"
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    return value
