"""Tables of application state: people, sessions, engagements, imports, views and links, scenarios, targets, the plan.

SQLite (WAL) in the embedded default, PostgreSQL on a server. Migrations in `data_access/migrations` make them;
times are naive UTC.
"""

from __future__ import annotations

import sqlalchemy as sa

state = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


def number() -> sa.Column[int]:
    """A key that counts up."""
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)


user = sa.Table(
    "user_account",
    state,
    number(),
    sa.Column("login", sa.Text, nullable=False, unique=True),  # lower case
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("email", sa.Text),  # where alerts and digests go; NULL: nowhere
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),  # argon2id
    sa.Column("language", sa.Text, nullable=False, server_default="ru"),
    sa.Column("theme", sa.Text, nullable=False, server_default="light"),
    sa.Column("disabled", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("created_at", sa.DateTime, nullable=False),
)

session = sa.Table(
    "session",
    state,
    sa.Column("token_hash", sa.Text, primary_key=True),  # SHA-256 of the random token in the cookie
    sa.Column("user_id", sa.ForeignKey("user_account.id"), nullable=False, index=True),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("seen_at", sa.DateTime, nullable=False),  # moved by requests of a person, never by polls
)

sign_in_failure = sa.Table(  # back-off per account and per address
    "sign_in_failure",
    state,
    # 'login:NAME', 'address:IP', both in one, or 'known login:NAME address:IP' after a success from there
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("blocked_until", sa.DateTime, nullable=False),
)

engagement = sa.Table(
    "engagement",
    state,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("brand", sa.Text),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("analysis_date", sa.Date),
    sa.Column("responsible", sa.Text),
    sa.Column("stage_model", sa.JSON, nullable=False),  # StageModel.to_json()
    sa.Column("demo", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("margin", sa.Float),  # 0..1
)

engagement_grant = sa.Table(
    "engagement_grant",
    state,
    sa.Column("user_id", sa.ForeignKey("user_account.id"), primary_key=True),
    sa.Column("engagement", sa.ForeignKey("engagement.key"), primary_key=True),
)

data_import = sa.Table(  # the journal: one row an import, finished or failed
    "data_import",
    state,
    number(),
    sa.Column("engagement", sa.ForeignKey("engagement.key"), nullable=False, index=True),
    sa.Column("mapping_sha256", sa.Text, nullable=False),
    sa.Column("started_at", sa.DateTime, nullable=False),
    sa.Column("finished_at", sa.DateTime),
    sa.Column("actor", sa.Text, nullable=False),  # login, or 'console'
    # 'running', 'done', 'unchanged', 'cancelled', 'failed'
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("generation", sa.BigInteger),  # the generation that it made
    sa.Column("report", sa.JSON),
    # of an import that is done: the generation before, where an undo goes back to; NULL: there was none
    sa.Column("parent", sa.BigInteger),
    # what the generation was mapped to and read with, so that an undo restores it: StageModel.to_json()
    sa.Column("stage_model", sa.JSON),
    sa.Column("zone", sa.Text),
    sa.Column("currency", sa.Text),
    sa.Column("undone_at", sa.DateTime),
    sa.Column("undone_by", sa.Text),
    sa.Column("dropped", sa.Boolean, nullable=False, server_default=sa.false()),  # its file is gone for good
)

generation_pointer = sa.Table(  # which immutable file viewers read
    "generation_pointer",
    state,
    sa.Column("engagement", sa.ForeignKey("engagement.key"), primary_key=True),
    sa.Column("generation", sa.BigInteger, nullable=False),
    sa.Column("import_id", sa.ForeignKey("data_import.id"), nullable=False),
    sa.Column("switched_at", sa.DateTime, nullable=False),
)

import_lease = sa.Table(  # one import of an engagement at a time
    "import_lease",
    state,
    sa.Column("engagement", sa.ForeignKey("engagement.key"), primary_key=True),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("import_id", sa.ForeignKey("data_import.id"), nullable=False),
    sa.Column("expires_at", sa.DateTime, nullable=False),
)

audit = sa.Table(
    "audit",
    state,
    number(),
    sa.Column("at", sa.DateTime, nullable=False, index=True),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("engagement", sa.Text),
    sa.Column("detail", sa.JSON),
)

saved_view = sa.Table(  # a place of the product that somebody comes back to
    "saved_view",
    state,
    number(),
    sa.Column("user_id", sa.ForeignKey("user_account.id"), nullable=False, index=True),
    sa.Column("engagement", sa.ForeignKey("engagement.key"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("search", sa.Text, nullable=False),  # without language and theme
    sa.Column("shared", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("created_at", sa.DateTime, nullable=False),
)

share_link = sa.Table(  # one view shown to whoever has the link
    "share_link",
    state,
    number(),
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),  # SHA-256 of the random token in the link
    sa.Column("engagement", sa.ForeignKey("engagement.key"), nullable=False, index=True),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("search", sa.Text, nullable=False),
    sa.Column("made_by", sa.ForeignKey("user_account.id"), nullable=False, index=True),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("expires_at", sa.DateTime, nullable=False),
    sa.Column("revoked_at", sa.DateTime),
    sa.Column("opened", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("opened_at", sa.DateTime),
)

share_session = sa.Table(  # a browser that has opened a link
    "share_session",
    state,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("link_id", sa.ForeignKey("share_link.id"), nullable=False, index=True),
    sa.Column("created_at", sa.DateTime, nullable=False),
)

visit = sa.Table(  # what a person saw at the last visit, and at the one before: for "since your last visit"
    "visit",
    state,
    sa.Column("user_id", sa.ForeignKey("user_account.id"), primary_key=True),
    sa.Column("engagement", sa.ForeignKey("engagement.key"), primary_key=True),
    sa.Column("seen_at", sa.DateTime, nullable=False),
    sa.Column("period", sa.Text, nullable=False),
    sa.Column("figures", sa.JSON, nullable=False),  # of dashboard.analytics.visit
    sa.Column("before_at", sa.DateTime),
    sa.Column("before_period", sa.Text),
    sa.Column("before_figures", sa.JSON),
)

import_draft = sa.Table(  # an import on its way: uploaded files and what their columns mean
    "import_draft",
    state,
    number(),
    sa.Column("engagement", sa.ForeignKey("engagement.key"), nullable=False, index=True),
    sa.Column("user_id", sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("files", sa.JSON, nullable=False),  # [{"name", "bytes"}]
    sa.Column("found", sa.JSON),  # Recognised.to_json(): profiles and draft; NULL: nobody has looked yet
    sa.Column("template", sa.Text),  # a mapping file that was uploaded with the data: it says everything
    sa.Column("report", sa.JSON),  # of the last check; NULL: changed since
    sa.Column("import_id", sa.ForeignKey("data_import.id")),  # the import that it became
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("changed_at", sa.DateTime, nullable=False),
)

import_task = sa.Table(  # something that a draft is waiting for: looking at its files, a check, the import
    "import_task",
    state,
    number(),
    sa.Column("draft_id", sa.ForeignKey("import_draft.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),  # 'profile', 'check', 'import'
    sa.Column("status", sa.Text, nullable=False),  # 'running', 'done', 'failed', 'cancelled'
    sa.Column("part", sa.Text, nullable=False, server_default=""),
    sa.Column("share", sa.Float, nullable=False, server_default=sa.text("0")),  # 0..1
    sa.Column("cancel", sa.Boolean, nullable=False, server_default=sa.false()),  # somebody asked for it
    sa.Column("error", sa.JSON),  # {"code", "facts"}
    sa.Column("started_at", sa.DateTime, nullable=False),
    sa.Column("told_at", sa.DateTime, nullable=False),  # a running one that is silent for long is dead
)

scenario = sa.Table(  # a what-if with a name: its levers stand in the address
    "scenario",
    state,
    number(),
    sa.Column("engagement", sa.ForeignKey("engagement.key"), nullable=False, index=True),
    sa.Column("user_id", sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("notes", sa.Text, nullable=False, server_default=""),
    sa.Column("search", sa.Text, nullable=False),  # without language and theme
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("changed_at", sa.DateTime, nullable=False),
)

forecast = sa.Table(  # the prediction ledger: each scenario that was approved as the plan, with its figures of that day
    "forecast",
    state,
    number(),
    sa.Column("engagement", sa.ForeignKey("engagement.key"), nullable=False, index=True),
    sa.Column("number", sa.Integer, nullable=False),  # version of the plan, from 1
    sa.Column("scenario_id", sa.ForeignKey("scenario.id", ondelete="SET NULL")),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("notes", sa.Text, nullable=False),
    sa.Column("search", sa.Text, nullable=False),
    sa.Column("figures", sa.JSON, nullable=False),
    sa.Column("made_by", sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("approved_by", sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("approved_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("engagement", "number"),
)

target = sa.Table(  # what a figure shall be in a month
    "target",
    state,
    number(),
    sa.Column("engagement", sa.ForeignKey("engagement.key"), nullable=False, index=True),
    sa.Column("kpi", sa.Text, nullable=False),
    sa.Column("stage", sa.Text, nullable=False, server_default=""),  # '': not of one stage
    sa.Column("segment", sa.Text, nullable=False, server_default=""),  # '': everybody
    sa.Column("month", sa.Text, nullable=False),  # '2026-03'
    sa.Column("value", sa.Numeric(24, 6)),  # share 0..1, money or a number; NULL: taken back
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("changed_by", sa.ForeignKey("user_account.id")),  # NULL: the console
    sa.Column("changed_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("engagement", "kpi", "stage", "segment", "month"),
)

chain = sa.Table(  # bottleneck -> action -> effect -> decision: one id from the first to the last
    "chain",
    state,
    number(),
    sa.Column("engagement", sa.ForeignKey("engagement.key"), nullable=False, index=True),
    sa.Column("segment", sa.Text, nullable=False),
    sa.Column("from_stage", sa.Text, nullable=False),
    sa.Column("to_stage", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("engagement", "segment", "from_stage", "to_stage"),
)

action = sa.Table(  # a planned fix
    "action",
    state,
    number(),
    sa.Column("engagement", sa.ForeignKey("engagement.key"), nullable=False, index=True),
    sa.Column("chain_id", sa.ForeignKey("chain.id"), index=True),
    sa.Column("scenario_id", sa.ForeignKey("scenario.id", ondelete="SET NULL"), index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("problem", sa.Text, nullable=False, server_default=""),
    sa.Column("status", sa.Text, nullable=False),  # 'idea', 'in_progress', 'live', 'measured', 'dropped'
    sa.Column("stage", sa.Text, nullable=False, server_default=""),
    sa.Column("segment", sa.Text, nullable=False, server_default=""),  # '': everybody
    sa.Column("channel", sa.Text, nullable=False, server_default=""),
    sa.Column("touchpoint", sa.Text, nullable=False, server_default=""),
    sa.Column("owner_id", sa.ForeignKey("user_account.id"), index=True),
    sa.Column("starts_on", sa.Date),
    sa.Column("due_on", sa.Date),
    sa.Column("live_on", sa.Date),
    sa.Column("cost", sa.Numeric(18, 4)),
    sa.Column("lift", sa.Float),  # expected, in points of the transition's conversion: 0.02 is +2
    sa.Column("value", sa.Numeric(18, 4)),  # expected money
    sa.Column("source", sa.JSON),  # where lift and money come from: {"kind", "search", ...}
    sa.Column("measure", sa.Text, nullable=False, server_default=""),  # how the effect will be measured
    sa.Column("comparison", sa.Text, nullable=False, server_default=""),  # the group that is left as it is
    sa.Column("decision", sa.Text, nullable=False, server_default=""),
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("created_by", sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("changed_at", sa.DateTime, nullable=False),
)

action_need = sa.Table(  # what has to be done before
    "action_need",
    state,
    sa.Column("action_id", sa.ForeignKey("action.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("needs_id", sa.ForeignKey("action.id", ondelete="CASCADE"), primary_key=True),
)

action_entry = sa.Table(  # what people add below an action
    "action_entry",
    state,
    number(),
    sa.Column("action_id", sa.ForeignKey("action.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),  # 'check' of the checklist, 'comment', 'link' to a file
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False, server_default=""),
    sa.Column("done", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("user_id", sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
)

action_change = sa.Table(  # history of each field
    "action_change",
    state,
    number(),
    sa.Column("action_id", sa.ForeignKey("action.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("user_id", sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("field", sa.Text, nullable=False),
    sa.Column("before", sa.Text),
    sa.Column("after", sa.Text),
)

measure = sa.Table(  # the library: an engagement's own measures, and its words for ours
    "measure",
    state,
    number(),
    sa.Column("engagement", sa.ForeignKey("engagement.key"), nullable=False, index=True),
    sa.Column("key", sa.Text, nullable=False),  # of a measure of ours; an own one has a key of its own
    sa.Column("phase", sa.Text, nullable=False),  # 'lead', 'deal', 'repeat'
    sa.Column("stage", sa.Text, nullable=False, server_default=""),  # '': any stage of the phase
    sa.Column("channel", sa.Text, nullable=False, server_default=""),  # '': anywhere
    sa.Column("problem", sa.JSON, nullable=False),  # {"en", "ru"}
    sa.Column("name", sa.JSON, nullable=False),  # {"en", "ru"}
    sa.Column("hidden", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("changed_by", sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("changed_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("engagement", "key"),
)
