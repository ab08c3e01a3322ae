"""Tables of application state: people, sessions, engagements, imports, pointer, audit, saved views, share links.

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


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)


user = sa.Table(
    "user_account",
    state,
    _id(),
    sa.Column("login", sa.Text, nullable=False, unique=True),  # lower case
    sa.Column("name", sa.Text, nullable=False),
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
    _id(),
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
    _id(),
    sa.Column("at", sa.DateTime, nullable=False, index=True),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("engagement", sa.Text),
    sa.Column("detail", sa.JSON),
)

saved_view = sa.Table(  # a place of the product that somebody comes back to
    "saved_view",
    state,
    _id(),
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
    _id(),
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
    _id(),
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
    _id(),
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
