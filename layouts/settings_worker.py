"""The tab "Worker" of the settings: whether somebody watches and sends, what was done when, and how to start it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dash import html

from dashboard.errors import JourneyError
from dashboard.i18n.words import Words, msgid
from dashboard.journey.jobs import EVERY, Job
from layouts.components.attributes import attributes
from layouts.components.card import card
from layouts.components.pill import Tone, pill
from layouts.live import age_text

_TITLES: Mapping[Job, tuple[str, str]] = {
    Job.REFRESH: (
        msgid("New data"),
        msgid("looks whether an import has brought some, and holds the rules against it"),
    ),
    Job.ALERTS: (msgid("Alert rules"), msgid("looks at every rule, opens and closes incidents")),
    Job.REMINDERS: (msgid("Reminder letters"), msgid("of appointments, checks and late actions")),
    Job.DIGESTS: (msgid("Digest letters"), msgid("writes the letters of the week and the month")),
    Job.DELIVER: (msgid("Sending"), msgid("hands over what waits: letters, webhooks, Telegram")),
    Job.CLEAN_UP: (msgid("Clean-up"), msgid("removes ended sessions, forgotten uploads, old lists")),
}
_STATUS: Mapping[str, tuple[str, str, Tone]] = {
    "running": ("●", msgid("at it now"), "neutral"),
    "done": ("✓", msgid("done"), "good"),
    "failed": ("▲", msgid("failed"), "bad"),
    "lost": ("○", msgid("broken off"), "warn"),
}
_COUNTS: Mapping[str, tuple[str, str]] = {
    "generations": (msgid("{n} engagement with new data"), "{n} engagements with new data"),
    "rules": (msgid("{n} rule looked at"), "{n} rules looked at"),
    "opened": (msgid("{n} incident opened"), "{n} incidents opened"),
    "updated": (msgid("{n} incident carried on"), "{n} incidents carried on"),
    "resolved": (msgid("{n} incident resolved"), "{n} incidents resolved"),
    "queued": (msgid("{n} letter written"), "{n} letters written"),
    "sent": (msgid("{n} message sent"), "{n} messages sent"),
    "failed": (msgid("{n} message not taken"), "{n} messages not taken"),
    "dropped": (msgid("{n} message nobody may get any more"), "{n} messages nobody may get any more"),
    "sessions": (msgid("{n} session"), "{n} sessions"),
    "uploads": (msgid("{n} upload"), "{n} uploads"),
    "runs": (msgid("{n} old run"), "{n} old runs"),
    "messages": (msgid("{n} old message"), "{n} old messages"),
    "outdated": (msgid("{n} message too late to be sent"), "{n} messages too late to be sent"),
}
_COMMAND = "journey worker"


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run of a job.

    Attributes:
        status: `running`, `done`, `failed` or `lost`.
        counts: what it did.
        engagement: name of the one that it failed in.
    """

    at: datetime
    status: str
    counts: Mapping[str, int]
    error: JourneyError | None
    engagement: str | None


@dataclass(frozen=True, slots=True)
class WorkerView:
    """How the worker stands; moments are naive UTC.

    Attributes:
        alive: None where none has ever run or the last one has left properly.
        place: machine and process.
        waiting, failed: messages that wait, and that could not be sent for good.
        late: since when the longest waits that should have gone.
        runs: of each job, newest first.
    """

    now: datetime
    alive: bool | None
    place: str
    since: datetime | None
    heard: datetime | None
    waiting: int
    failed: int
    late: datetime | None
    runs: Mapping[Job, Sequence[RunLine]]


def worker_card(words: Words, view: WorkerView, messages: Any) -> html.Section:
    """Whether the worker is there, what waits for it, and how to start it where it is not.

    Args:
        messages: link to the list of messages.
    """
    standing = html.Div(_standing(words, view), className="worker__standing")
    parts: list[Any] = [standing, _messages(words, view, messages)]
    if not view.alive:
        parts.append(_start(words))
    return card(
        words("Worker"),
        *parts,
        subtitle=words("Watches the data and sends alerts, reminders and digests, beside the server"),
    )


def jobs_card(words: Words, view: WorkerView) -> html.Section:
    """Each job: how often, how the last runs ended, when the next one is."""
    rows = [_job(words, view, job, lines) for job, lines in view.runs.items()]
    return card(words("Jobs"), html.Ul(rows, className="worker__jobs"))


def _standing(words: Words, view: WorkerView) -> list[Any]:
    if view.alive is None or view.heard is None or view.since is None:
        return [
            _mark("○", words("not started"), "warn"),
            html.P(words("Nothing is watched and nothing is sent.")),
        ]
    heard = _ago(words, view.now - view.heard)
    if view.alive:
        said = words(
            "Last sign of life {ago}; at work since {moment} UTC.",
            ago=heard,
            moment=_moment(words, view.since),
        )
        return [_mark("●", words("at work"), "good"), html.P([said, " ", _place(view)])]
    said = words("Last sign of life {ago}. Nothing is watched and nothing is sent.", ago=heard)
    return [_mark("▲", words("silent"), "bad"), html.P([said, " ", _place(view)])]


def _messages(words: Words, view: WorkerView, link: Any) -> html.Ul:
    waits = (
        words.plural("{n} message waits", "{n} messages wait", view.waiting)
        if view.waiting
        else words("No message waits")
    )
    if view.late is not None:
        waits += words(", the first of them should have gone {ago}", ago=_ago(words, view.now - view.late))
    lines = [html.Li(waits)]
    if view.failed:
        said = words.plural("{n} message was given up", "{n} messages were given up", view.failed)
        lines.append(html.Li([_mark("▲", said, "bad")]))
    return html.Ul([*lines, html.Li(link)], className="worker__messages")


def _start(words: Words) -> html.Div:
    return html.Div(
        [
            html.P(words("Start it on the machine of the server, with the same settings:")),
            html.Pre(html.Code(_COMMAND), className="worker__command"),
            html.P(words("compose.yaml starts one by itself. What waits goes out then; nothing is lost.")),
        ],
        className="worker__start",
    )


def _job(words: Words, view: WorkerView, job: Job, lines: Sequence[RunLine]) -> html.Li:
    title, about = _TITLES[job]
    often = words("every {span}", span=_span(words, EVERY[job]))
    coming = _coming(words, view, job, lines)
    head = [
        html.Div(
            [html.B(words(title)), html.Span(words(about), className="worker__about")],
            className="worker__name",
        ),
        html.Span(" · ".join(filter(None, [often, coming])), className="worker__often"),
    ]
    if not lines:
        return html.Li(
            [*head, html.P(words("has not run yet"), className="worker__run")], className="worker__job"
        )
    parts: list[Any] = [*head, _run(words, view.now, lines[0])]
    if len(lines) > 1:
        earlier = [html.Li(_run(words, view.now, line)) for line in lines[1:]]
        label = attributes(aria_label=words("Earlier runs: {job}", job=words(title)))
        summary = html.Summary(words("Earlier runs"), className="link", **label)
        parts.append(html.Details([summary, html.Ul(earlier)], className="worker__earlier"))
    return html.Li(parts, className="worker__job")


def _coming(words: Words, view: WorkerView, job: Job, lines: Sequence[RunLine]) -> str:
    """When the next run is, where a person could wait for it."""
    if not view.alive or not lines or EVERY[job] < timedelta(minutes=1):
        return ""
    left = max(lines[0].at + EVERY[job] - view.now, timedelta(0))
    return (
        words("next in {span}", span=_span(words, left))
        if left >= timedelta(minutes=1)
        else words("next now")
    )


def _run(words: Words, now: datetime, line: RunLine) -> html.P:
    sign, name, tone = _STATUS[line.status]
    said = _said(words, line)
    when = html.Span(
        _ago(words, now - line.at), title=f"{_moment(words, line.at)} UTC", className="worker__when"
    )
    return html.P([_mark(sign, words(name), tone), when, html.Span(said)], className="worker__run")


def _said(words: Words, line: RunLine) -> str:
    if line.error is not None:
        sentence = words.error(line.error)
        return f"{line.engagement}: {sentence}" if line.engagement else sentence
    if line.status != "done":
        return ""
    told = [
        words.plural(*_COUNTS[key], number)
        for key, number in line.counts.items()
        if number and key in _COUNTS
    ]
    return ", ".join(told) or words("nothing to do")


def _mark(sign: str, text: str, tone: Tone) -> html.Span:
    return pill([html.Span(f"{sign} ", **attributes(aria_hidden="true")), text], tone)


def _place(view: WorkerView) -> html.Span:
    return html.Span(view.place, className="worker__place")


def _ago(words: Words, age: timedelta) -> str:
    texts = (words("{n} s ago"), words("{n} min ago"), words("{n} h ago"), words("{n} d ago"))
    return age_text(texts, max(age.total_seconds(), 0.0))


def _span(words: Words, span: timedelta) -> str:
    texts = (words("{n} s"), words("{n} min"), words("{n} h"), words("{n} d"))
    return age_text(texts, span.total_seconds())


def _moment(words: Words, value: datetime) -> str:
    return f"{words.formats.day(value.date(), year=True)}, {value:%H:%M}"
