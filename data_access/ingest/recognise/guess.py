"""A file that is no known export: what its rows and columns most likely are, by headers and by what stands below."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import get_args

from data_access.ingest.recognise.draft import NOT_IMPORTED, Kind
from data_access.ingest.recognise.headers import HEADERS
from data_access.ingest.recognise.profile import MOST_LABELS, ColumnProfile, FileProfile
from data_access.ingest.recognise.roles import REQUIRED, ROLES

_SAME, _BEGINS, _HOLDS = 0.85, 0.65, 0.5
_BY_CONTENT = 0.6
_MOST_STATUSES = 100
_MOST_PER_ID = 100  # rows of one deal, order or visit
_TIMES = ("at", "created", "changed", "closed")
_NUMBERS = (
    "amount",
    "price",
    "quantity",
    "cogs",
    "score",
    "weight",
    "importance",
    "satisfaction",
    "cost",
    "sentiment",
)
_MARKS: Mapping[Kind, tuple[str, ...]] = {  # roles that a kind of file has and the others mostly have not
    "deals": ("deal", "closed", "changed", "created", "reason", "pipeline"),
    "history": (),
    "events": ("customer", "sentiment"),
    "orders": ("order", "quantity", "cogs", "refund_of", "price"),
    "visits": ("visit", "client_id"),
    "survey": ("score", "respondent", "metric", "importance", "satisfaction", "text"),
    "costs": (),
}


_OWNERS = ("customer", "phone", "email", "client_id", "respondent", "order", "deal", "visit")


def guessed_kind(profile: FileProfile) -> tuple[Kind, float]:
    """What one row of the file most likely is, and how sure that is."""
    scores = {kind: _likelihood(profile, kind) for kind in get_args(Kind)}
    best = max(scores, key=lambda kind: scores[kind])
    return best, round(min(max(scores[best], 0.0), 0.8), 3)


def guessed_roles(
    profile: FileProfile, kind: Kind, chosen: Mapping[str, str] | None = None
) -> tuple[dict[str, str], dict[str, float]]:
    """Role of each column and how sure it is; `chosen` is what a person has said already."""
    chosen = chosen or {}
    roles = {column.name: chosen.get(column.name, NOT_IMPORTED) for column in profile.columns}
    certain = {column.name: 1.0 if column.name in chosen else 0.5 for column in profile.columns}
    pairs = sorted(
        (
            (-sure, place, ROLES[kind].index(role), column.name, role)
            for place, column in enumerate(profile.columns)
            for role in ROLES[kind]
            if column.name not in chosen and column.filled and (sure := _fit(column, role, kind, profile))
        ),
    )
    taken = set(chosen.values())
    for sure, _, _, name, role in pairs:
        if roles[name] == NOT_IMPORTED and role not in taken:
            roles[name], certain[name] = role, -sure
            taken.add(role)
    return roles, certain


def _likelihood(profile: FileProfile, kind: Kind) -> float:
    roles, certain = guessed_roles(profile, kind)
    given = {role for role in roles.values() if role != NOT_IMPORTED}
    groups = REQUIRED[kind]
    met = sum(not given.isdisjoint(group) for group in groups) / len(groups)
    sure = sum(certain[column] for column, role in roles.items() if role != NOT_IMPORTED)
    marks = len(given & set(_MARKS[kind]))
    ids = {
        role: profile.column(column)
        for column, role in roles.items()
        if role in ("deal", "customer", "order")
    }
    score = 0.5 * met + 0.05 * sure / max(1, len(given)) + 0.07 * min(marks, 4)
    deal = ids.get("deal")
    if deal is not None and deal.different < 0.8 * deal.filled and not profile.options.fill_down:
        steps = not _has(profile, ("product", "quantity", "price", "created"))  # else lines of products
        score += {"deals": -0.2 if steps else 0.1, "history": 0.2 if steps else -0.1}.get(kind, 0.0)
    if kind == "costs":
        score += -0.3 if _has(profile, _OWNERS) else 0.1
    return score if met == 1 else score - 0.2


def _has(profile: FileProfile, roles: Iterable[str]) -> bool:
    """True where some header sounds like one of the roles."""
    return any(_named(column.name, role) >= _BEGINS for column in profile.columns for role in roles)


def _fit(column: ColumnProfile, role: str, kind: Kind, profile: FileProfile) -> float:
    """How sure it is that the column has the role; 0 where its cells do not fit."""
    named = _named(column.name, role)
    if role in _TIMES:
        if column.kind != "date":
            return 0.0
        return named or (0.4 if role in ("at", "created") else 0.0)
    if role in _NUMBERS and column.kind != "number":
        return 0.0
    if role in ("phone", "email"):
        return max(named, _BY_CONTENT) if column.kind == role else 0.0
    if column.kind == "date" or (column.kind in ("phone", "email") and role != "customer"):
        return 0.0
    if role == "status" and not 1 <= len(column.labels) <= _MOST_STATUSES:
        return 0.0
    if role in ("channel", "currency", "segment", "pipeline", "metric") and not column.labels:
        return 0.0
    if (
        role in ("deal", "order", "visit")
        and column.different * _MOST_PER_ID < column.filled
        and profile.rows > 100
    ):
        return 0.0
    if role == "deal" and kind == "deals" and named and column.different == column.filled:
        named = min(named + 0.05, 0.9)
    if role == "currency" and any(len(label) > 20 for label, _ in column.labels):
        return 0.0
    if (
        role in ("customer", "company")
        and 0 < len(column.labels) <= min(3, MOST_LABELS)
        and profile.rows > 50
    ):
        return 0.0
    return named


def _named(header: str, role: str) -> float:
    """How much the header sounds like the role."""
    bare = _bare(header)
    if not bare:
        return 0.0
    best = 0.0
    names = HEADERS.get(role, ())
    for place, name in enumerate(names):
        sure = 0.0
        if bare == name:
            sure = _SAME
        elif bare.startswith(f"{name} ") or (len(name) > 4 and bare.startswith(name)):
            sure = _BEGINS
        elif f" {name} " in f" {bare} " and name != "id":
            sure = _HOLDS
        best = max(best, sure - 0.1 * place / len(names)) if sure else best
    return round(best, 3)


def _bare(header: str) -> str:
    text = unicodedata.normalize("NFKC", header).casefold().replace("ё", "е")
    return " ".join(re.findall(r"[^\W_]+", re.sub(r"#\d+$", "", text)))
