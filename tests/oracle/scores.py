"""NPS, mood, score and spoil effect a second time, answer by answer and customer by customer in plain Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from statistics import fmean

from dashboard.journey.period import Period
from tests.facts import Answer
from tests.oracle.heatmap import Cell, Journeys, Row, inside

SCALES = {  # metric -> lowest, highest, part of the score
    "experience": (-2, 2, "experience"),
    "goal": (0, 5, "goal"),
    "emotion": (-1, 1, "emotion"),
    "nps": (0, 10, "survey"),
    "csat": (1, 5, "survey"),
    "ces": (1, 7, "survey"),
    "score": (0, 100, "survey"),
}
_Z = 1.959963984540054


@dataclass(frozen=True)
class Told:
    """What was said about one cell."""

    nps: float | None
    nps_answers: int
    nps_rejected: int
    answers: int
    score: float | None


def valid(answer: Answer) -> bool:
    lowest, highest, _ = SCALES[answer.metric]
    assert answer.score is not None
    whole = answer.metric != "nps" or answer.score == int(answer.score)
    return lowest <= answer.score <= highest and whole


def latest(answers: Sequence[Answer], period: Period) -> tuple[list[Answer], list[Answer]]:
    """(the last valid answer of each respondent, touchpoint and metric; those off their scale)."""
    kept: dict[tuple[object, ...], tuple[tuple[datetime, str], Answer]] = {}
    rejected = []
    for index, answer in enumerate(answers, 1):
        when = answer.when
        day = when.date() if isinstance(when, datetime) else when
        if answer.score is None or answer.stage is None or answer.metric not in SCALES:
            continue
        if not inside({"local_day": day}, period):
            continue
        if not valid(answer):
            rejected.append(answer)
            continue
        who = answer.respondent or (f"customer {answer.customer}" if answer.customer else f"row {index}")
        place = (who, answer.stage, answer.channel, answer.touchpoint, answer.metric)
        at = when if isinstance(when, datetime) else datetime(when.year, when.month, when.day)
        order = (at, str(index))
        if place not in kept or order > kept[place][0]:
            kept[place] = (order, answer)
    return [answer for _, answer in kept.values()], rejected


def cell_of(answer: Answer) -> Cell:
    return str(answer.stage), answer.channel or "(none)"


def weight(answer: Answer) -> float:
    return 1.0 if answer.weight is None else answer.weight


def moods(journeys: Journeys, period: Period) -> dict[Cell, list[float]]:
    found: dict[Cell, list[float]] = defaultdict(list)
    for person in journeys.people:
        for row in journeys.touches(person):
            if inside(row, period) and row["sentiment"] == row["sentiment"] and row["sentiment"] is not None:
                found[row["stage"], row["channel"]].append(float(row["sentiment"]))
    return dict(found)


def told(answers: Sequence[Answer], journeys: Journeys, period: Period) -> dict[Cell, Told]:
    """Every cell of which something was said."""
    kept, rejected = latest(answers, period)
    mood = moods(journeys, period)
    given: dict[Cell, dict[str, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    for answer in kept:
        given[cell_of(answer)][answer.metric].append((float(answer.score or 0), weight(answer)))
    for cell, found in mood.items():
        given[cell]["sentiment"] += [(value, 1.0) for value in found]
    parts = {cell: _parts(metrics) for cell, metrics in given.items()}
    scores = _scores(parts)
    cells = {*given, *map(cell_of, rejected)}
    return {
        cell: Told(
            _nps(given[cell]["nps"]) if cell in given else None,
            len(given[cell]["nps"]) if cell in given else 0,
            sum(cell_of(answer) == cell and answer.metric == "nps" for answer in rejected),
            sum(n for n, _, _ in parts.get(cell, {}).values()),
            scores.get(cell),
        )
        for cell in cells
    }


def _nps(given: Sequence[tuple[float, float]]) -> float | None:
    whole = sum(weight for _, weight in given)
    if not whole:
        return None
    happy = sum(weight for score, weight in given if score in (9, 10))
    cross = sum(weight for score, weight in given if score in range(7))
    return 100 * (happy - cross) / whole


def _parts(metrics: Mapping[str, list[tuple[float, float]]]) -> dict[str, tuple[int, float, float]]:
    """Part -> answers, points 0..100, squares around the mean of each metric."""
    found: dict[str, list[tuple[int, float, float]]] = defaultdict(list)
    for metric, given in metrics.items():
        if not given:
            continue
        lowest, highest, part = SCALES["emotion" if metric == "sentiment" else metric]
        points = [((score - lowest) * 100 / (highest - lowest), weight) for score, weight in given]
        whole = sum(weight for _, weight in points)
        mean = sum(point * weight for point, weight in points) / whole
        variance = sum(weight * (point - mean) ** 2 for point, weight in points) / whole
        found[part].append((len(points), mean, len(points) * variance))
    return {
        part: (
            (n := sum(count for count, _, _ in rows)),
            sum(count * mean for count, mean, _ in rows) / n,
            sum(squares for _, _, squares in rows),
        )
        for part, rows in found.items()
    }


def _scores(parts: Mapping[Cell, Mapping[str, tuple[int, float, float]]]) -> dict[Cell, float]:
    """Means drawn towards that of their stage: the random-effects estimate of the variance between cells."""
    found = {}
    for stage in {stage for stage, _ in parts}:
        cells = {
            cell: (sum(n for n, _, _ in own.values()), fmean(mean for _, mean, _ in own.values()))
            for cell, own in parts.items()
            if cell[0] == stage and sum(n for n, _, _ in own.values()) >= 30
        }
        if not cells:
            continue
        whole = sum(n for n, _ in cells.values())
        centre = sum(n * mean for n, mean in cells.values()) / whole
        within = sum(squares for cell in cells for _, _, squares in parts[cell].values())
        within /= whole - len(cells)
        between = 0.0
        if len(cells) > 1:
            spread = sum(n * (mean - centre) ** 2 for n, mean in cells.values())
            scale = whole - sum(n * n for n, _ in cells.values()) / whole
            between = (spread - (len(cells) - 1) * within) / scale
        for cell, (n, mean) in cells.items():
            prior = max(10.0, within / between) if between > 0 else float("inf")
            found[cell] = centre if prior == float("inf") else (n * mean + prior * centre) / (n + prior)
    return found


def spoil_strata(
    journeys: Journeys, period: Period, window: int, landmark: int, segments: Mapping[int, str]
) -> dict[str, dict[str, list[int]]]:
    """Stage -> segment -> negative, bought of these, others, bought of these."""
    found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0, 0]))
    model = journeys.info.model
    for stage in model.keys:
        on_the_way = model.order(stage) < model.order(model.deal.key)
        for person, first in journeys.firsts(period, stage):
            rated = [
                row["sentiment"]
                for row in journeys.touches(person, stage)
                if row["item"] >= first["item"]
                and journeys.within(first, row, landmark)
                and row["sentiment"] is not None
                and row["sentiment"] == row["sentiment"]
            ]
            if not rated or not journeys.over(first, landmark + window):
                continue
            deals = [row for row in journeys.people[person] if journeys.is_deal(row)]
            later = [row for row in deals if _after(row, first, on_the_way)]
            if any(journeys.within(first, row, landmark) for row in later):
                continue
            numbers = found[stage][segments.get(person, "(none)")]
            side = 0 if min(rated) < 0 else 2
            numbers[side] += 1
            numbers[side + 1] += any(journeys.within(first, row, landmark + window) for row in later)
    return found


def _after(deal: Row, first: Row, on_the_way: bool) -> bool:
    return deal["moment"] >= first["moment"] if on_the_way else deal["moment"] > first["moment"]


def spoil_effect(strata: Sequence[Sequence[int]]) -> tuple[float, float, float] | None:
    """Mantel-Haenszel difference of the shares, and its interval from Newcombe's of each stratum."""
    both = [one for one in strata if one[0] and one[2]]
    weights = [n * m / (n + m) for n, _, m, _ in both]
    if not both:
        return None
    effect = below = above = 0.0
    for (n, k, m, j), size in zip(both, weights, strict=True):
        share = size / sum(weights)
        (low, high), (low0, high0) = _wilson(k, n), _wilson(j, m)
        effect += share * (k / n - j / m)
        below += share**2 * ((k / n - low) ** 2 + (high0 - j / m) ** 2)
        above += share**2 * ((high - k / n) ** 2 + (j / m - low0) ** 2)
    return effect, effect - sqrt(below), effect + sqrt(above)


def _wilson(k: int, n: int) -> tuple[float, float]:
    middle = (k + _Z**2 / 2) / (n + _Z**2)
    half = _Z / (n + _Z**2) * sqrt(k * (n - k) / n + _Z**2 / 4)
    return middle - half, middle + half
