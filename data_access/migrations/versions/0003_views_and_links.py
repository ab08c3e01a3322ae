"""Saved views, and links that show one view to outsiders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", _number(), nullable=False),
        sa.Column("user_id", _number(), nullable=False),
        sa.Column("engagement", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("search", sa.Text, nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_saved_view_user_id"),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.key"], name="fk_saved_view_engagement"),
    )
    op.create_index("ix_saved_view_user_id", "saved_view", ["user_id"])
    op.create_index("ix_saved_view_engagement", "saved_view", ["engagement"])
    op.create_table(
        "share_link",
        sa.Column("id", _number(), nullable=False),
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("engagement", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("search", sa.Text, nullable=False),
        sa.Column("made_by", _number(), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
        sa.Column("revoked_at", sa.DateTime),
        sa.Column("opened", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("opened_at", sa.DateTime),
        sa.PrimaryKeyConstraint("id", name="pk_share_link"),
        sa.UniqueConstraint("token_hash", name="uq_share_link_token_hash"),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.key"], name="fk_share_link_engagement"),
        sa.ForeignKeyConstraint(["made_by"], ["user_account.id"], name="fk_share_link_made_by"),
    )
    op.create_index("ix_share_link_engagement", "share_link", ["engagement"])
    op.create_index("ix_share_link_made_by", "share_link", ["made_by"])
    op.create_table(
        "share_session",
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("link_id", _number(), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_share_session"),
        sa.ForeignKeyConstraint(["link_id"], ["share_link.id"], name="fk_share_session_link_id"),
    )
    op.create_index("ix_share_session_link_id", "share_session", ["link_id"])


def downgrade() -> None:
    for table in ("share_session", "share_link", "saved_view"):
        op.drop_table(table)
