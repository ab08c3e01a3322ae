"""Which generation an import was built on and mapped to, and whether it was undone."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_line = sa.table(
    "data_import",
    sa.column("id", sa.BigInteger),
    sa.column("engagement", sa.Text),
    sa.column("status", sa.Text),
    sa.column("generation", sa.BigInteger),
    sa.column("report", sa.JSON),
    sa.column("parent", sa.BigInteger),
    sa.column("stage_model", sa.JSON),
    sa.column("zone", sa.Text),
    sa.column("currency", sa.Text),
)
_engagement = sa.table(
    "engagement",
    sa.column("key", sa.Text),
    sa.column("stage_model", sa.JSON),
    sa.column("zone", sa.Text),
    sa.column("currency", sa.Text),
)


def upgrade() -> None:
    op.add_column("data_import", sa.Column("parent", sa.BigInteger))
    op.add_column("data_import", sa.Column("stage_model", sa.JSON))
    op.add_column("data_import", sa.Column("zone", sa.Text))
    op.add_column("data_import", sa.Column("currency", sa.Text))
    op.add_column("data_import", sa.Column("undone_at", sa.DateTime))
    op.add_column("data_import", sa.Column("undone_by", sa.Text))
    op.add_column("data_import", sa.Column("dropped", sa.Boolean, nullable=False, server_default=sa.false()))
    _tell_of_earlier_imports(op.get_bind())


def _tell_of_earlier_imports(connection: sa.Connection) -> None:
    """Until now each import stood on the one before; the journal keeps every change of the stages."""
    query = (
        sa.select(_line, _engagement.c.stage_model.label("model_now"))
        .add_columns(_engagement.c.zone.label("zone_now"), _engagement.c.currency.label("currency_now"))
        .join(_engagement, _engagement.c.key == _line.c.engagement)
        .where(_line.c.status == "done")
        .order_by(_line.c.engagement, _line.c.id)
    )
    rows = connection.execute(query).all()
    for _, lines in groupby(rows, key=lambda row: row.engagement):
        _chain(connection, list(lines))


def _chain(connection: sa.Connection, lines: list[Any]) -> None:
    later: dict[str, Any] | None = lines[-1].model_now
    for line, before in zip(reversed(lines), [*reversed(lines[:-1]), None], strict=True):
        report = line.report or {}
        model = report.get("stages") or later
        values = {"zone": line.zone_now, "currency": line.currency_now}
        if before is not None:
            values["parent"] = before.generation
        if model is not None:
            values["stage_model"] = model
        connection.execute(sa.update(_line).where(_line.c.id == line.id).values(values))
        later = None if "stages" in report else model  # what stood before a change, only its own line tells


def downgrade() -> None:
    for name in ("dropped", "undone_by", "undone_at", "currency", "zone", "stage_model", "parent"):
        op.drop_column("data_import", name)
