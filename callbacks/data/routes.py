"""What the page /data sends: a draft begins, changes step by step, is checked, imported or discarded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dash import Dash
from flask import Response

from callbacks.services import Services
from dashboard.errors import JourneyError
from dashboard.i18n.words import Words
from dashboard.server.posts import get, post
from data_access import uploads
from data_access.ingest import background
from data_access.ingest.recognise import change
from data_access.ingest.recognise.draft import Draft
from data_access.ingest.recognise.job import Recognised
from data_access.state import drafts, own, tasks
from data_access.state.drafts import DraftRecord
from data_access.state.tasks import Kind
from layouts.data_words import part_name

Change = Callable[..., Draft]  # (what was recognised, number of the file, what was chosen) -> the new draft
_PLACE = "/data/drafts/<int:draft_id>"
_WORKS: Mapping[str, Kind] = {"look": "profile", "check": "check", "import": "import"}
_CHANGES: Mapping[
    str, tuple[Change, tuple[str, ...]]
] = {  # last part of the route -> the choice, what is sent
    "kind": (change.with_kind, ("kind",)),
    "column": (change.with_role, ("column", "role")),
    "dates": (change.with_date_format, ("column", "dates")),
    "decimal": (change.with_decimal, ("decimal",)),
    "stage": (change.with_stage, ("label", "stage")),
    "channel": (change.with_channel, ("label", "channel")),
    "ends": (change.with_end, ("label", "ends")),
}


def register(app: Dash, services: Services) -> None:
    """Routes below `/data/drafts`; whose draft it is and the right to import, `data_access.state.drafts` checks."""
    server = app.server

    @post(server, "/data/drafts", "data.begin", engagement=str)
    def begin(wish: dict[str, Any]) -> dict[str, Any]:
        user, state = services.viewer(), services.state()
        name = Words(user.language)("My company")
        user, key = own.engagement_of(state, user, wish["engagement"], name)
        draft = drafts.begin(state, user, key)
        for old in drafts.forget_old(state, key, services.clock()):
            uploads.forget(uploads.folder_of(services.settings, key, old))
        return {"draft": draft, "engagement": key}

    for verb, kind in _WORKS.items():
        _wire_work(app, services, verb, kind)

    @post(server, f"{_PLACE}/cancel", "data.cancel")
    def cancel(_wish: dict[str, Any], draft_id: int) -> None:
        tasks.cancel(services.state(), draft_of(services, draft_id).id)

    @post(server, f"{_PLACE}/remove", "data.remove")
    def remove(_wish: dict[str, Any], draft_id: int) -> dict[str, Any]:
        draft = drafts.remove(services.state(), services.viewer(), draft_id)
        uploads.forget(uploads.folder_of(services.settings, draft.engagement, draft.id))
        return {"go": {"draft": "", "step": ""}}

    @post(server, f"{_PLACE}/take", "data.take", name=str)
    def take(wish: dict[str, Any], draft_id: int) -> None:
        draft = draft_of(services, draft_id)
        left = [file for file in draft.files if file["name"] != wish["name"]]
        drafts.change(services.state(), draft, files=left, found=None)

    @post(server, f"{_PLACE}/plain", "data.plain")
    def plain(_wish: dict[str, Any], draft_id: int) -> None:
        drafts.change(services.state(), draft_of(services, draft_id), template=None, found=None)

    @get(server, f"{_PLACE}/progress", "data.progress")
    def progress(draft_id: int) -> dict[str, Any]:
        task = tasks.last(services.state(), draft_of(services, draft_id).id)
        if task is None:
            return {"status": "none"}
        words = Words(services.viewer().language)
        return {"status": task.status, "share": task.share, "part": part_name(words, task.part)}

    @server.get(f"{_PLACE}/template.yaml", endpoint="data.template")
    def template(draft_id: int) -> Response:
        draft = draft_of(services, draft_id)
        name = f"attachment; filename={draft.engagement}.yaml"
        text = background.mapping_text(draft)
        return Response(text, mimetype="application/yaml", headers={"Content-Disposition": name})

    _wire_changes(app, services)


def draft_of(services: Services, draft_id: int) -> DraftRecord:
    """A draft that the person may work on.

    Raises:
        JourneyError: `unknown_draft`, `no_right`.
    """
    return drafts.get(services.state(), services.viewer(), draft_id)


def _wire_work(app: Dash, services: Services, verb: str, kind: Kind) -> None:
    @post(app.server, f"{_PLACE}/{verb}", f"data.{verb}")
    def work(_wish: dict[str, Any], draft_id: int) -> None:
        draft = draft_of(services, draft_id)
        background.begin(services.settings, services.state(), kind, draft, services.viewer().login)


def _wire_changes(app: Dash, services: Services) -> None:
    """Every choice of the second and third step; the other choices are as they were."""
    for what, (run, fields) in _CHANGES.items():
        _wire_change(app, services, what, run, fields)


def _wire_change(app: Dash, services: Services, what: str, run: Change, fields: tuple[str, ...]) -> None:
    sent: dict[str, Any] = dict.fromkeys(fields, str)

    @post(app.server, f"{_PLACE}/{what}", f"data.{what}", source=int, **sent)
    def choose(wish: dict[str, Any], draft_id: int) -> None:
        draft = draft_of(services, draft_id)
        if draft.found is None:
            raise JourneyError("draft_without_files")
        found = Recognised.model_validate(draft.found)
        if not 0 <= wish["source"] < len(found.draft.sources):
            raise JourneyError("unknown_draft", status=404)
        changed = run(found, wish["source"], *(wish[name] for name in fields))
        told = found.model_copy(update={"draft": changed}).model_dump(mode="json")
        drafts.change(services.state(), draft, found=told)
