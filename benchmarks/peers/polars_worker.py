"""polars, hand-written: frames sorted by customer and time, ASOF joins from step to step."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
from loop import CHANNELS, LAST_STAGE, SLICE, TOP, WINDOW_DAYS, Rows, files, questions_of, serve

WINDOW = timedelta(days=WINDOW_DAYS)
LEAD = pl.col("is_step") & (pl.col("stage") <= 2)


class Engine:
    """The frames in memory, sorted by customer and place in the journey."""

    def __init__(self) -> None:
        events, deals, segments, self.end = files()
        words = [pl.col("channel").cast(pl.Categorical), pl.col("touchpoint").cast(pl.Categorical)]
        self.events = pl.read_parquet(events).sort("customer_id", "item").with_columns(words)
        self.deals = pl.read_parquet(deals)
        self.segments = pl.read_parquet(segments)

    def funnel(self, sliced: bool = False, channels: bool = False) -> Rows:
        """Customers at each step, middle days between steps, by segment: the deepest attempt of each customer."""
        events = self.events.lazy()
        if channels:
            events = events.filter(pl.col("channel").is_in(CHANNELS))
        if sliced:
            near = SLICE[1] + timedelta(days=WINDOW_DAYS + 1)
            events = events.filter((pl.col("local_day") >= SLICE[0]) & (pl.col("local_day") <= near))
        entry = pl.col("is_step") & (pl.col("stage") == 1)
        if sliced:
            entry &= pl.col("local_day") < SLICE[1]
        walk = events.filter(entry).select("customer_id", "item", pl.col("moment").alias("t1"))
        deals = events.filter(pl.col("deal_no") > 0).select("customer_id", "moment", "deal_no")
        deals = deals.with_columns(next_deal=pl.col("moment").shift(-1).over("customer_id"))
        for step in range(2, 7):
            if step in (3, 6):
                rows = deals.select("customer_id", pl.col("moment").alias(f"t{step}"), "next_deal")
            else:
                rows = events.filter(pl.col("is_step") & (pl.col("stage") == step)).select(
                    "customer_id", pl.col("moment").alias(f"t{step}")
                )
            if step == 6:
                rows = rows.drop("next_deal")
                walk = walk.with_columns(since=pl.max_horizontal("t5", "next_deal"))
                walk = walk.with_columns(
                    since=pl.when(pl.col("t5").is_not_null(), pl.col("next_deal").is_not_null()).then("since")
                )
            else:
                walk = walk.with_columns(since=pl.col(f"t{step - 1}"))
            come = walk.filter(pl.col("since").is_not_null()).sort("since")
            found = come.join_asof(
                rows.sort(f"t{step}"),
                left_on="since",
                right_on=f"t{step}",
                by="customer_id",
                strategy="forward",
                check_sortedness=False,
                coalesce=False,
            ).filter(pl.col(f"t{step}") <= pl.col("t1") + WINDOW)
            kept = ["item", f"t{step}", *(["next_deal"] if step == 3 else [])]
            walk = walk.join(found.select(kept), on="item", how="left")
        depth = sum((pl.col(f"t{step}").is_not_null().cast(pl.Int8) for step in range(2, 7)), pl.lit(1))
        best = (
            walk.with_columns(depth=depth)
            .sort("depth", "item", descending=[True, False])
            .group_by("customer_id", maintain_order=True)
            .first()
        )
        counted = (
            best.join(self.segments.lazy(), on="customer_id")
            .group_by("segment")
            .agg(
                pl.len().alias("n1"),
                *[(pl.col("depth") >= step).sum().alias(f"n{step}") for step in range(2, 7)],
                *[
                    ((pl.col(f"t{step}") - pl.col(f"t{step - 1}")).dt.total_seconds() / 86_400)
                    .median()
                    .alias(f"d{step}")
                    for step in range(2, 7)
                ],
            )
        )
        return counted.collect().rows()

    def heatmap(self, sliced: bool = False) -> Rows:
        """Touches, customers, mature customers and who of them went on, of each cell and (no channel) each stage."""
        touches = self.events.lazy().filter("is_touch")
        if sliced:
            touches = touches.filter((pl.col("local_day") >= SLICE[0]) & (pl.col("local_day") < SLICE[1]))
        found = []
        for stage in range(1, LAST_STAGE + 1):
            later = pl.col("deal_no") > 0 if stage == LAST_STAGE else pl.col("reach") > stage
            rows = self.events.lazy().filter(later).select("customer_id", pl.col("moment").alias("onward"))
            mine = touches.filter(pl.col("stage") == stage)
            for keys in (["channel"], []):
                met = mine.group_by("customer_id", *keys).agg(
                    pl.len().alias("touches"), pl.col("moment").min()
                )
                since = (
                    pl.col("moment") + timedelta(microseconds=1) if stage == LAST_STAGE else pl.col("moment")
                )
                met = (
                    met.with_columns(since=since)
                    .sort("since")
                    .join_asof(
                        rows.sort("onward"),
                        left_on="since",
                        right_on="onward",
                        by="customer_id",
                        strategy="forward",
                        check_sortedness=False,
                        coalesce=False,
                    )
                )
                ripe = pl.col("moment") <= self.end - WINDOW
                went = ripe & (pl.col("onward") <= pl.col("moment") + WINDOW)
                if not keys:
                    met = met.with_columns(channel=pl.lit(None, pl.String))
                found.append(
                    met.with_columns(pl.col("channel").cast(pl.String))
                    .group_by("channel")
                    .agg(
                        pl.col("touches").sum(), pl.len(), ripe.sum().alias("ripe"), went.sum().alias("went")
                    )
                    .select(pl.lit(stage).alias("stage"), "channel", "touches", "len", "ripe", "went")
                )
        return [row for frame in pl.collect_all(found) for row in frame.rows()]

    def lcpq(self, by: str) -> Rows:
        """Leads, earlier leads, direct buyers, buyers, deals, money, new buyers: by segment and month, or by day."""
        span = pl.col("local_day").dt.truncate("1mo") if by == "month" else pl.col("local_day")
        groups = ["segment", "span"] if by == "month" else ["span"]
        leads = self.events.lazy().filter(LEAD).select("customer_id", "local_day")
        lead = leads.select("customer_id", span=span).unique().with_columns(lead=pl.lit(True))
        deal = pl.col("kind") == "deal"
        paying = (
            self.deals.lazy()
            .group_by("customer_id", span.alias("span"))
            .agg(deal.sum().alias("deals"), pl.col("amount").sum().alias("money"))
        )
        first = leads.group_by("customer_id").agg(pl.col("local_day").min().alias("first_lead"))
        bought = (
            self.deals.lazy()
            .filter(deal)
            .group_by("customer_id")
            .agg(pl.col("local_day").min().alias("first_deal"))
        )
        people = lead.join(paying, on=["customer_id", "span"], how="full", coalesce=True)
        people = people.join(first, on="customer_id", how="left").join(bought, on="customer_id", how="left")
        if by == "month":
            people = people.join(self.segments.lazy(), on="customer_id")
        buys, leads_ = pl.col("deals").fill_null(0) > 0, pl.col("lead").fill_null(False)
        earlier = (pl.col("first_lead") < pl.col("span")).fill_null(False)
        return (
            people.group_by(groups)
            .agg(
                leads_.sum().alias("leads"),
                (buys & ~leads_ & earlier).sum().alias("earlier"),
                (buys & ~leads_ & ~earlier).sum().alias("direct"),
                buys.sum().alias("buyers"),
                pl.col("deals").sum().cast(pl.Int64),
                pl.col("money").sum().round().cast(pl.Int64),
                (buys & ~(pl.col("first_deal") < pl.col("span")).fill_null(False)).sum().alias("new"),
            )
            .collect()
            .rows()
        )

    def transitions(self) -> Rows:
        """The most frequent neighbours among touchpoints, with the middle hours between them."""
        touches = self.events.lazy().filter("is_touch").select("customer_id", "moment", "touchpoint")
        pair = touches.select(
            pl.col("touchpoint").alias("start"),
            pl.col("touchpoint").shift(-1).alias("finish"),
            ((pl.col("moment").shift(-1) - pl.col("moment")).dt.total_seconds() / 3600).alias("hours"),
            same=pl.col("customer_id") == pl.col("customer_id").shift(-1),
        ).filter("same")
        counted = pair.group_by("start", "finish").agg(pl.len().alias("n"), pl.col("hours").median())
        counted = counted.with_columns(pl.col("start", "finish").cast(pl.String))
        return (
            counted.sort("n", "start", "finish", descending=[True, False, False]).head(TOP).collect().rows()
        )


def main() -> None:
    """Load, answer."""
    serve(questions_of(Engine()), f"polars {pl.__version__}")


if __name__ == "__main__":
    main()
