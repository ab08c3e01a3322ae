"""Reading the frame of a generation: model, spans, labels, data end."""

from __future__ import annotations

import json

import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.generation import GenerationInfo, SourceSpan
from dashboard.journey.stages import Phase, Stage, StageModel
from data_access import schema


def read_info(connection: sa.Connection, engagement: str) -> GenerationInfo:
    """The frame of the generation that the connection reads.

    Raises:
        JourneyError: `no_data_yet` where the engagement has no generation there.
    """
    row = connection.execute(_of(schema.generation, engagement)).mappings().first()
    if row is None:
        raise JourneyError("no_data_yet", status=409, engagement=engagement)
    sources = connection.execute(_of(schema.source, engagement).order_by(schema.source.c.source)).mappings()
    labels = (
        connection.execute(_of(schema.label, engagement).order_by(schema.label.c.position)).mappings().all()
    )
    aside = connection.execute(_of(schema.set_aside, engagement)).mappings()
    values = {name: row[name] for name in _PLAIN}
    model = _model(connection, engagement, row["preset"])
    reached = {item["value"] for item in labels if item["kind"] == "stage"}
    return GenerationInfo(
        **values,
        model=model,
        stages_without_data=tuple(key for key in model.keys if key not in reached),
        hides_losses=any(item["kind"] == "outcome" for item in labels),
        has_pipeline=any(item["kind"] == "amount" for item in labels),
        attributes=tuple(item["value"] for item in labels if item["kind"] == "attribute"),
        segments=tuple(item["value"] for item in labels if item["kind"] == "segment"),
        channels=tuple(item["value"] for item in labels if item["kind"] == "channel"),
        sources=tuple(
            SourceSpan(**{name: value for name, value in item.items() if name != "engagement"})
            for item in sources
        ),
        set_aside={item["reason"]: (item["rows"], float(item["amount"])) for item in aside},
    )


_PLAIN = (
    "engagement",
    "number",
    "built_at",
    "zone",
    "currency",
    "data_end",
    "data_end_day",
    "data_end_date_only",
    "first_day",
    "last_day",
    "has_transactions",
    "has_history",
    "has_attempts",
)


def _of(table: sa.Table, engagement: str) -> sa.Select:
    return sa.select(table).where(table.c.engagement == engagement)


def _model(connection: sa.Connection, engagement: str, preset: str | None) -> StageModel:
    rows = connection.execute(_of(schema.stage, engagement).order_by(schema.stage.c.position)).mappings()
    stages = []
    for row in rows:
        names = json.loads(row["names"])
        stages.append(Stage(row["key"], Phase(row["phase"]), names["name"], names["short"], row["nth_deal"]))
    return StageModel(tuple(stages), preset)
