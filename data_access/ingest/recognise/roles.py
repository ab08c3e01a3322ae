"""What a column can be, by what one row of the file is."""

from __future__ import annotations

from data_access.ingest.recognise.draft import Kind

_PERSON = ("customer", "company", "phone", "email", "client_id")
_BESIDE = ("segment", "attribute")
_TOUCH = ("channel", "touchpoint", "manager")

ROLES: dict[Kind, tuple[str, ...]] = {
    "deals": (
        *("deal", *_PERSON, "status", "created", "changed", "closed", "amount", "currency", "pipeline"),
        *(*_TOUCH, "product", "quantity", "price", "reason", *_BESIDE),
    ),
    "history": ("deal", *_PERSON, "status", "at", "amount", *_TOUCH, "reason", *_BESIDE),
    "events": (
        *(*_PERSON, "status", "at", *_TOUCH, "product", "amount", "currency", "order"),
        *("visit", "sentiment", "cost", *_BESIDE),
    ),
    "orders": (
        *("order", *_PERSON, "at", "amount", "currency", "product", "quantity", "price", "cogs"),
        *("status", "channel", "manager", "refund_of", *_BESIDE),
    ),
    "visits": ("visit", *_PERSON, "at", "channel", "touchpoint", "status", "order", "amount", *_BESIDE),
    "survey": (
        *("respondent", *_PERSON, "at", "metric", "score", "status", "channel", "touchpoint"),
        *("weight", "importance", "satisfaction", "text", "segment"),
    ),
    "costs": ("at", "amount", "channel", "segment", "status"),
}
"""Roles of each kind of file, in the order in which a person looks for them."""

PERSON = _PERSON
"""Roles that say whose row it is, the surest first."""

SEVERAL = frozenset({"attribute", "phone", "email"})
"""Roles that may stand on several columns."""

REQUIRED: dict[Kind, tuple[tuple[str, ...], ...]] = {
    "deals": (("deal",), ("status",), ("created", "changed", "closed")),
    "history": (("deal",), ("status",), ("at",)),
    "events": (_PERSON, ("status",), ("at",)),
    "orders": (_PERSON, ("at",), ("amount", "price")),
    "visits": (("visit", *_PERSON), ("at",)),
    "survey": (("at",), ("score",)),
    "costs": (("at",), ("amount",)),
}
"""What a kind of file cannot do without: one role of each group."""
