"""Attributes with a hyphen, which are no Python names."""

from __future__ import annotations

from typing import Any


def attributes(**values: Any) -> dict[str, Any]:
    """`html.Button(..., **attributes(aria_label="Print", data_print="yes"))`: underscores become hyphens."""
    return {name.replace("_", "-"): value for name, value in values.items()}
