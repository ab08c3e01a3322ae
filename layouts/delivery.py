"""The tab "Delivery" of the settings: how messages go, webhooks and chats, what became of the last ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address
from layouts.components.card import card
from layouts.components.form import Field, form, post_button
from layouts.components.link import page_link
from layouts.components.pill import Tone, pill
from layouts.components.states import empty_state

PLACE = "/settings/endpoints"
MAIL, WEBHOOK, TELEGRAM = "mail", "webhook", "telegram"
WAY_NAMES: Mapping[str, str] = {
    MAIL: msgid("Letters"),
    WEBHOOK: msgid("Webhooks"),
    TELEGRAM: msgid("Telegram"),
}
_OFF: Mapping[str, str] = {
    MAIL: msgid("No mail server is configured: letters wait for 7 days. JOURNEY_SMTP_HOST names one."),
    WEBHOOK: msgid("No host is allowed for webhooks. JOURNEY_WEBHOOK_HOSTS lists them."),
    TELEGRAM: msgid("No Telegram bot is set up. JOURNEY_TELEGRAM_TOKEN is its token."),
}
_ENDPOINT_KINDS: Mapping[str, str] = {WEBHOOK: msgid("Webhook"), TELEGRAM: msgid("Telegram chat")}
_KINDS: Mapping[str, str] = {
    "alert": msgid("alert"),
    "digest": msgid("digest"),
    "reminder": msgid("reminder"),
    "test": msgid("test"),
}
_STATES: Mapping[str, tuple[str, Tone]] = {
    "waiting": (msgid("waits"), "neutral"),
    "sent": (msgid("sent"), "good"),
    "failed": (msgid("given up"), "bad"),
    "dropped": (msgid("dropped"), "warn"),
}


@dataclass(frozen=True, slots=True)
class WayRow:
    """One way of sending.

    Attributes:
        on: the server's settings open it.
        sender: address that letters come from; empty for other ways.
        waiting: messages of the whole installation.
        last_sent, failed_at: moments, ready to read; empty = never.
        problem: why the last attempt failed.
        broken: that is no single receiver's fault.
    """

    way: str
    on: bool
    sender: str
    waiting: int
    last_sent: str
    failed_at: str
    problem: str
    broken: bool


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """A webhook or a chat; `who`: under whose rights it gets messages."""

    id: int
    kind: str
    name: str
    address: str
    who: str
    enabled: bool
    version: int


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message; `when` and `next_try` are ready to read, `why` is a sentence."""

    id: int
    kind: str
    way: str
    receiver: str
    subject: str
    state: str
    when: str
    next_try: str
    why: str


def delivery_page(*cards: html.Section) -> html.Div:
    """The cards of the tab, one below the other."""
    return html.Div(list(cards), className="delivery")


def ways_card(
    words: Words, address: Address, engagement: str, rows: Sequence[WayRow], own_email: str
) -> html.Section:
    """How each way does, and a letter to try it with.

    Args:
        engagement: whose messages are listed below; empty where there is none yet.
        own_email: the reader's; without one there is nothing to try with.
    """
    test: list[Any] = []
    if own_email and engagement:
        to = html.Span(words("Your address: {email}", email=own_email))
        body = {"engagement": engagement, "number": 0}
        test = [to, post_button(words("Send me a test letter"), "/settings/delivery/test", body)]
    elif engagement:
        ask = words("Add your e-mail address to get a test letter")
        test = [page_link(ask, "/me", address.for_page())]
    return card(
        words("How messages go"),
        html.Ul([_way(words, row) for row in rows], className="people"),
        html.Div(test, className="delivery__test") if test else None,
        subtitle=words("Of the whole installation; sent by the worker"),
    )


def endpoints_card(
    words: Words, name: str, rows: Sequence[EndpointRow], on: Mapping[str, bool], engagement: str
) -> html.Section:
    """Webhooks and chats of an engagement.

    Args:
        name: of the engagement.
        on: which ways the server's settings open.
    """
    title = words("Webhooks and chats: {name}", name=name)
    if not rows:
        nothing = words(
            "None yet. Alerts can go to a system of yours or to a chat, not only to people's mail."
        )
        return card(title, empty_state(nothing))
    listed = [_endpoint(words, row, engagement, on[row.kind]) for row in rows]
    return card(
        title,
        html.Ul(listed, className="people"),
        subtitle=words("Messages go under the rights of the person named in each row"),
    )


def add_card(words: Words, engagement: str, on: Mapping[str, bool]) -> html.Section | None:
    """The forms that add one, of the ways that are open."""
    name = Field(
        "name", words("What it is called"), hint=words("What people choose it by, such as “Sales chat”")
    )
    forms = []
    if on[WEBHOOK]:
        where = Field(
            "address", words("Address"), "url", hint=words("Such as https://hooks.example.com/journey")
        )
        done = words("Added. The secret that signs its messages, shown this once:")
        forms.append(_form(words, WEBHOOK, (name, where), engagement, done))
    if on[TELEGRAM]:
        where = Field(
            "address", words("Chat"), hint=words("Its number, such as -1001234567890, or @name of a channel")
        )
        forms.append(
            _form(words, TELEGRAM, (name, where), engagement, words("Added. Invite the bot to the chat."))
        )
    if not forms:
        return None
    return card(words("Add a webhook or a chat"), html.Div(forms, className="delivery__forms"))


def messages_card(words: Words, rows: Sequence[MessageRow]) -> html.Section:
    """The last messages of the engagement, with what became of each."""
    title = words("Last messages")
    if not rows:
        return card(
            title, empty_state(words("Nothing was sent yet: alerts, digests and reminders will stand here."))
        )
    return card(
        title,
        html.Ul([_message(words, row) for row in rows], className="people"),
        subtitle=words("The newest 50 of this engagement; kept for 30 days"),
    )


def _way(words: Words, row: WayRow) -> html.Li:
    said = [words("from {address}", address=row.sender)] if row.sender else []
    said.append(words.plural("{n} waits", "{n} wait", row.waiting) if row.waiting else words("none waits"))
    said.append(
        words("last sent {moment}", moment=row.last_sent) if row.last_sent else words("nothing sent yet")
    )
    about = [html.B(words(WAY_NAMES[row.way])), html.Span(" · ".join(said), className="people__rights")]
    if not row.on:
        about.append(html.Span(words(_OFF[row.way]), className="people__rights"))
    if row.problem:
        about.append(html.Span(f"{row.failed_at}: {row.problem}", className="delivery__problem"))
    return _row(about, _way_mark(words, row), [])


def _way_mark(words: Words, row: WayRow) -> html.Span:
    if not row.on:
        return pill(words("not set up"), "warn")
    if not row.problem:
        return pill(words("ready"), "good")
    return pill(words("does not work"), "bad") if row.broken else pill(words("last one failed"), "warn")


def _row(about: Sequence[Any], mark: html.Span, acts: Sequence[html.Button]) -> html.Li:
    """A line of a list: what it is, how it stands, what can be done."""
    parts = [html.Div(list(about), className="people__about"), html.Div(mark)]
    if not acts:
        return html.Li(parts, className="people__row people__row--plain")
    return html.Li([*parts, html.Div(list(acts), className="people__acts")], className="people__row")


def _endpoint(words: Words, row: EndpointRow, engagement: str, on: bool) -> html.Li:
    about = [
        html.Span([html.B(row.name), html.Span(words(_ENDPOINT_KINDS[row.kind]), className="people__login")]),
        html.Span([row.address, " · ", row.who], className="people__rights"),
    ]
    place = f"{PLACE}/{row.id}"
    turn = words("Switch off") if row.enabled else words("Switch on")
    acts = [
        post_button(turn, f"{place}/switch", {"version": row.version, "enabled": not row.enabled}),
        post_button(
            words("Delete"),
            f"{place}/delete",
            ask=words("Delete {name}? Alert rules lose it, and what waits for it is dropped.", name=row.name),
        ),
    ]
    if row.enabled and on:
        body = {"engagement": engagement, "number": row.id}
        acts.insert(0, post_button(words("Send a test"), "/settings/delivery/test", body))
    mark = pill(words("on"), "good") if row.enabled else pill(words("off"))
    return _row(about, mark, acts)


def _form(words: Words, kind: str, fields: Sequence[Field], engagement: str, done: str) -> html.Div:
    body = {"engagement": engagement, "kind": kind}
    title = words("Add a webhook") if kind == WEBHOOK else words("Add a chat")
    return form(PLACE, fields, title, done, body=body)


def _message(words: Words, row: MessageRow) -> html.Li:
    text, tone = _STATES[row.state]
    to = row.receiver or words("deleted")
    facts = [
        row.when,
        words(_KINDS[row.kind]) if row.kind in _KINDS else row.kind,
        words("to {name}", name=to),
    ]
    if row.next_try:
        facts.append(words("next try {moment}", moment=row.next_try))
    about = [html.B(row.subject), html.Span(" · ".join(facts), className="people__rights")]
    if row.why:
        about.append(
            html.Span(row.why, className="delivery__problem" if row.state == "failed" else "people__rights")
        )
    acts = (
        [post_button(words("Send again"), f"/settings/delivery/{row.id}/again")]
        if row.state == "failed"
        else []
    )
    return _row(about, pill(words(text), tone), acts)
