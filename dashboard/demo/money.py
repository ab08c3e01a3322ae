"""What the invented customers paid: order lines, discounts, refunds; and what the channels cost."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dashboard.demo import plan
from dashboard.demo.draws import Floats, Ints, balanced, normal, quota
from dashboard.demo.plan import SEGMENTS, TOUCHPOINTS, Calendar
from dashboard.demo.rows import Rows

ACCESSORY_SHARE = 0.35  # of deals
DISCOUNT_SHARE = 0.03
_FIXED_COSTS = 0.3  # share of a channel's budget that does not follow its touches
_CHANNEL = np.array([point.channel for point in TOUCHPOINTS])


def order_lines(
    rng: np.random.Generator, deals: Rows, seconds: Ints, manager: np.ndarray, calendar: Calendar
) -> pd.DataFrame:
    """Lines of every order and refund.

    Columns: `order` (number), `customer` (index), `seconds` since the start of the data, `product`,
    `quantity`, `amount` and `cogs` [whole roubles], `channel`, `manager`. A refund has the number of its
    order, a later day and a negative amount.
    """
    amount = _amounts(rng, deals, calendar)
    accessory = np.where(quota(rng, deals.segment, deals.when, ACCESSORY_SHARE), amount * 0.08, 0)
    discount = np.where(quota(rng, deals.segment, deals.when, DISCOUNT_SHARE), amount * 0.05, 0)
    accessory, discount = _tens(accessory), _tens(discount)
    base = pd.DataFrame(
        {
            "order": deals.deal,
            "customer": deals.customer,
            "seconds": seconds,
            "channel": _CHANNEL[deals.point],
            "manager": manager,
        }
    )
    quantity = np.where(deals.segment == plan.BUSINESS, rng.integers(2, 9, len(deals)), 1)
    main = base.assign(
        product=_products(deals.segment, amount),
        quantity=quantity,
        amount=amount - accessory + discount,
        margin=0.22,
    )
    names = np.array(plan.ACCESSORIES)[rng.integers(0, len(plan.ACCESSORIES), len(deals))]
    extra = base.assign(product=names, quantity=1, amount=accessory, margin=0.48)
    bonus = base.assign(product=plan.DISCOUNT, quantity=1, amount=-discount, margin=1.0)
    sold = pd.concat([main, extra[accessory > 0], bonus[discount > 0]], ignore_index=True)
    lines = pd.concat([sold, _refunds(rng, deals, main, calendar)], ignore_index=True)
    lines["cogs"] = np.round(lines["amount"] * (1 - lines["margin"])).astype("int64")
    return lines.iloc[np.lexsort((lines["order"], lines["seconds"]))].reset_index(drop=True)


def _amounts(rng: np.random.Generator, deals: Rows, calendar: Calendar) -> Ints:
    """Amount of each deal [tens of roubles]: the segment's check, its spread, the prices of the quarter."""
    check, spread = (
        np.array([getattr(s, name) for s in SEGMENTS])[deals.segment] for name in ("check", "spread")
    )
    drawn = normal(balanced(rng, deals.segment, deals.when, block=12))
    return _tens(check * _prices(deals, calendar) * np.exp(spread * drawn - spread**2 / 2))


def _prices(deals: Rows, calendar: Calendar) -> Floats:
    """Price level: a small step each quarter, the segment's own step in the last full one."""
    shift = calendar.offset(calendar.mix_shift)
    quarters = np.maximum(np.ceil((shift - deals.when) / 91.3), 1)  # back from the last full one
    before = (1 + plan.BASE_PRICE_STEP) ** (8 - quarters)
    last = np.array([1 + segment.last_price_step for segment in SEGMENTS])[deals.segment]
    return np.where(deals.when >= shift, before * last, before)


def _tens(amount: Floats) -> Ints:
    return (np.round(amount / 10) * 10).astype(np.int64)


def _products(segment: Ints, amount: Ints) -> np.ndarray:
    """The main product that fits the segment and the check."""
    names = np.empty(len(amount), dtype=object)
    for number, products in enumerate(plan.PRODUCTS):
        of = segment == number
        ceilings = np.array([ceiling for _, ceiling in products])
        names[of] = np.array([name for name, _ in products])[np.searchsorted(ceilings, amount[of])]
    return names


def _refunds(rng: np.random.Generator, deals: Rows, main: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """Money given back days later: most of the order's main line, a fifth of it for a business."""
    chosen = quota(rng, deals.segment, deals.when, plan.REFUND_SHARE)
    rows: pd.DataFrame = main.loc[chosen].copy()
    days = rng.integers(2, 20, len(rows))
    rows["seconds"] = (rows["seconds"] // 86_400 + days) * 86_400 + rng.integers(36_000, 72_000, len(rows))
    part = np.where(
        deals.segment[chosen] == plan.BUSINESS, 0.2, np.where(rng.random(len(rows)) < 0.7, 1.0, 0.5)
    )
    rows["amount"] = -_tens(np.asarray(rows["amount"]) * part)
    rows["quantity"] = -1
    return rows.loc[rows["seconds"] < calendar.days * 86_400]


def cost_rows(rng: np.random.Generator, day: Ints, channel: np.ndarray, days: int) -> pd.DataFrame:
    """Marketing and service costs: `day` (index), `channel`, `amount` [roubles and kopecks].

    Args:
        day, channel: of every touch.
    """
    channels = np.array(sorted(plan.COST_PER_TOUCH))
    place = day * len(channels) + np.searchsorted(channels, channel)
    touches = np.bincount(place, minlength=days * len(channels)).reshape(days, len(channels))
    level = _FIXED_COSTS * touches.mean(axis=0) + (1 - _FIXED_COSTS) * touches
    price = np.array([plan.COST_PER_TOUCH[name] for name in channels])
    amount = level * price * np.exp(rng.normal(0, 0.06, level.shape))
    return pd.DataFrame(
        {
            "day": np.repeat(np.arange(days), len(channels)),
            "channel": np.tile(channels, days),
            "amount": np.round(amount, 2).ravel(),
        }
    )
