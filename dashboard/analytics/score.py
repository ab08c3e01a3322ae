"""NPS and the touchpoint score 0..100: what people say about a contact, whatever they were asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.analytics.heatmap import SMALL_SAMPLE
from dashboard.analytics.shrinkage import shrunk_rates
from dashboard.journey.opinion import EMOTION, NPS, SCALES, Part

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


def opinions(answers: pd.DataFrame, mood: pd.DataFrame) -> dict[Key, Opinion]:
    """NPS and score of every cell that somebody said something about.

    The score is the mean of the parts that are present: experience, goal, emotion (answers and the sentiment of
    contacts together) and survey score (NPS, CSAT, CES as 0..100).

    Args:
        answers: frame of `data_access.score.fetch_opinions`.
        mood: frame of `data_access.heatmap_metrics.fetch_mood`.
    """
    found: dict[Key, list[dict[str, Any]]] = defaultdict(list)
    for row in answers.to_dict("records"):
        found[cell_key(row)].append({str(name): value for name, value in row.items()})
    for row in mood.to_dict("records"):
        rated = int(row["rated"])
        told = {"metric": EMOTION, "answers": rated, "weight": rated, "points": row["sentiment"] * rated}
        found[cell_key(row)].append(told)
    return _shrunk({key: _opinion(rows) for key, rows in found.items()})


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


def _opinion(rows: list[dict[str, Any]]) -> Opinion:
    parts = _parts(row for row in rows if row["answers"] and row["weight"])
    raw = sum(value for value, _ in parts.values()) / len(parts) if parts else None
    asked = next((row for row in rows if row["metric"] == NPS), None)
    answered = asked is not None and asked["answers"] and asked["weight"]
    return Opinion(
        nps=100 * (asked["promoters"] - asked["detractors"]) / asked["weight"]
        if asked and answered
        else None,
        nps_answers=int(asked["answers"]) if asked else 0,
        nps_rejected=int(asked["rejected"]) if asked else 0,
        raw=raw,
        score_answers=sum(count for _, count in parts.values()),
    )


def _parts(rows: Iterable[Mapping[str, Any]]) -> dict[Part, tuple[float, int]]:
    """Each part: points 0..100 and how many answers; metrics of one part weigh as many as answered them."""
    told: dict[Part, list[tuple[float, int]]] = defaultdict(list)
    for row in rows:
        scale = SCALES[row["metric"]]
        told[scale.part].append((scale.points(row["points"] / row["weight"]), int(row["answers"])))
    return {
        part: (sum(value * n for value, n in values) / sum(n for _, n in values), sum(n for _, n in values))
        for part, values in told.items()
    }


def _shrunk(found: dict[Key, Opinion]) -> dict[Key, Opinion]:
    """Scores of 30 answers and more, drawn towards the mean of their stage."""
    by_stage: dict[str | None, dict[Key, tuple[float, float]]] = defaultdict(dict)
    for key, opinion in found.items():
        if opinion.raw is not None and opinion.score_answers >= SMALL_SAMPLE:
            by_stage[key[0]][key] = (opinion.score_answers, opinion.score_answers * opinion.raw / 100)
    scores = {key: 100 * rate for groups in by_stage.values() for key, rate in shrunk_rates(groups).items()}
    return {
        key: Opinion(
            opinion.nps,
            opinion.nps_answers,
            opinion.nps_rejected,
            opinion.raw,
            scores.get(key),
            opinion.score_answers,
        )
        for key, opinion in found.items()
    }
