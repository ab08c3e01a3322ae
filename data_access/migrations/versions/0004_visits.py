"""What a person saw at the last visits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("engagement", sa.Text, nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("figures", sa.JSON, nullable=False),
        sa.Column("before_at", sa.DateTime),
        sa.Column("before_period", sa.Text),
        sa.Column("before_figures", sa.JSON),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_visit_user_id"),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.key"], name="fk_visit_engagement"),
        sa.PrimaryKeyConstraint("user_id", "engagement", name="pk_visit"),
    )


def downgrade() -> None:
    op.drop_table("visit")
