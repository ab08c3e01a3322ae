"""One customer: contacts, deals and refunds in order, and the segments they stood in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa

from data_access import schema
from data_access.facts import Facts
from data_access.pseudonyms import sees_contacts, shown
from data_access.scope import Scope

MOST_EVENTS = 500  # of one customer on screen, the latest ones
_COLUMNS = ("moment", "local_day", "instant", "what", "stage", "channel", "touchpoint", "product", "manager")


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What is known of one customer.

    Attributes:
        name: the own key for who may see contacts, else a pseudonym.
        keys: every own key that was merged into this customer; empty where they may not be seen.
        story: frame of the latest `MOST_EVENTS` rows, oldest first: `moment`, `local_day`, `instant`, `what`
            ('touch', 'deal', 'refund', 'zero'), `stage` (None for refunds and zero amounts), `channel`, `touchpoint`,
            `product`, `manager`, `amount` (Decimal or None), `total` (rows of the whole story).
        sums: `first_day`, `last_day`, `touches`, `deals`, `revenue` (Decimal, net of refunds) of the whole story.
        segments: frame with `segment`, `since`, `until`, in order.
    """

    name: str
    keys: tuple[str, ...]
    story: pd.DataFrame
    sums: dict[str, Any]
    segments: pd.DataFrame


def fetch_customer(facts: Facts, scope: Scope, key: str, token: str) -> CustomerFacts | None:
    """Everything about the customer with this own key; None where the engagement has none.

    Args:
        token: that of the key, for the pseudonym.

    Raises:
        JourneyError: `no_right` (403) for a scope that was not made for single customers.
    """
    open_ = sees_contacts(scope)
    with facts.pinned():
        keys = tuple(facts.frame(scope, keys_statement(scope, key))["customer_key"])
        if not keys:
            return None
        story = facts.frame(scope, story_statement(scope, key)).iloc[::-1].reset_index(drop=True)
        sums = facts.frame(scope, sums_statement(scope, key)).to_dict("records")[0]
        segments = facts.frame(scope, segments_statement(scope, key))
    return CustomerFacts(keys[0] if open_ else shown(token), keys if open_ else (), story, sums, segments)


def keys_statement(scope: Scope, key: str) -> sa.Select:
    """Every own key of the customer who has this one."""
    customer = schema.customer
    return (
        sa.select(customer.c.customer_key)
        .where(customer.c.engagement == scope.engagement, customer.c.customer_id == _id_of(scope, key))
        .order_by(sa.collate(customer.c.customer_key, "C"))
    )


def story_statement(scope: Scope, key: str) -> sa.Select:
    """The latest rows of the story, newest first."""
    rows = _rows(scope, key)
    return (
        sa.select(*(rows.c[name] for name in (*_COLUMNS, "amount")), sa.func.count().over().label("total"))
        .order_by(rows.c.moment.desc(), rows.c.place.desc(), rows.c.item.desc())
        .limit(MOST_EVENTS)
    )


def sums_statement(scope: Scope, key: str) -> sa.Select:
    """The story in one row."""
    rows = _rows(scope, key)
    return sa.select(
        sa.func.min(rows.c.local_day).label("first_day"),
        sa.func.max(rows.c.local_day).label("last_day"),
        sa.func.count().filter(rows.c.what == "touch").label("touches"),
        sa.func.count().filter(rows.c.what == "deal").label("deals"),
        sa.func.coalesce(
            sa.func.sum(rows.c.amount).filter(rows.c.what != "touch"), sa.cast(0, schema.Money)
        ).label("revenue"),
    )


def segments_statement(scope: Scope, key: str) -> sa.Select:
    """The customer's segments in order."""
    span = schema.segment_span
    return (
        sa.select(span.c.segment, span.c.since, span.c.until)
        .where(span.c.engagement == scope.engagement, span.c.customer_id == _id_of(scope, key))
        .order_by(span.c.since)
    )


def _id_of(scope: Scope, key: str) -> Any:
    customer = schema.customer.alias("asked_customer")
    return (
        sa.select(customer.c.customer_id)
        .where(customer.c.engagement == scope.engagement, customer.c.customer_key == key)
        .scalar_subquery()
    )


def _rows(scope: Scope, key: str) -> sa.CTE:
    """Contacts and deals of the journey, with the refunds and zero amounts that are no step of it."""
    journey, deal = schema.journey, schema.deal
    names = ("moment", "local_day", "instant")
    walked = sa.select(
        *(journey.c[name] for name in names),
        sa.case((journey.c.deal_no.is_not(None), "deal"), else_="touch").label("what"),
        journey.c.stage,
        journey.c.channel,
        journey.c.touchpoint,
        journey.c.product,
        journey.c.manager,
        journey.c.amount,
        sa.literal(0, sa.Integer).label("place"),
        journey.c.item.label("item"),
    ).where(
        journey.c.engagement == scope.engagement,
        journey.c.customer_id == _id_of(scope, key),
        sa.or_(journey.c.is_touch, journey.c.deal_no.is_not(None)),
    )
    beside = sa.select(
        *(deal.c[name] for name in names),
        deal.c.kind.label("what"),
        sa.null().cast(sa.Text).label("stage"),
        deal.c.sale_channel.label("channel"),
        sa.null().cast(sa.Text).label("touchpoint"),
        deal.c.product,
        deal.c.manager,
        deal.c.amount,
        sa.literal(1, sa.Integer).label("place"),
        deal.c.deal_id.label("item"),
    ).where(
        deal.c.engagement == scope.engagement,
        deal.c.customer_id == _id_of(scope, key),
        deal.c.kind != "deal",
    )
    return sa.union_all(walked, beside).cte("story")
