"""NPS and the touchpoint score 0..100: what people say about a contact, whatever they were asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.analytics.heatmap import SMALL_SAMPLE
from dashboard.analytics.plain_rows import plain_rows
from dashboard.journey.opinion import EMOTION, NPS, SCALES, Part

_LEAST_PRIOR = 10  # answers that the stage's mean weighs at least as much as
Key = tuple[str | None, str, str | None]  # stage, channel, touchpoint (None: the channel as a whole)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What people said about one cell.

    Attributes:
        nps: per cent of 9-10 minus per cent of 0-6, -100..100; None without answers.
        nps_answers: latest answers behind it.
        nps_rejected: answers that were no whole number of 0..10.
        raw: mean of the parts that are present, 0..100; None without any.
        score: the raw score drawn towards the stage's mean; None under 30 answers.
        score_answers: survey answers and rated contacts behind it.
    """

    nps: float | None = None
    nps_answers: int = 0
    nps_rejected: int = 0
    raw: float | None = None
    score: float | None = None
    score_answers: int = 0


@dataclass(frozen=True, slots=True)
class JourneyScore:
    """A journey is as good as its worst contact.

    Attributes:
        lowest: lowest touchpoint score, 0..100; `where` says which cell.
        mean: mean of the touchpoint scores.
    """

    lowest: float
    where: Key
    mean: float


@dataclass(frozen=True, slots=True)
class _Told:
    """One part of a score: mean points 0..100, answers, and the sum of squares around the mean of their metric."""

    points: float
    answers: int
    spread: float


def opinions(answers: pd.DataFrame, mood: pd.DataFrame) -> dict[Key, Opinion]:
    """NPS and score of every cell that somebody said something about.

    The raw score is the mean of the parts that are present: experience, goal, emotion (answers and the sentiment
    of contacts together) and survey score (NPS, CSAT, CES as 0..100). The score is drawn towards the stage's mean as
    rates are (DOMAIN section 6): (n s + m p) / (n + m), m = max(10, variance of answers / variance of cells).

    Args:
        answers: frame of `data_access.score.fetch_opinions`.
        mood: frame of `data_access.heatmap_metrics.fetch_mood`.
    """
    found: dict[Key, list[dict[str, Any]]] = defaultdict(list)
    for row in plain_rows(answers):
        found[cell_key(row)].append({str(name): value for name, value in row.items()})
    for row in plain_rows(mood):
        rated = int(row["rated"])
        told = {"metric": EMOTION, "answers": rated, "weight": rated, "points": row["sentiment"] * rated}
        found[cell_key(row)].append(told | {"squares": row["squares"]})
    parts = {
        key: _parts(row for row in rows if row["answers"] and row["weight"]) for key, rows in found.items()
    }
    scores = _shrunk(parts)
    return {key: _opinion(rows, parts[key], scores.get(key)) for key, rows in found.items()}


def cell_key(row: Mapping[Any, Any]) -> Key:
    """The cell of a frame's row."""
    stage, touchpoint = row["stage"], row.get("touchpoint")
    return (
        str(stage) if isinstance(stage, str) else None,
        str(row["channel"]),
        str(touchpoint) if isinstance(touchpoint, str) else None,
    )


def journey_score(found: Mapping[Key, Opinion]) -> JourneyScore | None:
    """The lowest touchpoint score and the mean; None where no cell has a score."""
    scores = {key: opinion.score for key, opinion in found.items() if opinion.score is not None}
    if not scores:
        return None
    where = min(scores, key=lambda key: (scores[key], str(key)))
    return JourneyScore(scores[where], where, sum(scores.values()) / len(scores))


def _opinion(rows: list[dict[str, Any]], parts: Mapping[Part, _Told], score: float | None) -> Opinion:
    asked = next((row for row in rows if row["metric"] == NPS), None)
    answered = asked is not None and asked["answers"] and asked["weight"]
    return Opinion(
        nps=100 * (asked["promoters"] - asked["detractors"]) / asked["weight"]
        if asked and answered
        else None,
        nps_answers=int(asked["answers"]) if asked else 0,
        nps_rejected=int(asked["rejected"]) if asked else 0,
        raw=_mean(parts) if parts else None,
        score=score,
        score_answers=_answers(parts),
    )


def _mean(parts: Mapping[Part, _Told]) -> float:
    return sum(part.points for part in parts.values()) / len(parts)


def _answers(parts: Mapping[Part, _Told]) -> int:
    return sum(part.answers for part in parts.values())


def _parts(rows: Iterable[Mapping[str, Any]]) -> dict[Part, _Told]:
    """The parts that somebody answered; metrics of one part weigh as many as answered them."""
    told: dict[Part, list[_Told]] = defaultdict(list)
    for row in rows:
        scale, n, weight = SCALES[row["metric"]], int(row["answers"]), float(row["weight"])
        mean = row["points"] / weight
        variance = (
            max(0.0, row["squares"] / weight - mean * mean) * (100 / (scale.highest - scale.lowest)) ** 2
        )
        told[scale.part].append(_Told(scale.points(mean), n, n * variance))
    found = {}
    for part, values in told.items():
        n = sum(one.answers for one in values)
        points = sum(one.points * one.answers for one in values) / n
        found[part] = _Told(points, n, sum(one.spread for one in values))
    return found


def _shrunk(cells: Mapping[Key, Mapping[Part, _Told]]) -> dict[Key, float]:
    """Scores of the cells with 30 answers and more, stage by stage."""
    by_stage: dict[str | None, dict[Key, Mapping[Part, _Told]]] = defaultdict(dict)
    for key, parts in cells.items():
        if _answers(parts) >= SMALL_SAMPLE:
            by_stage[key[0]][key] = parts
    return {key: score for group in by_stage.values() for key, score in _drawn_in(group).items()}


def _drawn_in(cells: Mapping[Key, Mapping[Part, _Told]]) -> dict[Key, float]:
    """(n s + m p) / (n + m); the stage's mean p where cells do not differ beyond chance."""
    raw = {key: (_answers(parts), _mean(parts)) for key, parts in cells.items()}
    total = sum(n for n, _ in raw.values())
    mean = sum(n * score for n, score in raw.values()) / total
    free = total - len(raw)
    within = sum(part.spread for parts in cells.values() for part in parts.values()) / free
    apart = sum(n * (score - mean) ** 2 for n, score in raw.values()) - (len(raw) - 1) * within
    between = apart / (total - sum(n * n for n, _ in raw.values()) / total) if len(raw) > 1 else 0.0
    if between <= 0:
        return dict.fromkeys(raw, mean)
    prior = max(_LEAST_PRIOR, within / between)
    return {key: (n * score + prior * mean) / (n + prior) for key, (n, score) in raw.items()}
