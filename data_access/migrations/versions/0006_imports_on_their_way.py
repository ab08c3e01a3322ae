"""Drafts of imports, and the tasks that they wait for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "import_draft",
        sa.Column("id", _number(), nullable=False),
        sa.Column("engagement", sa.Text, nullable=False),
        sa.Column("user_id", _number(), nullable=False),
        sa.Column("files", sa.JSON, nullable=False),
        sa.Column("found", sa.JSON),
        sa.Column("template", sa.Text),
        sa.Column("report", sa.JSON),
        sa.Column("import_id", _number()),
        sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_import_draft"),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.key"], name="fk_import_draft_engagement"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_import_draft_user_id"),
        sa.ForeignKeyConstraint(["import_id"], ["data_import.id"], name="fk_import_draft_import_id"),
    )
    op.create_index("ix_import_draft_engagement", "import_draft", ["engagement"])
    op.create_table(
        "import_task",
        sa.Column("id", _number(), nullable=False),
        sa.Column("draft_id", _number(), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("part", sa.Text, nullable=False, server_default=""),
        sa.Column("share", sa.Float, nullable=False, server_default=sa.text("0")),
        sa.Column("cancel", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("error", sa.JSON),
        sa.Column("started_at", sa.DateTime, nullable=False),
        sa.Column("told_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_import_task"),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["import_draft.id"], name="fk_import_task_draft_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_import_task_draft_id", "import_task", ["draft_id"])


def downgrade() -> None:
    for table in ("import_task", "import_draft"):
        op.drop_table(table)
