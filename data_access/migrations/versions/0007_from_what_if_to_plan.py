"""Scenarios, approved forecasts, targets, the action plan and the library of measures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _scenarios()
    _targets()
    _chains()
    _actions()
    _below_actions()
    _measures()


def downgrade() -> None:
    for table in (
        "measure",
        "action_change",
        "action_entry",
        "action_need",
        "action",
        "chain",
        "target",
        "forecast",
        "scenario",
    ):
        op.drop_table(table)


def _scenarios() -> None:
    op.create_table(
        "scenario",
        sa.Column("id", _number(), nullable=False),
        sa.Column("engagement", sa.Text, nullable=False),
        sa.Column("user_id", _number(), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("notes", sa.Text, nullable=False, server_default=""),
        sa.Column("search", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_scenario"),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.key"], name="fk_scenario_engagement"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_scenario_user_id"),
    )
    op.create_index("ix_scenario_engagement", "scenario", ["engagement"])
    op.create_table(
        "forecast",
        sa.Column("id", _number(), nullable=False),
        sa.Column("engagement", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("scenario_id", _number()),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("search", sa.Text, nullable=False),
        sa.Column("figures", sa.JSON, nullable=False),
        sa.Column("made_by", _number(), nullable=False),
        sa.Column("approved_by", _number(), nullable=False),
        sa.Column("approved_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_forecast"),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.key"], name="fk_forecast_engagement"),
        sa.ForeignKeyConstraint(
            ["scenario_id"], ["scenario.id"], name="fk_forecast_scenario_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["made_by"], ["user_account.id"], name="fk_forecast_made_by"),
        sa.ForeignKeyConstraint(["approved_by"], ["user_account.id"], name="fk_forecast_approved_by"),
        sa.UniqueConstraint("engagement", "number", name="uq_forecast_engagement"),
    )
    op.create_index("ix_forecast_engagement", "forecast", ["engagement"])


def _targets() -> None:
    op.create_table(
        "target",
        sa.Column("id", _number(), nullable=False),
        sa.Column("engagement", sa.Text, nullable=False),
        sa.Column("kpi", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False, server_default=""),
        sa.Column("segment", sa.Text, nullable=False, server_default=""),
        sa.Column("month", sa.Text, nullable=False),
        sa.Column("value", sa.Numeric(24, 6)),
        sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("changed_by", _number()),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_target"),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.key"], name="fk_target_engagement"),
        sa.ForeignKeyConstraint(["changed_by"], ["user_account.id"], name="fk_target_changed_by"),
        sa.UniqueConstraint("engagement", "kpi", "stage", "segment", "month", name="uq_target_engagement"),
    )
    op.create_index("ix_target_engagement", "target", ["engagement"])


def _chains() -> None:
    op.create_table(
        "chain",
        sa.Column("id", _number(), nullable=False),
        sa.Column("engagement", sa.Text, nullable=False),
        sa.Column("segment", sa.Text, nullable=False),
        sa.Column("from_stage", sa.Text, nullable=False),
        sa.Column("to_stage", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chain"),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.key"], name="fk_chain_engagement"),
        sa.UniqueConstraint("engagement", "segment", "from_stage", "to_stage", name="uq_chain_engagement"),
    )
    op.create_index("ix_chain_engagement", "chain", ["engagement"])


def _actions() -> None:
    op.create_table(
        "action",
        sa.Column("id", _number(), nullable=False),
        sa.Column("engagement", sa.Text, nullable=False),
        sa.Column("chain_id", _number()),
        sa.Column("scenario_id", _number()),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("problem", sa.Text, nullable=False, server_default=""),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False, server_default=""),
        sa.Column("segment", sa.Text, nullable=False, server_default=""),
        sa.Column("channel", sa.Text, nullable=False, server_default=""),
        sa.Column("touchpoint", sa.Text, nullable=False, server_default=""),
        sa.Column("owner_id", _number()),
        sa.Column("starts_on", sa.Date),
        sa.Column("due_on", sa.Date),
        sa.Column("live_on", sa.Date),
        sa.Column("cost", sa.Numeric(18, 4)),
        sa.Column("lift", sa.Float),
        sa.Column("value", sa.Numeric(18, 4)),
        sa.Column("source", sa.JSON),
        sa.Column("measure", sa.Text, nullable=False, server_default=""),
        sa.Column("comparison", sa.Text, nullable=False, server_default=""),
        sa.Column("decision", sa.Text, nullable=False, server_default=""),
        sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("created_by", _number(), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_action"),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.key"], name="fk_action_engagement"),
        sa.ForeignKeyConstraint(["chain_id"], ["chain.id"], name="fk_action_chain_id"),
        sa.ForeignKeyConstraint(
            ["scenario_id"], ["scenario.id"], name="fk_action_scenario_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name="fk_action_owner_id"),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name="fk_action_created_by"),
    )
    op.create_index("ix_action_engagement", "action", ["engagement"])
    op.create_index("ix_action_chain_id", "action", ["chain_id"])
    op.create_index("ix_action_scenario_id", "action", ["scenario_id"])
    op.create_index("ix_action_owner_id", "action", ["owner_id"])


def _below_actions() -> None:
    op.create_table(
        "action_need",
        sa.Column("action_id", _number(), nullable=False),
        sa.Column("needs_id", _number(), nullable=False),
        sa.PrimaryKeyConstraint("action_id", "needs_id", name="pk_action_need"),
        sa.ForeignKeyConstraint(
            ["action_id"], ["action.id"], name="fk_action_need_action_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["needs_id"], ["action.id"], name="fk_action_need_needs_id", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "action_entry",
        sa.Column("id", _number(), nullable=False),
        sa.Column("action_id", _number(), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False, server_default=""),
        sa.Column("done", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("user_id", _number(), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_action_entry"),
        sa.ForeignKeyConstraint(
            ["action_id"], ["action.id"], name="fk_action_entry_action_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_action_entry_user_id"),
    )
    op.create_index("ix_action_entry_action_id", "action_entry", ["action_id"])
    op.create_table(
        "action_change",
        sa.Column("id", _number(), nullable=False),
        sa.Column("action_id", _number(), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("user_id", _number(), nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_action_change"),
        sa.ForeignKeyConstraint(
            ["action_id"], ["action.id"], name="fk_action_change_action_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_action_change_user_id"),
    )
    op.create_index("ix_action_change_action_id", "action_change", ["action_id"])


def _measures() -> None:
    op.create_table(
        "measure",
        sa.Column("id", _number(), nullable=False),
        sa.Column("engagement", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("phase", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False, server_default=""),
        sa.Column("channel", sa.Text, nullable=False, server_default=""),
        sa.Column("problem", sa.JSON, nullable=False),
        sa.Column("name", sa.JSON, nullable=False),
        sa.Column("hidden", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("changed_by", _number(), nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_measure"),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.key"], name="fk_measure_engagement"),
        sa.ForeignKeyConstraint(["changed_by"], ["user_account.id"], name="fk_measure_changed_by"),
        sa.UniqueConstraint("engagement", "key", name="uq_measure_engagement"),
    )
    op.create_index("ix_measure_engagement", "measure", ["engagement"])
