"""Metrics of the heatmap computed a second time, customer by customer in plain Python, from the derived rows."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from statistics import median
from typing import Any

import sqlalchemy as sa

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period
from data_access import schema
from data_access.facts import EngineFacts
from tests.facts import SCOPE

Cell = tuple[str, str]
Row = dict[str, Any]


class Journeys:
    """Touches and deals of every customer, and the rules that compare two moments."""

    def __init__(self, facts: EngineFacts) -> None:
        self.info: GenerationInfo = facts.info(SCOPE)
        rows = facts.frame(SCOPE, sa.select(schema.journey)).sort_values("item").to_dict("records")
        self.people: dict[int, list[Row]] = defaultdict(list)
        for row in rows:
            self.people[int(row["customer_id"])].append({str(name): value for name, value in row.items()})
        sold = facts.frame(SCOPE, sa.select(schema.deal).where(schema.deal.c.kind != "zero"))
        self.deals: list[Row] = [{str(k): v for k, v in row.items()} for row in sold.to_dict("records")]
        self.last = self.info.model.keys[-1]

    def touches(self, person: int, stage: str | None = None) -> list[Row]:
        return [
            row for row in self.people[person] if row["is_touch"] and (stage is None or row["stage"] == stage)
        ]

    @staticmethod
    def within(start: Row, later: Row, days: int) -> bool:
        if start["instant"] or later["instant"]:
            return later["local_day"] <= start["local_day"] + timedelta(days=days)
        return later["moment"] <= start["moment"] + timedelta(days=days)

    def over(self, row: Row, days: int) -> bool:
        info = self.info
        if info.data_end is None or info.data_end_day is None:
            return False
        if row["instant"] or info.data_end_date_only:
            day = row["local_day"]
            return (day.date() if hasattr(day, "date") else day) + timedelta(days=days) <= info.data_end_day
        return row["moment"] + timedelta(days=days) <= info.data_end

    def onward(self, touch: Row) -> Row | None:
        """The first row of a later stage at or after the touch; of the last stage the next deal."""
        own = self.people[int(touch["customer_id"])]
        if touch["stage"] == self.last:
            later = [row for row in own if self.is_deal(row) and row["moment"] > touch["moment"]]
        else:
            later = [
                row
                for row in own
                if row["reach_order"] > touch["stage_order"] and row["moment"] >= touch["moment"]
            ]
        return min(later, key=lambda row: row["moment"], default=None)

    def is_deal(self, row: Row) -> bool:
        if self.info.has_transactions:
            return row["deal_no"] == row["deal_no"] and row["deal_no"] is not None
        return bool(row["is_step"]) and row["stage"] == self.info.model.deal.key

    def gone(self, touch: Row, days: int) -> bool:
        later = self.onward(touch)
        return later is not None and self.within(touch, later, days)

    def firsts(self, period: Period, stage: str) -> list[tuple[int, Row]]:
        """Each customer's first touch of the stage in the period."""
        found = []
        for person in self.people:
            own = [row for row in self.touches(person, stage) if inside(row, period)]
            if own:
                found.append((person, own[0]))
        return found


def inside(row: Row, period: Period) -> bool:
    day = row["local_day"]
    day = day.date() if hasattr(day, "date") else day
    return (period.since is None or day >= period.since) and (period.until is None or day < period.until)


def pace(journeys: Journeys, period: Period, window: int) -> dict[Cell, tuple[float, int]]:
    times: dict[Cell, list[float]] = defaultdict(list)
    for person in journeys.people:
        seen = set()
        for row in journeys.touches(person):
            cell = (row["stage"], row["channel"])
            if cell in seen or not inside(row, period):
                continue
            seen.add(cell)
            later = journeys.onward(row)
            if later is not None and journeys.over(row, window) and journeys.within(row, later, window):
                whole = row["instant"] or later["instant"]
                gap = (later["local_day"] - row["local_day"]) if whole else (later["moment"] - row["moment"])
                times[cell].append(gap / timedelta(days=1))
    return {cell: (median(found), len(found)) for cell, found in times.items()}


def exits(journeys: Journeys, period: Period, window: int) -> dict[Cell, int]:
    found: dict[Cell, int] = defaultdict(int)
    for stage in journeys.info.model.keys[:-1]:
        for person, first in journeys.firsts(period, stage):
            if journeys.over(first, window) and not journeys.gone(first, window):
                last = [
                    row
                    for row in journeys.touches(person, stage)
                    if row["item"] >= first["item"] and journeys.within(first, row, window)
                ][-1]
                found[stage, last["channel"]] += 1
    return dict(found)


def lift(
    journeys: Journeys, period: Period, window: int, landmark: int
) -> dict[Cell, tuple[int, int, int, int]]:
    """Cell -> staying and touched, of these passed; staying and not touched, of these passed."""
    found: dict[Cell, list[int]] = {}
    channels = {
        (row["stage"], row["channel"]) for rows in journeys.people.values() for row in rows if row["is_touch"]
    }
    for stage, channel in channels:
        numbers = [0, 0, 0, 0]
        for person, first in journeys.firsts(period, stage):
            if not journeys.over(first, window + landmark) or journeys.gone(first, landmark):
                continue
            touched = any(
                row["channel"] == channel
                and row["item"] >= first["item"]
                and journeys.within(first, row, landmark)
                for row in journeys.touches(person, stage)
            )
            place = 0 if touched else 2
            numbers[place] += 1
            numbers[place + 1] += journeys.gone(first, window + landmark)
        found[stage, channel] = numbers
    return {cell: (n[0], n[1], n[2], n[3]) for cell, n in found.items()}


def revenue(journeys: Journeys, period: Period) -> dict[Cell | None, float]:
    """Revenue of the period by the last touch within 90 days."""
    found: dict[Cell | None, float] = defaultdict(float)
    deal_order = journeys.info.model.order(journeys.info.model.deal.key)
    for deal in journeys.deals:
        if not inside(deal, period):
            continue
        before = [
            row
            for row in journeys.touches(int(deal["customer_id"]))
            if (
                row["moment"] < deal["moment"]
                or (row["moment"] == deal["moment"] and row["stage_order"] <= deal_order)
            )
            and journeys.within(row, deal, 90)
        ]
        found[(before[-1]["stage"], before[-1]["channel"]) if before else None] += float(deal["amount"])
    return dict(found)
