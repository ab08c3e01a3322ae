"""A document as an answer: a file with a name that says whose it is."""

from __future__ import annotations

from flask import Response

from dashboard.server.paper import PAPER_MIME, PPTX, Paper
from dashboard.server.workbook import as_workbook


def paper_file(paper: Paper, kind: str, name: str) -> Response:
    """The document as a download.

    Args:
        kind: a key of `PAPER_MIME`.
        name: of the file, without its ending; made of keys, never of texts.
    """
    return Response(
        _body(paper, kind),
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
        mimetype=PAPER_MIME[kind],
    )


def _body(paper: Paper, kind: str) -> bytes:
    if kind != PPTX:
        return as_workbook(paper)
    from dashboard.server.slides import as_slides  # its library costs memory: whoever asks for slides pays

    return as_slides(paper)
