"""Tables of watching and proving: registered effects, decisions, notes, alerts, digests, what is sent, the worker."""

from __future__ import annotations

import sqlalchemy as sa

from data_access.state.schema import number, state

intervention = sa.Table(  # an action whose effect will be measured: said before it starts
    "intervention",
    state,
    number(),
    sa.Column("engagement", sa.ForeignKey("engagement.key"), nullable=False, index=True),
    sa.Column("action_id", sa.ForeignKey("action.id", ondelete="CASCADE"), nullable=False, unique=True),
    sa.Column("from_stage", sa.Text, nullable=False),
    sa.Column("to_stage", sa.Text, nullable=False),
    sa.Column("segment", sa.Text, nullable=False, server_default=""),  # '': everybody
    sa.Column("channel", sa.Text, nullable=False, server_default=""),  # '': anywhere
    sa.Column("starts_on", sa.Date, nullable=False),  # first day that counts, in the engagement's zone
    sa.Column("expected", sa.Float, nullable=False),  # points of conversion: 0.02 is +2
    sa.Column("comparison", sa.JSON, nullable=False),  # segments that are left as they are; []: none
    sa.Column("weeks", sa.Integer, nullable=False, server_default=sa.text("8")),  # the horizon
    # days after an entry in which going on counts: fixed before the start as well
    sa.Column("window_days", sa.Integer, nullable=False, server_default=sa.text("28")),
    sa.Column("detectable", sa.Float),  # least effect that the plan could tell, as a share
    sa.Column("registered_by", sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("registered_at", sa.DateTime, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
)

decision = sa.Table(  # the decision log: never changed, only added to
    "decision",
    state,
    number(),
    sa.Column("engagement", sa.ForeignKey("engagement.key"), nullable=False, index=True),
    sa.Column("action_id", sa.ForeignKey("action.id", ondelete="CASCADE"), index=True),  # NULL: of no action
    sa.Column("kind", sa.Text, nullable=False),  # 'keep', 'adjust', 'stop'
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("figures", sa.JSON, nullable=False),  # verdict, estimate and interval that were on the screen
    sa.Column("search", sa.Text, nullable=False, server_default=""),  # the state that was looked at
    sa.Column("user_id", sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
)

annotation = sa.Table(  # a note on every time axis
    "annotation",
    state,
    number(),
    sa.Column("engagement", sa.ForeignKey("engagement.key"), nullable=False, index=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("segment", sa.Text, nullable=False, server_default=""),  # '': everybody
    sa.Column("user_id", sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("created_at", sa.DateTime, nullable=False),
)

support = sa.Table(  # the two months beside an action: consultations, webinars, materials
    "support",
    state,
    number(),
    sa.Column("engagement", sa.ForeignKey("engagement.key"), nullable=False, index=True),
    sa.Column("action_id", sa.ForeignKey("action.id", ondelete="CASCADE"), index=True),  # NULL: of all
    sa.Column("kind", sa.Text, nullable=False),  # 'consultation', 'webinar', 'material', 'check'
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False, server_default=""),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("done", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("user_id", sa.ForeignKey("user_account.id"), nullable=False),  # who is reminded
    sa.Column("created_by", sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("created_at", sa.DateTime, nullable=False),
)

alert_rule = sa.Table(
    "alert_rule",
    state,
    number(),
    sa.Column("engagement", sa.ForeignKey("engagement.key"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),  # a value of dashboard.journey.alerts.AlertKind
    sa.Column("kpi", sa.Text, nullable=False, server_default=""),
    sa.Column("stage", sa.Text, nullable=False, server_default=""),  # the step that leads away from it
    sa.Column("segment", sa.Text, nullable=False, server_default=""),  # '': everybody
    sa.Column("channel", sa.Text, nullable=False, server_default=""),
    sa.Column("limits", sa.JSON, nullable=False),  # threshold, base, side, least n, ...
    sa.Column("owner_id", sa.ForeignKey("user_account.id"), index=True),
    sa.Column("enabled", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("looked_at", sa.DateTime),  # last evaluation
    sa.Column("created_by", sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
)

incident = sa.Table(  # one cause, from its first sign to its end
    "incident",
    state,
    number(),
    sa.Column("engagement", sa.ForeignKey("engagement.key"), nullable=False, index=True),
    sa.Column("rule_id", sa.ForeignKey("alert_rule.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("cause", sa.Text, nullable=False),  # fingerprint: segment, step, KPI
    # the cause while it goes on, NULL afterwards: two looks at once cannot open it twice
    sa.Column("open_cause", sa.Text),
    sa.Column("status", sa.Text, nullable=False),  # 'open', 'acknowledged', 'resolved'
    sa.Column("owner_id", sa.ForeignKey("user_account.id"), index=True),
    sa.Column("figures", sa.JSON, nullable=False),  # of the last look
    sa.Column("opened_at", sa.DateTime, nullable=False),
    sa.Column("seen_at", sa.DateTime, nullable=False),  # last look at which it was still so
    sa.Column("snoozed_until", sa.DateTime),
    sa.Column("resolved_at", sa.DateTime),
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.UniqueConstraint("engagement", "open_cause"),
)

incident_event = sa.Table(
    "incident_event",
    state,
    number(),
    sa.Column("incident_id", sa.ForeignKey("incident.id", ondelete="CASCADE"), nullable=False, index=True),
    # 'opened', 'updated', 'acknowledged', 'snoozed', 'owner', 'resolved', 'comment'
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False, server_default=""),
    sa.Column("figures", sa.JSON),
    sa.Column("user_id", sa.ForeignKey("user_account.id")),  # NULL: the worker
    sa.Column("at", sa.DateTime, nullable=False),
)

endpoint = sa.Table(  # where messages go beside a person's e-mail: a webhook, a chat
    "endpoint",
    state,
    number(),
    sa.Column("engagement", sa.ForeignKey("engagement.key"), nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),  # 'webhook', 'telegram'
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),  # URL of a webhook, number of a chat
    sa.Column("secret", sa.Text, nullable=False, server_default=""),  # signs what a webhook gets
    # whose right to the engagement is asked at each sending
    sa.Column("user_id", sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("enabled", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("created_at", sa.DateTime, nullable=False),
)

alert_receiver = sa.Table(  # who hears of a rule's incidents: a person by e-mail, or an endpoint
    "alert_receiver",
    state,
    number(),
    sa.Column("rule_id", sa.ForeignKey("alert_rule.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("user_id", sa.ForeignKey("user_account.id")),
    sa.Column("endpoint_id", sa.ForeignKey("endpoint.id", ondelete="CASCADE")),
    sa.UniqueConstraint("rule_id", "user_id", "endpoint_id"),
)

digest = sa.Table(  # a letter that comes by itself
    "digest",
    state,
    number(),
    sa.Column("engagement", sa.ForeignKey("engagement.key"), nullable=False, index=True),
    sa.Column("user_id", sa.ForeignKey("user_account.id"), nullable=False, index=True),  # who gets it
    sa.Column("every", sa.Text, nullable=False),  # 'week', 'month'
    sa.Column("hour", sa.Integer, nullable=False, server_default=sa.text("8")),  # in the engagement's zone
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("search", sa.Text, nullable=False, server_default=""),  # filters: segments, channels
    sa.Column("enabled", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("leave_token", sa.Text, nullable=False, unique=True),  # opens the page that unsubscribes
    sa.Column("made_by", sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("told_until", sa.Date),  # end of the last period that was told
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
)

outbox = sa.Table(  # what has to be sent: written with its cause in one transaction, sent afterwards
    "outbox",
    state,
    number(),
    sa.Column("key", sa.Text, nullable=False, unique=True),  # of cause and receiver: never queued twice
    sa.Column("engagement", sa.ForeignKey("engagement.key"), nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),  # 'alert', 'digest', 'reminder', 'test'
    sa.Column("user_id", sa.ForeignKey("user_account.id"), nullable=False),  # whose rights are asked again
    sa.Column("way", sa.Text, nullable=False),  # 'mail', 'webhook', 'telegram'
    sa.Column(
        "endpoint_id", sa.ForeignKey("endpoint.id", ondelete="SET NULL")
    ),  # NULL: mail, or deleted since
    sa.Column("content", sa.JSON, nullable=False),  # dashboard.journey.message.Message.to_json()
    # 'waiting', 'sent', 'failed' (given up), 'dropped' (no right or no address any more)
    sa.Column("status", sa.Text, nullable=False, server_default="waiting"),
    sa.Column("due_at", sa.DateTime, nullable=False),  # not before
    sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("holder", sa.Text),  # the process that sends it now
    sa.Column("held_until", sa.DateTime),
    sa.Column("error", sa.JSON),  # {"code", "facts"} of the last attempt
    sa.Column("tried_at", sa.DateTime),  # last attempt
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("sent_at", sa.DateTime),
    sa.Index("ix_outbox_status_due_at", "status", "due_at"),
)

worker_lease = sa.Table(  # one worker at a time
    "worker_lease",
    state,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("started_at", sa.DateTime, nullable=False),
    sa.Column("expires_at", sa.DateTime, nullable=False),
)

worker_run = sa.Table(  # what the worker did
    "worker_run",
    state,
    number(),
    sa.Column("job", sa.Text, nullable=False, index=True),
    sa.Column("engagement", sa.Text),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("started_at", sa.DateTime, nullable=False, index=True),
    sa.Column("finished_at", sa.DateTime),
    sa.Column("status", sa.Text, nullable=False),  # 'running', 'done', 'failed', 'lost'
    sa.Column("detail", sa.JSON, nullable=False),  # counts, or {"code", "facts"} of an error
)
