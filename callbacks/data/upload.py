"""Files on their way in: one request a file, written as it arrives."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from dash import Dash
from flask import Response, request

from callbacks.data.routes import draft_of
from callbacks.services import Services
from dashboard.errors import JourneyError
from dashboard.server.posts import told
from data_access import uploads
from data_access.ingest.template import adapted
from data_access.state import drafts

ENDPOINT = "data.upload"
NAME_HEADER = "X-File-Name"


def register(app: Dash, services: Services) -> None:
    """The one route that takes more than a screen sends."""
    server = app.server

    @server.before_request
    def allow_files() -> None:
        if request.endpoint == ENDPOINT:
            request.max_content_length = (services.settings.import_file_mb << 20) + 1

    @server.post("/data/drafts/<int:draft_id>/files", endpoint=ENDPOINT)
    def upload(draft_id: int) -> Response:
        return told(lambda: take_file(services, draft_id))


def take_file(services: Services, draft_id: int) -> dict[str, Any]:
    """Keep the file that the request carries.

    Raises:
        JourneyError: `unknown_draft`, `no_right`, `too_many_files`, and what `uploads.receive` refuses.
    """
    draft = draft_of(services, draft_id)
    name = uploads.safe_name(unquote(request.headers.get(NAME_HEADER, "")))
    others = [file for file in draft.files if file["name"] != name]
    if len(others) >= uploads.MOST_FILES:
        raise JourneyError("too_many_files", limit=uploads.MOST_FILES)
    folder = uploads.folder_of(services.settings, draft.engagement, draft.id)
    size = uploads.receive(services.settings, folder, name, request.stream)
    template = draft.template
    if uploads.is_template(name):
        template = adapted(folder / name, draft.engagement)
        drafts.change(services.state(), draft, template=template)
    else:
        files = [*others, {"name": name, "bytes": size}]
        drafts.change(services.state(), draft, files=files, found=None, template=template)
    return {"name": name, "bytes": size}
