"""ClickHouse's engine inside Python: `windowFunnel`, and the full answers in the forms that were fastest there.

The funnel and the heatmap keep each customer's times as arrays and walk them: from every entry, and from every
touch.
"""

from __future__ import annotations

import json
from datetime import timedelta

import chdb
from chdb.session import Session
from loop import CHANNELS, LAST_STAGE, SLICE, TOP, WINDOW_DAYS, Rows, files, questions_of, serve

SECONDS = WINDOW_DAYS * 86_400
_SERVES = {
    1: "is_step AND stage = 1",
    2: "is_step AND stage = 2",
    3: "deal_no > 0",
    4: "is_step AND stage = 4",
    5: "is_step AND stage = 5",
}


class Engine:
    """A session with the rows in tables ordered by customer and time."""

    def __init__(self) -> None:
        events, deals, segments, self.end = files()
        self._session = Session()
        ask = self._session.query
        ask("SET join_use_nulls = 1")
        ask("CREATE DATABASE bench")
        ask(
            "CREATE TABLE bench.event ENGINE = MergeTree ORDER BY (customer, item) AS SELECT"
            " toInt32(assumeNotNull(customer_id)) AS customer, assumeNotNull(item) AS item,"
            " toInt64(toUnixTimestamp(assumeNotNull(moment))) AS ts,"
            " assumeNotNull(local_day) AS day, assumeNotNull(stage) AS stage, assumeNotNull(reach) AS reach,"
            " assumeNotNull(is_step) AS is_step, assumeNotNull(is_touch) AS is_touch, ifNull(deal_no, 0) AS deal_no,"
            " toLowCardinality(assumeNotNull(channel)) AS channel,"
            f" toLowCardinality(ifNull(touchpoint, '')) AS touchpoint FROM file('{events}', Parquet)"
        )
        ask(
            "CREATE TABLE bench.deal ENGINE = MergeTree ORDER BY customer AS SELECT"
            " toInt32(assumeNotNull(customer_id)) AS customer, assumeNotNull(local_day) AS day,"
            f" assumeNotNull(amount) AS amount, assumeNotNull(kind) AS kind FROM file('{deals}', Parquet)"
        )
        ask(
            "CREATE TABLE bench.segment ENGINE = MergeTree ORDER BY customer AS SELECT"
            " toInt32(assumeNotNull(customer_id)) AS customer,"
            f" toLowCardinality(assumeNotNull(segment)) AS segment FROM file('{segments}', Parquet)"
        )
        for table in ("event", "deal", "segment"):
            ask(f"OPTIMIZE TABLE bench.{table} FINAL")

    def rows(self, text: str) -> Rows:
        """Rows of a statement."""
        answer = self._session.query(text, "JSONCompactEachRow")
        return [json.loads(line) for line in str(answer).splitlines()]

    def funnel(self, sliced: bool = False, channels: bool = False) -> Rows:
        """Customers at each step, middle days between steps, by segment: the deepest attempt of each customer."""
        entry, near = "1", "1"
        if sliced:
            since, until = SLICE
            entry = f"day >= '{since}' AND day < '{until}'"
            near = f"day >= '{since}' AND day <= '{until + timedelta(days=WINDOW_DAYS + 1)}'"
        if channels:
            near += f" AND channel IN {CHANNELS}"
        listed = [f"arraySort(groupArrayIf(ts, {_SERVES[1]} AND {entry})) AS a1"]
        listed += [f"arraySort(groupArrayIf(ts, {_SERVES[step]})) AS a{step}" for step in (2, 3, 4, 5)]
        listed.append("arraySort(groupArrayIf(deal_no, deal_no > 0)) AS numbers")
        walked = [
            f"arrayMap((e, t) -> if(t = 0, 0, arrayFirst(x -> x >= t AND x <= e + {SECONDS}, a{step})),"
            f" a1, t{step - 1})"
            f" AS t{step}"
            for step in (2, 3, 4, 5)
        ]
        walked.insert(
            2,
            "arrayMap((e, t) -> if(t = 0, 0, arrayFirst((n, x) -> x >= t, numbers, a3)), a1, t2) AS d3",
        )
        sixth = (
            f"arrayMap((e, t, d) -> if(t = 0, 0, arrayFirst((x, n) -> x >= t AND n > d AND x <= e + {SECONDS},"
            " a3, numbers)), a1, t5, d3) AS t6"
        )
        more = " + ".join(f"({letter} > 0)" for letter in "bcdef")
        depths = f"arrayMap((b, c, d, e, f) -> 1 + {more}, t2, t3, t4, t5, t6)"
        picked = [f"t{step}[best] AS p{step}" for step in range(2, 7)]
        counts = ["count()"] + [f"countIf(depth >= {step})" for step in range(2, 7)]
        counts += [
            f"quantileExactInclusiveIf(0.5)((p{step} - p{step - 1}) / 86400, depth >= {step})"
            for step in range(2, 7)
        ]
        return self.rows(
            f"SELECT segment, {', '.join(counts)} FROM (SELECT customer, a1 AS t1, {', '.join(walked)}, {sixth},"
            f" {depths} AS depths, arrayMax(depths) AS depth, indexOf(depths, depth) AS best, a1[best] AS p1,"
            f" {', '.join(picked)} FROM (SELECT customer, {', '.join(listed)} FROM bench.event WHERE {near}"
            " GROUP BY customer HAVING notEmpty(a1))) AS w"
            " INNER JOIN bench.segment USING customer GROUP BY segment"
        )

    def window_funnel(self, sliced: bool = False) -> Rows:
        """Its own function: counts alone, no times; a deal may serve step 3 and step 6 of one chain."""
        steps = [*_SERVES.values(), "deal_no > 1"]
        near = "1"
        if sliced:
            since, until = SLICE
            near = f"day >= '{since}' AND day <= '{until + timedelta(days=WINDOW_DAYS + 1)}'"
            steps[0] += f" AND day < '{until}'"
        counts = ", ".join(f"countIf(level >= {step})" for step in range(1, 7))
        return self.rows(
            f"SELECT segment, {counts} FROM (SELECT customer, windowFunnel({SECONDS})(toUInt64(ts), {', '.join(steps)})"
            f" AS level FROM bench.event WHERE {near} GROUP BY customer HAVING level > 0) AS w"
            " INNER JOIN bench.segment USING customer GROUP BY segment"
        )

    def heatmap(self, sliced: bool = False) -> Rows:
        """Touches, customers, mature customers and who of them went on, of each cell and (no channel) each stage."""
        kept = f"day >= '{SLICE[0]}' AND day < '{SLICE[1]}'" if sliced else "1"
        near = f"day >= '{SLICE[0]}'" if sliced else "1"
        ripe = f"toUnixTimestamp('{self.end:%Y-%m-%d %H:%M:%S}', 'UTC') - {SECONDS}"
        later = [f"arraySort(groupArrayIf(ts, reach > {stage}))" for stage in range(1, LAST_STAGE)]
        later.append("arraySort(groupArrayIf(ts, deal_no > 0))")
        # another deal is one after the last stage's own instant
        onward = f"arrayFirst(t -> t >= x.3 + (x.1 = {LAST_STAGE}), later[x.1])"
        walked = (
            f"SELECT customer, arrayJoin(arrayMap(x -> (x.1, x.2, x.3, {onward}), touches)) AS touch FROM"
            f" (SELECT customer, groupArrayIf((stage, channel, ts), is_touch AND {kept}) AS touches,"
            f" [{', '.join(later)}] AS later FROM bench.event WHERE {near} GROUP BY customer HAVING notEmpty(touches))"
        )
        return self.rows(
            f"SELECT stage, channel, sum(touches), count(), countIf(first.1 <= {ripe}), countIf(first.1 <= {ripe} AND"
            f" first.2 > 0 AND first.2 <= first.1 + {SECONDS}) FROM (SELECT touch.1 AS stage, touch.2 AS channel,"
            f" min((touch.3, touch.4)) AS first, count() AS touches FROM ({walked})"
            " GROUP BY GROUPING SETS ((customer, touch.1, touch.2), (customer, touch.1))) GROUP BY stage, channel"
        )

    def lcpq(self, by: str) -> Rows:
        """Leads, earlier leads, direct buyers, buyers, deals, money, new buyers: by segment and month, or by day."""
        start = {"month": "toStartOfMonth(day)", "day": "day"}[by]
        groups = {"month": "segment, span", "day": "span"}[by]
        joined = {"month": "INNER JOIN bench.segment USING customer", "day": ""}[by]
        people = (
            "SELECT customer, span, max(lead) AS lead, sum(deals) AS deals, sum(money) AS money FROM ("
            f"SELECT DISTINCT customer, {start} AS span, 1 AS lead, 0 AS deals, 0. AS money FROM bench.event"
            " WHERE is_step AND stage <= 2 UNION ALL"
            f" SELECT customer, {start} AS span, 0, toInt64(kind = 'deal'), amount FROM bench.deal)"
            " GROUP BY customer, span"
        )
        firsts = (
            "SELECT customer, minIf(day, is_step AND stage <= 2) AS first_lead,"
            " countIf(is_step AND stage <= 2) > 0 AS leads FROM bench.event GROUP BY customer"
        )
        bought = (
            "SELECT customer, min(day) AS first_deal FROM bench.deal WHERE kind = 'deal' GROUP BY customer"
        )
        earlier = "ifNull(leads AND first_lead < span, 0)"
        return self.rows(
            f"SELECT {groups}, countIf(lead = 1), countIf(deals > 0 AND lead = 0 AND {earlier}),"
            f" countIf(deals > 0 AND lead = 0 AND NOT {earlier}), countIf(deals > 0), sum(deals),"
            " round(sum(money)), countIf(deals > 0 AND NOT first_deal < span)"
            f" FROM ({people}) AS p LEFT JOIN ({firsts}) AS f USING customer LEFT JOIN ({bought}) AS b USING customer"
            f" {joined} GROUP BY {groups}"
        )

    def transitions(self) -> Rows:
        """The most frequent neighbours among touchpoints, with the middle hours between them."""
        return self.rows(
            "SELECT start, finish, count() AS n, quantileExactInclusive(0.5)(hours) FROM (SELECT touchpoint AS start,"
            " leadInFrame(touchpoint) OVER w AS finish, (leadInFrame(ts) OVER w - ts) / 3600 AS hours,"
            " leadInFrame(customer) OVER (ORDER BY customer, item ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) = customer"
            " AS same FROM bench.event WHERE is_touch WINDOW w AS (ORDER BY customer, item ROWS BETWEEN CURRENT ROW AND"
            f" 1 FOLLOWING)) WHERE same GROUP BY start, finish ORDER BY n DESC, start, finish LIMIT {TOP}"
        )


def main() -> None:
    """Load, answer."""
    engine = Engine()
    counts_alone = {
        "windowFunnel": engine.window_funnel,
        "windowFunnel slice": lambda: engine.window_funnel(sliced=True),
    }
    serve(questions_of(engine) | counts_alone, f"chdb {chdb.__version__}, ClickHouse {chdb.engine_version}")


if __name__ == "__main__":
    main()
