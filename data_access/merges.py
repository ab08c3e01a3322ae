"""The merge log: which identity values make several customers one person, and which make nobody one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.journey.whom import MOST_ROWS, Slice
from data_access import schema
from data_access.facts import Facts
from data_access.pseudonyms import Pseudonyms, sees_contacts, shown
from data_access.rows import binary, ordered, page_of
from data_access.scope import Scope

REASONS = ("merged", "too_wide", "placeholder", "apart")  # the first one makes one person, the others nobody


def fetch_merges(
    facts: Facts,
    scope: Scope,
    part: Slice,
    names: Pseudonyms,
    *,
    reasons: Collection[str] = REASONS,
    to_look_at: bool = False,
    most: int = MOST_ROWS,
) -> pd.DataFrame:
    """One page of the merge log: a row for each identity value that stands on two customers or more.

    Returns a frame with `kind` (of the identity: `phone`, `email`, ...), `value` (for who may see contacts, else a
    sign that stands for it), `ref` (names the value in a link, see `value_of`), `reason` (`merged`, or why it
    merges nobody: `too_wide`: on more than five customers, `placeholder`: "0", "no", `apart`: somebody said so),
    `customers` (how many keys have the value), `token` (the merged person's, for a link to them; None), `keys`
    (tuple: every own key of the person, or pseudonyms), `differs` (another kind in which the person's customers
    have different values: to look at; None: they agree), `import_id` (whose rows put the value on a second
    customer), `total` (length of the whole list).

    Args:
        part: sorted by `import` (the latest first), `customers` or `kind`; a search finds values and keys.
        reasons: some of `REASONS`.
        to_look_at: people whose customers differ alone.

    Raises:
        JourneyError: `no_right` (403) for a scope that was not made for single customers.
    """
    open_ = sees_contacts(scope)
    with facts.pinned():
        found = facts.frame(scope, page_of(merges_statement(scope, part, reasons, to_look_at), part, most))
        people = sorted({int(number) for number in found["customer_id"].dropna()})
        keys = facts.frame(scope, keys_statement(scope, people))
    of_person: dict[int, list[str]] = defaultdict(list)
    for number, key in zip(keys["customer_id"].tolist(), keys["customer_key"].tolist(), strict=True):
        of_person[number].append(key)
    own = [of_person[int(number)] if pd.notna(number) else [] for number in found["customer_id"]]
    refs = [
        names.token(scope.engagement, f"{kind}:{value}")
        for kind, value in zip(found["kind"], found["value"], strict=True)
    ]
    tokens = [[names.token(scope.engagement, key) for key in listed] for listed in own]
    return found.drop(columns="customer_id").assign(
        value=list(found["value"]) if open_ else [shown(ref) for ref in refs],
        ref=refs,
        token=[listed[0] if listed else None for listed in tokens],
        keys=[
            tuple(listed) if open_ else tuple(shown(token) for token in signs)
            for listed, signs in zip(own, tokens, strict=True)
        ],
    )


def value_of(names: Pseudonyms, engagement: str, ref: str) -> tuple[str, str] | None:
    """Kind and value behind a `ref` of the log; None for a text that this installation did not make."""
    kind, _, value = (names.key(engagement, ref) or "").partition(":")
    return (kind, value) if value else None


def merges_statement(
    scope: Scope, part: Slice, reasons: Collection[str] = REASONS, to_look_at: bool = False
) -> sa.Select:
    """The log in its order, with its whole length in every row."""
    table = schema.merged_value
    kept = [table.c.engagement == scope.engagement, table.c.reason.in_(sorted(reasons))]
    if to_look_at:
        kept.append(table.c.differs.is_not(None))
    if part.search and sees_contacts(scope):
        kept.append(_holds(scope, part.search.lower()))
    statement = sa.select(
        table.c.kind,
        table.c.value,
        table.c.reason,
        table.c.customers,
        table.c.customer_id,
        table.c.differs,
        table.c.import_id,
        sa.func.count().over().label("total"),
    ).where(*kept)
    orders = {"import": table.c.import_id, "customers": table.c.customers, "kind": table.c.kind}
    return ordered(statement, orders, part, table.c.value_no)


def keys_statement(scope: Scope, people: list[int]) -> sa.Select:
    """Own keys of these people, the first one first."""
    customer = schema.customer
    return (
        sa.select(customer.c.customer_id, customer.c.customer_key)
        .where(customer.c.engagement == scope.engagement, customer.c.customer_id.in_(people))
        .order_by(customer.c.customer_id, binary(customer.c.customer_key))
    )


def _holds(scope: Scope, text: str) -> sa.ColumnElement[bool]:
    table, customer = schema.merged_value, schema.customer.alias("named_customer")

    def holds(column: Any) -> sa.ColumnElement[bool]:
        return sa.func.lower(column).contains(text, autoescape=True)

    of_key = sa.select(customer.c.customer_id).where(
        customer.c.engagement == scope.engagement, holds(customer.c.customer_key)
    )
    return sa.or_(holds(table.c.value), table.c.customer_id.in_(of_key))
