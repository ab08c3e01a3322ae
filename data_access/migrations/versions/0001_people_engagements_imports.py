"""People, sessions, engagements, imports and the generation pointer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "user_account",
        _id(),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False, server_default="ru"),
        sa.Column("theme", sa.Text, nullable=False, server_default="light"),
        sa.Column("disabled", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_user_account"),
        sa.UniqueConstraint("login", name="uq_user_account_login"),
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_session"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_session_user_id"),
    )
    op.create_index("ix_session_user_id", "session", ["user_id"])
    op.create_table(
        "sign_in_failure",
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("blocked_until", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_sign_in_failure"),
    )
    op.create_table(
        "engagement",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("brand", sa.Text),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("analysis_date", sa.Date),
        sa.Column("responsible", sa.Text),
        sa.Column("stage_model", sa.JSON, nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_engagement"),
    )
    op.create_table(
        "engagement_grant",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("engagement", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "engagement", name="pk_engagement_grant"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_engagement_grant_user_id"),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.key"], name="fk_engagement_grant_engagement"),
    )
    op.create_table(
        "data_import",
        _id(),
        sa.Column("engagement", sa.Text, nullable=False),
        sa.Column("mapping_sha256", sa.Text, nullable=False),
        sa.Column("started_at", sa.DateTime, nullable=False),
        sa.Column("finished_at", sa.DateTime),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("generation", sa.BigInteger),
        sa.Column("report", sa.JSON),
        sa.PrimaryKeyConstraint("id", name="pk_data_import"),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.key"], name="fk_data_import_engagement"),
    )
    op.create_index("ix_data_import_engagement", "data_import", ["engagement"])
    op.create_table(
        "generation_pointer",
        sa.Column("engagement", sa.Text, nullable=False),
        sa.Column("generation", sa.BigInteger, nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("switched_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("engagement", name="pk_generation_pointer"),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.key"], name="fk_generation_pointer_engagement"),
        sa.ForeignKeyConstraint(["import_id"], ["data_import.id"], name="fk_generation_pointer_import_id"),
    )
    op.create_table(
        "import_lease",
        sa.Column("engagement", sa.Text, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("engagement", name="pk_import_lease"),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.key"], name="fk_import_lease_engagement"),
        sa.ForeignKeyConstraint(["import_id"], ["data_import.id"], name="fk_import_lease_import_id"),
    )
    op.create_table(
        "audit",
        _id(),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("engagement", sa.Text),
        sa.Column("detail", sa.JSON),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])


def downgrade() -> None:
    for table in (
        "audit",
        "import_lease",
        "generation_pointer",
        "data_import",
        "engagement_grant",
        "engagement",
        "sign_in_failure",
        "session",
        "user_account",
    ):
        op.drop_table(table)
