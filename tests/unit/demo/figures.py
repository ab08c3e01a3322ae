"""The demo's figures counted from its files by plain pandas, with no line of the product.

Written from DOMAIN.md sections 3, 4 and 6 for the shape of these files: no date-only values, customers
without merges, one segmentation that always holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

STAGES = ["initial_consideration", "active_evaluation", "purchase", "experience", "trigger", "loyalty_loop"]
DAY = pd.Timedelta(days=1)
WINDOW = 90 * DAY

Table = Any  # of pandas, whose declared types are wider than what a chain of calls gives


@dataclass
class Demo:
    """Tables of one demo folder.

    Attributes:
        steps: `customer_id`, `segment`, `at`, `stage`, `deal_no` (NaN for touches): everything that walks.
        events: every event with its stage key in `key` (NaN: unmapped).
        deals: one row per deal with `amount` and `deal_no`; refunds are rows of `refunds`.
    """

    events: Table
    deals: Table
    refunds: Table
    steps: Table
    segments: Table
    end: Any


def load(folder: Path) -> Demo:
    """Read the files as the mapping says; customers become numbers, which makes joins quick."""
    mapping = yaml.safe_load((folder / "mapping.yaml").read_text("utf-8"))
    labels = next(s for s in mapping["sources"] if s["name"] == "events")["events"][0]["stage"]["map"]
    customers = pd.read_parquet(folder / "customers.parquet")
    numbers, segments = pd.Index(customers["customer_id"]), customers["segment"]
    events: Table = pd.read_parquet(folder / "events.parquet")
    events["customer_id"] = numbers.get_indexer(events["customer_id"])
    events["key"] = events["stage"].map(labels)
    events["segment"] = events["customer_id"].map(segments)
    lines: Table = pd.read_parquet(folder / "orders.parquet")
    lines["customer_id"] = numbers.get_indexer(lines["customer_id"])
    lines["day"] = lines["at"].dt.normalize()
    keys = ["order_id", "customer_id", "day"]
    money = lines.groupby(keys).agg(at=("at", "min"), amount=("amount", "sum")).reset_index()
    money["segment"] = money["customer_id"].map(segments)
    deals = money[money["amount"] > 0].sort_values(["customer_id", "at"])
    deals["deal_no"] = deals.groupby("customer_id").cumcount() + 1
    touches = events[events["key"].notna() & (events["key"] != "purchase")]
    steps = pd.concat(
        [
            touches[["customer_id", "segment", "at", "key"]].rename(columns={"key": "stage"}),
            deals[["customer_id", "segment", "at", "deal_no"]].assign(stage="purchase"),
        ]
    ).sort_values("at", kind="stable")
    end = min(events["at"].max(), lines["at"].max())
    return Demo(events, deals, money[money["amount"] < 0], steps, segments, end)


def quarters(demo: Demo) -> list[Any]:
    """Calendar quarters that lie wholly in the data, oldest first."""
    first, last = demo.events["at"].min(), demo.events["at"].max()
    every = pd.period_range(first, last, freq="Q")
    return [q for q in every if q.start_time >= first.normalize() and q.end_time < last.normalize() + DAY]


def period_book(demo: Demo, quarter: Any) -> Table:
    """L, B, deals, revenue, C, P, Q of a quarter per segment, and in total (row "total")."""
    since, until = quarter.start_time, (quarter + 1).start_time
    parts = [of[(of["at"] >= since) & (of["at"] < until)] for of in (demo.events, demo.deals, demo.refunds)]
    parts[0] = parts[0][parts[0]["key"].isin(STAGES[:2])]
    rows = {}
    for name in [*demo.segments.unique(), "total"]:
        leads, deals, refunds = (part if name == "total" else part[part["segment"] == name] for part in parts)
        everybody = set(leads["customer_id"]) | set(deals["customer_id"])
        revenue = float(deals["amount"].sum() + refunds["amount"].sum())
        buyers = deals["customer_id"].nunique()
        rows[name] = {
            "leads": len(everybody),
            "buyers": buyers,
            "deals": len(deals),
            "revenue": revenue,
            "conversion": buyers / len(everybody),
            "check": revenue / len(deals),
            "per_buyer": len(deals) / buyers,
        }
    return pd.DataFrame(rows).T


def attempts(demo: Demo, since: pd.Timestamp, until: pd.Timestamp, mature: bool = True) -> Table:
    """The best attempt of everybody who entered: columns of stages with times (NaT: not reached)."""
    steps = demo.steps
    entry: Table = steps[(steps["stage"] == STAGES[0]) & (steps["at"] >= since) & (steps["at"] < until)]
    if mature:
        entry = entry[entry["at"] + WINDOW <= demo.end]
    walk: Table = entry[["customer_id", "segment", "at"]].rename(columns={"at": STAGES[0]})
    walk["limit"], walk["now"] = walk[STAGES[0]] + WINDOW, walk[STAGES[0]]
    for stage in STAGES[1:]:
        walk = _next(walk, steps, stage)
    walk["depth"] = walk[STAGES].notna().sum(axis=1)
    walk = walk.sort_values(["depth", STAGES[0]], ascending=[False, True], kind="stable")
    return walk.drop_duplicates("customer_id").reset_index(drop=True)


def _next(walk: Table, steps: Table, stage: str) -> Table:
    """Add the earliest time of a stage at or after the step before, inside the window."""
    rows = steps[steps["stage"] == stage]
    if stage == STAGES[-1]:  # an event of the last stage, or any later deal than the walk's own
        later = steps[steps["stage"].eq("purchase") & steps["deal_no"].ge(2)]
        rows = pd.concat([rows, later]).sort_values("at", kind="stable")
    chosen: Table = rows[["customer_id", "at", "deal_no"]]
    rows = chosen.rename(columns={"at": stage, "deal_no": f"{stage}_no"})
    open_, closed = walk[walk["now"].notna()], walk[walk["now"].isna()]
    found = pd.merge_asof(
        open_.sort_values("now"), rows, left_on="now", right_on=stage, by="customer_id", direction="forward"
    )
    found.loc[found[stage] > found["limit"], stage] = pd.NaT
    found["now"] = found[stage]
    return pd.concat([found, closed.assign(**{stage: pd.NaT})], ignore_index=True)


def counts(walks: Table) -> Table:
    """Customers per segment and stage."""
    return walks.groupby("segment")[STAGES].count()


def ranking(demo: Demo, walks: Table) -> Table:
    """Recoverable roubles per segment and transition against the best other segment."""
    table, rows = counts(walks), []
    for segment in table.index:
        mine = walks[(walks["segment"] == segment) & walks["purchase"].notna()]
        revenue, deals = _money(demo, mine)
        buyers = len(mine)
        again = deals / buyers if buyers else np.nan
        for before, after in pairwise(STAGES):
            n, passed = table.loc[segment, before], table.loc[segment, after]
            part = revenue if STAGES.index(after) <= 2 else revenue * (1 - 1 / again)
            best = _best_other(table, segment, before, after)
            rate = passed / n if n else np.nan
            recoverable = n * max(0.0, best - rate) * part / passed if passed else np.nan
            rows.append((segment, before, after, n, rate, best, recoverable))
    names = ["segment", "from", "to", "n", "rate", "benchmark", "recoverable"]
    return pd.DataFrame(rows, columns=names).sort_values("recoverable", ascending=False, ignore_index=True)


def _money(demo: Demo, buyers: Table) -> tuple[float, int]:
    """Revenue and deals of customers from entry to entry + 90 days."""
    span = buyers.set_index("customer_id")[STAGES[0]]
    total = []
    for rows in (demo.deals, demo.refunds):
        rows = rows[rows["customer_id"].isin(span.index)]
        entry = rows["customer_id"].map(span)
        total.append(rows[(rows["at"] >= entry) & (rows["at"] <= entry + WINDOW)])
    return float(sum(rows["amount"].sum() for rows in total)), len(total[0])


def _best_other(table: Table, segment: str, before: str, after: str) -> float:
    """Highest shrunk rate of the other segments (DOMAIN section 6)."""
    fit = table[table[before] >= 30]
    n, k = fit[before].to_numpy(float), fit[after].to_numpy(float)
    others = fit.index != segment
    if not others.any():
        return float("nan")
    total, p, groups = n.sum(), k.sum() / n.sum(), len(n)
    if groups == 1:
        return float(p)
    spread = (n * (k / n - p) ** 2).sum()
    rho = (spread / (p * (1 - p)) - (groups - 1)) / (total - (n**2).sum() / total - (groups - 1))
    if rho <= 0:
        return float(p)
    m = max(10.0, 1 / rho - 1)
    return float(((k + m * p) / (n + m))[others].max())


def progression(demo: Demo, stage: str, since: pd.Timestamp, until: pd.Timestamp, by: list[str]) -> Table:
    """Share of those reached at a stage who reach any later one within the window: `n`, `share`."""
    events = demo.events[
        (demo.events["key"] == stage) & (demo.events["at"] >= since) & (demo.events["at"] < until)
    ]
    first = events.groupby([*by, "customer_id"])["at"].min().reset_index()
    first = first[first["at"] + WINDOW <= demo.end].sort_values("at")
    later = demo.steps[demo.steps["stage"].isin(STAGES[STAGES.index(stage) + 1 :])]
    later = later[["customer_id", "at"]].rename(columns={"at": "onward"}).sort_values("onward")
    met = pd.merge_asof(first, later, left_on="at", right_on="onward", by="customer_id", direction="forward")
    met["passed"] = met["onward"] <= met["at"] + WINDOW
    return met.groupby(by)["passed"].agg(n="size", share="mean")
