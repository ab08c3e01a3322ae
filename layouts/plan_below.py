"""What stands below an action: checklist, what it waits for, links to files, comments, the history of its fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dash import html

from dashboard.journey.plan import ActionRecord, Change, Entry, EntryKind
from layouts.components.form import Field, form, post_button
from layouts.components.icon import icon
from layouts.components.link import outside_link, page_link
from layouts.plan import PATH
from layouts.plan_words import FIELD_NAMES, STATUS_NAMES, PlanView


@dataclass(frozen=True, slots=True)
class BelowView:
    """Entries the oldest first, changes the newest first, all moments on the engagement's wall clock."""

    made: datetime
    entries: Sequence[Entry]
    changes: Sequence[Change]


def below(view: PlanView, one: ActionRecord, rest: BelowView) -> html.Div:
    """The right side of the open action."""
    parts = [
        _checklist(view, one, rest),
        _needs(view, one),
        _links(view, one, rest),
        _comments(view, one, rest),
        _history(view, rest),
    ]
    return html.Div([part for part in parts if part is not None], className="plan__below")


def _of(rest: BelowView, kind: EntryKind) -> list[Entry]:
    return [entry for entry in rest.entries if entry.kind is kind]


def _part(title: str, rows: Sequence[Any], add: Any) -> Any:
    """A list with its heading; nothing where it is empty and the reader cannot add to it."""
    if not rows and add is None:
        return None
    parts: list[Any] = [html.H3(title)]
    parts += [html.Ul(list(rows))] if rows else []
    return html.Div([*parts, *([add] if add is not None else [])], className="plan__part")


def _add_form(
    view: PlanView, one: ActionRecord, kind: EntryKind, fields: Sequence[Field], submit: str
) -> Any:
    if not view.may_plan:
        return None
    path = f"/plan/actions/{one.id}/{kind}s"
    return form(path, fields, submit, view.words("Saved"))


def _remove(view: PlanView, one: ActionRecord, entry: Entry) -> list[Any]:
    if not view.may_plan:
        return []
    return [
        _small(
            view.words("Remove “{text}”", text=entry.text),
            f"/plan/actions/{one.id}/entries/{entry.id}/remove",
            {},
        )
    ]


def _small(name: str, action: str, body: dict[str, Any]) -> html.Button:
    """A cross that posts at once."""
    return post_button(icon("close"), action, body, name=name)


def _checklist(view: PlanView, one: ActionRecord, rest: BelowView) -> Any:
    words, found = view.words, _of(rest, EntryKind.CHECK)
    rows = []
    for entry in found:
        mark: Any = html.Span(icon("check") if entry.done else "○", className="plan__tick")
        if view.may_plan:
            name = (
                words("Not done: {text}", text=entry.text)
                if entry.done
                else words("Done: {text}", text=entry.text)
            )
            path = f"/plan/actions/{one.id}/entries/{entry.id}/tick"
            mark = post_button(icon("check"), path, {"done": not entry.done}, name=name, pressed=entry.done)
        said = words("done") if entry.done else words("to do")
        text = html.Span([entry.text, html.Span(f" ({said})", className="visually-hidden")])
        look = "plan__done" if entry.done else ""
        rows.append(html.Li([mark, html.Span(text, className=look), *_remove(view, one, entry)]))
    title = words("Checklist")
    if found:
        title = words("Checklist: {done} of {n}", done=sum(entry.done for entry in found), n=len(found))
    add = _add_form(view, one, EntryKind.CHECK, [Field("text", words("What is to be done"))], words("Add"))
    return _part(title, rows, add)


def _needs(view: PlanView, one: ActionRecord) -> Any:
    words = view.words
    known = {other.id: other for other in view.actions}
    rows = []
    for need in one.needs:
        other = known[need]
        link = page_link(other.title, PATH, view.opened(need))
        state = html.Span(words(STATUS_NAMES[other.status]), className="meta")
        drop = []
        if view.may_plan:
            name = words("Remove “{text}”", text=other.title)
            drop = [_small(name, f"/plan/actions/{one.id}/needs", {"needs": str(need), "on": False})]
        rows.append(html.Li([html.Span([link, " ", state]), *drop]))
    free = [(str(other.id), other.title) for other in view.actions if other.id not in (one.id, *one.needs)]
    add = None
    if view.may_plan and free:
        field = Field("needs", words("Has to be done before"), "select", free, free[0][0])
        add = form(f"/plan/actions/{one.id}/needs", [field], words("Add"), words("Saved"), body={"on": True})
    return _part(words("Waits for"), rows, add)


def _links(view: PlanView, one: ActionRecord, rest: BelowView) -> Any:
    words = view.words
    rows = [
        html.Li([outside_link(entry.text, entry.url), *_remove(view, one, entry)])
        for entry in _of(rest, EntryKind.LINK)
    ]
    fields = [Field("url", words("Address of the file"), "url"), Field("text", words("Name"), required=False)]
    return _part(words("Links"), rows, _add_form(view, one, EntryKind.LINK, fields, words("Add")))


def _comments(view: PlanView, one: ActionRecord, rest: BelowView) -> Any:
    words = view.words
    rows = [
        html.Li(
            [
                html.P(_who_when(view, entry.author, entry.created_at)),
                html.P(entry.text, className="plan__text"),
            ],
            className="plan__comment",
        )
        for entry in _of(rest, EntryKind.COMMENT)
    ]
    field = Field("text", words("Comment"), "textarea")
    return _part(words("Comments"), rows, _add_form(view, one, EntryKind.COMMENT, [field], words("Write")))


def _who_when(view: PlanView, who: str, at: datetime) -> list[Any]:
    return [html.B(who), html.Span(f" · {view.formats.moment(at, view.today)}", className="meta")]


def _history(view: PlanView, rest: BelowView) -> Any:
    if not rest.changes:
        return None
    words = view.words
    rows = []
    for change in rest.changes:
        said = words(
            "{field}: {before} → {after}",
            field=words(FIELD_NAMES[change.field]),
            before=view.value_text(change.field, change.before),
            after=view.value_text(change.field, change.after),
        )
        rows.append(
            html.Li([html.P(_who_when(view, change.who, change.at)), html.P(said, className="plan__text")])
        )
    title = words.plural("History: {n} change", "History: {n} changes", len(rows))
    return html.Details(
        [html.Summary(title, className="link"), html.Ul(rows)], className="plan__part plan__history"
    )
