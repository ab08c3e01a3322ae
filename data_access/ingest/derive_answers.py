"""Survey answers as queries read them: who answered, about which touchpoint, with what score."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from dashboard.journey.query import NO_CHANNEL
from dashboard.journey.stages import StageModel
from data_access import schema
from data_access.ingest.derive_facts import insert_rows


def write_answers(connection: sa.Connection, engagement: str, model: StageModel, limit: datetime) -> None:
    """Every answer given before the limit; one without a customer stays, under its respondent."""
    raw, known = schema.survey_answer, schema.customer
    order = {key: place for place, key in enumerate(model.keys, 1)}
    # without a respondent the customer is the one who answers; without both each row is somebody of its own
    respondent = sa.func.coalesce(
        raw.c.respondent,
        sa.literal("customer ", sa.Text) + sa.cast(known.c.customer_id, sa.Text),
        sa.literal("row ", sa.Text) + raw.c.source + sa.literal(" ", sa.Text) + raw.c.row_key,
    )
    same = sa.and_(known.c.engagement == raw.c.engagement, known.c.customer_key == raw.c.customer_key)
    insert_rows(
        connection,
        schema.answer,
        engagement,
        sa.select(
            sa.func.row_number()
            .over(order_by=(raw.c.occurred_at, raw.c.source, raw.c.row_key))
            .label("answer_id"),
            known.c.customer_id,
            respondent.label("respondent"),
            raw.c.occurred_at.label("moment"),
            raw.c.local_day,
            raw.c.date_only.label("instant"),
            raw.c.metric,
            raw.c.stage,
            sa.case(order, value=raw.c.stage).label("stage_order"),
            sa.func.coalesce(raw.c.channel, NO_CHANNEL).label("channel"),
            raw.c.touchpoint,
            raw.c.score,
            sa.func.coalesce(raw.c.weight, 1.0).label("weight"),
            raw.c.segment,
            raw.c.importance,
            raw.c.satisfaction,
        )
        .select_from(raw.outerjoin(known, same))
        .where(raw.c.engagement == engagement, raw.c.occurred_at < limit),
    )
