"""What the invented customers are like and what they say: attributes, NPS, scores of touchpoints."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dashboard.demo import plan
from dashboard.demo.draws import Ints
from dashboard.demo.plan import SEGMENTS, TOUCHPOINTS
from dashboard.demo.rows import Rows

NPS_SHARE = 0.15  # of deals
CSAT_SHARE = 0.012  # of touches
_AGES = ((16, 45), (22, 65), (20, 60), (28, 60))  # by segment
_MEN = (0.62, 0.48, 0.45, 0.58)


def people(rng: np.random.Generator, segment: Ints) -> pd.DataFrame:
    """Attributes of every customer: `segment`, `region`, `age` [years], `sex`."""
    count = len(segment)
    youngest, oldest = np.array(_AGES)[segment].T
    age = youngest + (oldest - youngest) * rng.beta(2, 3, count)
    share = np.array(list(plan.REGIONS.values())) / sum(plan.REGIONS.values())
    return pd.DataFrame(
        {
            "segment": np.array([s.name for s in SEGMENTS])[segment],
            "region": np.array(list(plan.REGIONS))[rng.choice(len(share), count, p=share)],
            "age": age.astype(np.int64),
            "sex": np.where(rng.random(count) < np.array(_MEN)[segment], "м", "ж"),
        }
    )


def answers(rng: np.random.Generator, touches: Rows, seconds: Ints, deals: Rows, sold: Ints) -> pd.DataFrame:
    """Survey answers: `customer` (index), `seconds`, `metric` (nps 0..10, csat 1..5), `point` (-1: the
    whole company), `score`, `comment`."""
    asked = rng.random(len(deals)) < NPS_SHARE
    mean = np.array([s.nps for s in SEGMENTS])[deals.segment[asked]]
    nps = pd.DataFrame(
        {
            "customer": deals.customer[asked],
            "seconds": sold[asked] + rng.integers(5, 10, asked.sum()) * 86_400,
            "metric": "nps",
            "point": -1,
            "score": np.clip(np.round(rng.normal(mean, 2.0)), 0, 10).astype(np.int64),
        }
    )
    asked = rng.random(len(touches)) < CSAT_SHARE
    csat = pd.DataFrame(
        {
            "customer": touches.customer[asked],
            "seconds": seconds[asked] + rng.integers(600, 7_200, asked.sum()),
            "metric": "csat",
            "point": touches.point[asked],
            "score": _scores(rng, touches.point[asked], touches.segment[asked]),
        }
    )
    frame = pd.concat([nps, csat], ignore_index=True)
    frame["comment"] = _comments(rng, frame)
    return frame.sort_values(["seconds", "customer"], kind="stable", ignore_index=True)


def moods(rng: np.random.Generator, point: Ints, segment: Ints) -> np.ndarray:
    """Sentiment -1..1 of recorded talks (people who met a person), NaN elsewhere."""
    spoken = np.isin([p.channel for p in TOUCHPOINTS], ["contact_centre", "manager", "service", "store"])[
        point
    ]
    spoken &= rng.random(len(point)) < 0.3
    mood = np.clip(rng.normal((_liking()[point, segment] - 3) / 2, 0.3), -1, 1)
    return np.where(spoken, np.round(mood, 2), np.nan)


def _liking() -> np.ndarray:
    """Mean score 1..5 of each touchpoint in each segment: people like what leads them on."""
    pull = np.array([point.pull for point in TOUCHPOINTS], dtype=float)
    return np.clip(4.0 + 2.2 * (np.minimum(pull, 1.3) - 1), 1.5, 4.7)


def _scores(rng: np.random.Generator, point: Ints, segment: Ints) -> Ints:
    return np.clip(np.round(rng.normal(_liking()[point, segment], 0.8)), 1, 5).astype(np.int64)


def _comments(rng: np.random.Generator, frame: pd.DataFrame) -> np.ndarray:
    """A sentence from some of those who were very glad or let down by a talk."""
    phones = [i for i, point in enumerate(TOUCHPOINTS) if point.channel == "contact_centre"]
    csat = frame["metric"].eq("csat")
    bad = csat & frame["score"].le(2) & frame["point"].isin(phones)
    good = csat & frame["score"].eq(5)
    speaks = rng.random(len(frame)) < 0.25
    comment = np.full(len(frame), None, dtype=object)
    for chosen, words in ((bad & speaks, plan.COMMENTS_BAD), (good & speaks, plan.COMMENTS_GOOD)):
        mask = chosen.to_numpy()
        comment[mask] = np.array(words, dtype=object)[rng.integers(0, len(words), mask.sum())]
    return comment
