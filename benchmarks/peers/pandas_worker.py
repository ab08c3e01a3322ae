"""pandas, hand-written: frames sorted by time, `merge_asof` from step to step."""

from __future__ import annotations

from typing import Any

import pandas as pd
from loop import CHANNELS, LAST_STAGE, SLICE, TOP, WINDOW_DAYS, Rows, files, questions_of, serve

WINDOW = pd.Timedelta(days=WINDOW_DAYS)


class Engine:
    """The frames in memory: by customer and place, and by time, as `merge_asof` wants them."""

    def __init__(self) -> None:
        events, deals, segments, end = files()
        self.end = pd.Timestamp(end)
        frame = pd.read_parquet(events)
        for name in ("channel", "touchpoint"):
            frame[name] = frame[name].astype("category")
        frame["local_day"] = pd.to_datetime(frame["local_day"])
        self.events = frame.sort_values(["customer_id", "item"], ignore_index=True)
        self.by_time = self.events.sort_values("moment", kind="stable", ignore_index=True)
        self.deals = pd.read_parquet(deals)
        self.deals["local_day"] = pd.to_datetime(self.deals["local_day"])
        self.segments = pd.read_parquet(segments)

    def funnel(self, sliced: bool = False, channels: bool = False) -> Rows:
        """Customers at each step, middle days between steps, by segment: the deepest attempt of each customer."""
        rows = self.by_time
        entry = rows["is_step"] & (rows["stage"] == 1)
        if sliced:
            since, until = map(pd.Timestamp, SLICE)
            near = until + pd.Timedelta(days=WINDOW_DAYS + 1)
            rows = rows[(rows["local_day"] >= since) & (rows["local_day"] <= near)]
            entry = rows["is_step"] & (rows["stage"] == 1) & (rows["local_day"] < until)
        if channels:
            rows = rows[rows["channel"].isin(CHANNELS)]
            entry = entry.loc[rows.index]
        walk = rows.loc[entry, ["customer_id", "item", "moment"]].rename(columns={"moment": "t1"})
        deals = rows.loc[rows["deal_no"].notna(), ["customer_id", "moment"]]
        deals["next_deal"] = deals.groupby("customer_id")["moment"].shift(-1)
        for step in range(2, 7):
            since = walk[f"t{step - 1}"]
            if step in (3, 6):
                found = deals if step == 3 else deals[["customer_id", "moment"]]
            else:
                found = rows.loc[rows["is_step"] & (rows["stage"] == step), ["customer_id", "moment"]]
            if step == 6:
                since = walk[["t5", "next_deal"]].max(axis=1, skipna=False)
            come = walk[["customer_id", "item", "t1"]].assign(since=since).dropna(subset=["since"])
            found = found.rename(columns={"moment": f"t{step}"})
            met = pd.merge_asof(
                come.sort_values("since"),
                found,
                left_on="since",
                right_on=f"t{step}",
                by="customer_id",
                direction="forward",
            )
            met = met[met[f"t{step}"] <= met["t1"] + WINDOW]
            walk = walk.merge(met.drop(columns=["customer_id", "t1", "since"]), on="item", how="left")
        times = [f"t{step}" for step in range(1, 7)]
        walk["depth"] = walk[times].notna().sum(axis=1)
        best = walk.sort_values(["depth", "item"], ascending=[False, True]).drop_duplicates("customer_id")
        best = best.merge(self.segments, on="customer_id")
        for step in range(2, 7):
            best[f"n{step}"] = best["depth"] >= step
            best[f"d{step}"] = (best[f"t{step}"] - best[f"t{step - 1}"]).dt.total_seconds() / 86_400
        groups = best.groupby("segment")
        counts = groups[[f"n{step}" for step in range(2, 7)]].sum()
        medians = groups[[f"d{step}" for step in range(2, 7)]].median()
        counts.insert(0, "n1", groups.size())
        return counts.join(medians).reset_index().to_numpy(object).tolist()

    def heatmap(self, sliced: bool = False) -> Rows:
        """Touches, customers, mature customers and who of them went on, of each cell and (no channel) each stage."""
        rows = self.by_time
        touches = rows[rows["is_touch"]]
        if sliced:
            since, until = map(pd.Timestamp, SLICE)
            touches = touches[(touches["local_day"] >= since) & (touches["local_day"] < until)]
        answer: list[list[Any]] = []
        for stage in range(1, LAST_STAGE + 1):
            later = rows["deal_no"].notna() if stage == LAST_STAGE else rows["reach"] > stage
            onward = rows.loc[later, ["customer_id", "moment"]].rename(columns={"moment": "onward"})
            mine = touches[touches["stage"] == stage]
            for keys in (["channel"], []):
                groups = mine.groupby(["customer_id", *keys], observed=True)["moment"]
                met = groups.agg(touches="size", first="min").reset_index().sort_values("first")
                met = pd.merge_asof(
                    met,
                    onward,
                    left_on="first",
                    right_on="onward",
                    by="customer_id",
                    direction="forward",
                    allow_exact_matches=stage != LAST_STAGE,
                )
                met["ripe"] = met["first"] <= self.end - WINDOW
                met["went"] = met["ripe"] & (met["onward"] <= met["first"] + WINDOW)
                met["cell"] = met["channel"].astype(str) if keys else ""
                sums = met.groupby("cell").agg(
                    touches=("touches", "sum"),
                    people=("ripe", "size"),
                    ripe=("ripe", "sum"),
                    went=("went", "sum"),
                )
                answer += [
                    [stage, cell, *map(int, row)]
                    for cell, row in zip(sums.index, sums.to_numpy(), strict=True)
                ]
        return answer

    def lcpq(self, by: str) -> Rows:
        """Leads, earlier leads, direct buyers, buyers, deals, money, new buyers: by segment and month, or by day."""

        def span(frame: pd.DataFrame) -> pd.Series:
            return frame["local_day"].dt.to_period("M").dt.start_time if by == "month" else frame["local_day"]

        events, deals = self.events, self.deals
        leads = events.loc[events["is_step"] & (events["stage"] <= 2), ["customer_id", "local_day"]]
        lead = leads[["customer_id"]].assign(span=span(leads)).drop_duplicates().assign(lead=True)
        sold = deals[["customer_id", "amount"]].assign(span=span(deals), deals=deals["kind"] == "deal")
        paying = (
            sold.groupby(["customer_id", "span"])
            .agg(deals=("deals", "sum"), money=("amount", "sum"))
            .reset_index()
        )
        people = lead.merge(paying, on=["customer_id", "span"], how="outer")
        people["first_lead"] = people["customer_id"].map(leads.groupby("customer_id")["local_day"].min())
        bought = deals[deals["kind"] == "deal"].groupby("customer_id")["local_day"].min()
        people["first_deal"] = people["customer_id"].map(bought)
        buys, is_lead = people["deals"] > 0, people["lead"].notna()
        earlier = people["first_lead"] < people["span"]
        people = people.assign(
            leads=is_lead,
            earlier=buys & ~is_lead & earlier,
            direct=buys & ~is_lead & ~earlier,
            buyers=buys,
            new=buys & ~(people["first_deal"] < people["span"]),
        )
        groups = ["span"]
        if by == "month":
            people, groups = people.merge(self.segments, on="customer_id"), ["segment", "span"]
        sums = people.groupby(groups)[["leads", "earlier", "direct", "buyers", "deals", "money", "new"]].sum()
        sums = sums.round().astype("int64").reset_index()
        sums["span"] = sums["span"].dt.strftime("%Y-%m-%d")
        return sums.to_numpy(object).tolist()

    def transitions(self) -> Rows:
        """The most frequent neighbours among touchpoints, with the middle hours between them."""
        touches = self.events[self.events["is_touch"]]
        same = touches["customer_id"] == touches["customer_id"].shift(-1)
        pair = pd.DataFrame(
            {
                "start": touches["touchpoint"],
                "finish": touches["touchpoint"].shift(-1),
                "hours": (touches["moment"].shift(-1) - touches["moment"]).dt.total_seconds() / 3600,
            }
        )[same]
        counted = (
            pair.groupby(["start", "finish"], observed=True)["hours"]
            .agg(n="size", hours="median")
            .reset_index()
        )
        counted["start"], counted["finish"] = counted["start"].astype(str), counted["finish"].astype(str)
        top = counted.sort_values(["n", "start", "finish"], ascending=[False, True, True]).head(TOP)
        return top.to_numpy(object).tolist()


def main() -> None:
    """Load, answer."""
    serve(questions_of(Engine()), f"pandas {pd.__version__}")


if __name__ == "__main__":
    main()
