"""Effects, decisions, notes, alerts, digests, the outbox and the worker."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("user_account", sa.Column("email", sa.Text))
    _effects()
    _alerts()
    _receivers()
    _sending()
    _worker()


def downgrade() -> None:
    for table in (
        "worker_run",
        "worker_lease",
        "outbox",
        "digest",
        "alert_receiver",
        "endpoint",
        "incident_event",
        "incident",
        "alert_rule",
        "support",
        "annotation",
        "decision",
        "intervention",
    ):
        op.drop_table(table)
    op.drop_column("user_account", "email")


def _effects() -> None:
    op.create_table(
        "intervention",
        sa.Column("id", _number(), nullable=False),
        sa.Column("engagement", sa.Text, nullable=False),
        sa.Column("action_id", _number(), nullable=False),
        sa.Column("from_stage", sa.Text, nullable=False),
        sa.Column("to_stage", sa.Text, nullable=False),
        sa.Column("segment", sa.Text, nullable=False, server_default=""),
        sa.Column("channel", sa.Text, nullable=False, server_default=""),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("expected", sa.Float, nullable=False),
        sa.Column("comparison", sa.JSON, nullable=False),
        sa.Column("weeks", sa.Integer, nullable=False, server_default=sa.text("8")),
        sa.Column("window_days", sa.Integer, nullable=False, server_default=sa.text("28")),
        sa.Column("detectable", sa.Float),
        sa.Column("registered_by", _number(), nullable=False),
        sa.Column("registered_at", sa.DateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id", name="pk_intervention"),
        sa.ForeignKeyConstraint(
            ["action_id"], ["action.id"], name="fk_intervention_action_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.key"], name="fk_intervention_engagement"),
        sa.ForeignKeyConstraint(["registered_by"], ["user_account.id"], name="fk_intervention_registered_by"),
        sa.UniqueConstraint("action_id", name="uq_intervention_action_id"),
    )
    op.create_index("ix_intervention_engagement", "intervention", ["engagement"])
    op.create_table(
        "decision",
        sa.Column("id", _number(), nullable=False),
        sa.Column("engagement", sa.Text, nullable=False),
        sa.Column("action_id", _number()),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("figures", sa.JSON, nullable=False),
        sa.Column("search", sa.Text, nullable=False, server_default=""),
        sa.Column("user_id", _number(), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sa.ForeignKeyConstraint(
            ["action_id"], ["action.id"], name="fk_decision_action_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.key"], name="fk_decision_engagement"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_decision_user_id"),
    )
    op.create_index("ix_decision_action_id", "decision", ["action_id"])
    op.create_index("ix_decision_engagement", "decision", ["engagement"])
    op.create_table(
        "annotation",
        sa.Column("id", _number(), nullable=False),
        sa.Column("engagement", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("segment", sa.Text, nullable=False, server_default=""),
        sa.Column("user_id", _number(), nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_annotation"),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.key"], name="fk_annotation_engagement"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_annotation_user_id"),
    )
    op.create_index("ix_annotation_engagement", "annotation", ["engagement"])
    op.create_table(
        "support",
        sa.Column("id", _number(), nullable=False),
        sa.Column("engagement", sa.Text, nullable=False),
        sa.Column("action_id", _number()),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False, server_default=""),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("done", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("user_id", _number(), nullable=False),
        sa.Column("created_by", _number(), nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_support"),
        sa.ForeignKeyConstraint(
            ["action_id"], ["action.id"], name="fk_support_action_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name="fk_support_created_by"),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.key"], name="fk_support_engagement"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_support_user_id"),
    )
    op.create_index("ix_support_action_id", "support", ["action_id"])
    op.create_index("ix_support_engagement", "support", ["engagement"])


def _alerts() -> None:
    op.create_table(
        "alert_rule",
        sa.Column("id", _number(), nullable=False),
        sa.Column("engagement", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("kpi", sa.Text, nullable=False, server_default=""),
        sa.Column("stage", sa.Text, nullable=False, server_default=""),
        sa.Column("segment", sa.Text, nullable=False, server_default=""),
        sa.Column("channel", sa.Text, nullable=False, server_default=""),
        sa.Column("limits", sa.JSON, nullable=False),
        sa.Column("owner_id", _number()),
        sa.Column("enabled", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("looked_at", sa.DateTime),
        sa.Column("created_by", _number(), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id", name="pk_alert_rule"),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name="fk_alert_rule_created_by"),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.key"], name="fk_alert_rule_engagement"),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name="fk_alert_rule_owner_id"),
    )
    op.create_index("ix_alert_rule_engagement", "alert_rule", ["engagement"])
    op.create_index("ix_alert_rule_owner_id", "alert_rule", ["owner_id"])
    op.create_table(
        "incident",
        sa.Column("id", _number(), nullable=False),
        sa.Column("engagement", sa.Text, nullable=False),
        sa.Column("rule_id", _number(), nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("open_cause", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("owner_id", _number()),
        sa.Column("figures", sa.JSON, nullable=False),
        sa.Column("opened_at", sa.DateTime, nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
        sa.Column("snoozed_until", sa.DateTime),
        sa.Column("resolved_at", sa.DateTime),
        sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.key"], name="fk_incident_engagement"),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name="fk_incident_owner_id"),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["alert_rule.id"], name="fk_incident_rule_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("engagement", "open_cause", name="uq_incident_engagement"),
    )
    op.create_index("ix_incident_engagement", "incident", ["engagement"])
    op.create_index("ix_incident_owner_id", "incident", ["owner_id"])
    op.create_index("ix_incident_rule_id", "incident", ["rule_id"])
    op.create_table(
        "incident_event",
        sa.Column("id", _number(), nullable=False),
        sa.Column("incident_id", _number(), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False, server_default=""),
        sa.Column("figures", sa.JSON),
        sa.Column("user_id", _number()),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incident_event"),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name="fk_incident_event_incident_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_incident_event_user_id"),
    )
    op.create_index("ix_incident_event_incident_id", "incident_event", ["incident_id"])


def _receivers() -> None:
    op.create_table(
        "endpoint",
        sa.Column("id", _number(), nullable=False),
        sa.Column("engagement", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False, server_default=""),
        sa.Column("user_id", _number(), nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_endpoint"),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.key"], name="fk_endpoint_engagement"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_endpoint_user_id"),
    )
    op.create_index("ix_endpoint_engagement", "endpoint", ["engagement"])
    op.create_table(
        "alert_receiver",
        sa.Column("id", _number(), nullable=False),
        sa.Column("rule_id", _number(), nullable=False),
        sa.Column("user_id", _number()),
        sa.Column("endpoint_id", _number()),
        sa.PrimaryKeyConstraint("id", name="pk_alert_receiver"),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["endpoint.id"], name="fk_alert_receiver_endpoint_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["alert_rule.id"], name="fk_alert_receiver_rule_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_alert_receiver_user_id"),
        sa.UniqueConstraint("rule_id", "user_id", "endpoint_id", name="uq_alert_receiver_rule_id"),
    )
    op.create_index("ix_alert_receiver_rule_id", "alert_receiver", ["rule_id"])


def _sending() -> None:
    op.create_table(
        "digest",
        sa.Column("id", _number(), nullable=False),
        sa.Column("engagement", sa.Text, nullable=False),
        sa.Column("user_id", _number(), nullable=False),
        sa.Column("every", sa.Text, nullable=False),
        sa.Column("hour", sa.Integer, nullable=False, server_default=sa.text("8")),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("search", sa.Text, nullable=False, server_default=""),
        sa.Column("enabled", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("leave_token", sa.Text, nullable=False),
        sa.Column("made_by", _number(), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("told_until", sa.Date),
        sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id", name="pk_digest"),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.key"], name="fk_digest_engagement"),
        sa.ForeignKeyConstraint(["made_by"], ["user_account.id"], name="fk_digest_made_by"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_digest_user_id"),
        sa.UniqueConstraint("leave_token", name="uq_digest_leave_token"),
    )
    op.create_index("ix_digest_engagement", "digest", ["engagement"])
    op.create_index("ix_digest_user_id", "digest", ["user_id"])
    op.create_table(
        "outbox",
        sa.Column("id", _number(), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("engagement", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("user_id", _number(), nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("endpoint_id", _number()),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("status", sa.Text, nullable=False, server_default="waiting"),
        sa.Column("due_at", sa.DateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("holder", sa.Text),
        sa.Column("held_until", sa.DateTime),
        sa.Column("error", sa.JSON),
        sa.Column("tried_at", sa.DateTime),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("sent_at", sa.DateTime),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["endpoint.id"], name="fk_outbox_endpoint_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.key"], name="fk_outbox_engagement"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_outbox_user_id"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
    )
    op.create_index("ix_outbox_engagement", "outbox", ["engagement"])
    op.create_index("ix_outbox_status_due_at", "outbox", ["status", "due_at"])


def _worker() -> None:
    op.create_table(
        "worker_lease",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("started_at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_worker_lease"),
    )
    op.create_table(
        "worker_run",
        sa.Column("id", _number(), nullable=False),
        sa.Column("job", sa.Text, nullable=False),
        sa.Column("engagement", sa.Text),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("started_at", sa.DateTime, nullable=False),
        sa.Column("finished_at", sa.DateTime),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_worker_run"),
    )
    op.create_index("ix_worker_run_job", "worker_run", ["job"])
    op.create_index("ix_worker_run_started_at", "worker_run", ["started_at"])
