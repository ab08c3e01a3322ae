"""Another stage model for data that are in already: facts are mapped anew from label or first stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from dashboard.journey.stages import UNMAPPED, StageModel
from data_access import schema
from data_access.ingest.report import LISTED_ROWS, LabelCount, Remapped


def remap(
    connection: sa.Connection, engagement: str, model: StageModel, labels: Mapping[str, str]
) -> Remapped:
    """Give every fact its stage in the new model.

    A label of the file goes where `labels` says; else the stage that the mapping first gave it goes where `labels`
    says, or stays where the new model has that key too; what is left is "unmapped", kept and shown.

    Args:
        labels: label of the file, or key of an earlier model -> key of the new model.

    Raises:
        JourneyError: `unknown_stage` where `labels` names a stage that the model has not.
    """
    for stage in labels.values():
        if stage != UNMAPPED:
            model.order(stage)
    event, cost, answer, outcome = schema.event, schema.cost, schema.survey_answer, schema.outcome
    for table, stage, label, lost in (
        (event, event.c.stage, event.c.raw_label, UNMAPPED),
        (cost, cost.c.stage, None, UNMAPPED),
        (answer, answer.c.stage, None, UNMAPPED),
        (outcome, outcome.c.stage_when_lost, outcome.c.stage_label, None),
    ):
        first = sa.func.coalesce(table.c.first_stage, stage)
        new = _new_stage(first, label, lost, model, labels)
        connection.execute(
            sa.update(table)
            .where(table.c.engagement == engagement, stage.is_distinct_from(new))
            .where(sa.or_(first.is_not(None), sa.literal(label is not None)))
            .values({stage.name: new, "first_stage": first})
        )
    return _counted(connection, engagement)


def _new_stage(first: Any, label: Any, lost: str | None, model: StageModel, labels: Mapping[str, str]) -> Any:
    found = [sa.case(*[(first == old, new) for old, new in labels.items()])] if labels else []
    if labels and label is not None:
        found.insert(0, sa.case(*[(label == old, new) for old, new in labels.items()]))
    kept = sa.case((first.in_(model.keys), first))
    return sa.func.coalesce(*found, kept, sa.literal(lost, sa.Text))


def _counted(connection: sa.Connection, engagement: str) -> Remapped:
    event = schema.event
    mine = event.c.engagement == engagement
    stages = connection.execute(sa.select(event.c.stage, sa.func.count()).where(mine).group_by(event.c.stage))
    word = sa.func.coalesce(event.c.raw_label, event.c.first_stage)
    lost = connection.execute(
        sa.select(word, sa.func.count())
        .where(mine, event.c.stage == UNMAPPED)
        .group_by(word)
        .order_by(sa.func.count().desc(), word)
    ).all()
    return Remapped(
        {row[0]: row[1] for row in stages},
        tuple(LabelCount("stage", row[0], row[1]) for row in lost[:LISTED_ROWS]),
    )
