"""Purchases of a counter's visits: one cell holds those of a whole visit, as a list in brackets."""

from __future__ import annotations

from typing import Any

from data_access.ingest.recognise.build_parts import Parts
from data_access.ingest.recognise.presets import PRESETS

_MOST = 5  # purchases of one visit


def writes_lists(parts: Parts) -> bool:
    """True where the export writes the purchases of a visit as lists: ['A-17','A-18'], [1250.5,90]."""
    preset = PRESETS.get(parts.source.preset or "")
    return preset is not None and preset.listed_times is not None


def listed_sales(parts: Parts) -> list[dict[str, Any]]:
    """A sale for each place of the lists; places that a visit does not have give nothing.

    Without the times of the purchases nothing is taken: a second purchase of a visit would be lost unseen.
    """
    source = parts.source
    times, money = PRESETS[source.preset or ""].listed_times, source.column("amount")
    if times not in source.roles or money is None:
        return []
    bare = {"column": money, "split": ["]", 1], "strip_prefix": "["}
    order = source.column("order")
    sales = [
        {
            **({"id": {"column": order, "split": ["'", 2 * place]}} if order else {}),
            "at": {"column": times, "split": ["'", 2 * place]},
            "amount": {"first": [bare], "split": [",", place]},
            **parts.values("channel"),
        }
        for place in range(1, _MOST + 2)
    ]
    sales[-1]["amount"]["range"] = [0, 0]  # a visit with more purchases is refused and named, not cut
    return sales
