"""The files that a screen is made of: few, compressed once, and kept by browsers for a year.

Our own styles are one file and our own scripts another, each under an address that changes with its content; the
parts of Dash stay as they are, since they find their later parts by their own address. What was compressed once is
kept: Plotly alone is 4.8 MB, and each new browser asks for it.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import brotli
from dash import Dash
from dash.fingerprint import check_fingerprint
from flask import Response, request

ASSETS_ENDPOINT = "_dash_assets.static"
SUITES_ENDPOINT = "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>"
KINDS = ("css", "js")
YEAR = 31_536_000  # seconds
_QUALITY = 9  # 5 would send Plotly with 4 % more bytes, 11 takes 20 s for 10 % less
_LEAST = 700  # below, there is nothing to win
_KNOWN: dict[str, File] = {}  # by tag: what several apps of a process send is packed for all of them


@dataclass(frozen=True, slots=True)
class File:
    """A file as browsers get it.

    Attributes:
        body: its bytes, uncompressed.
        mimetype: what it is.
        tag: names the content.
    """

    body: bytes
    mimetype: str
    tag: str
    _packed: dict[str, bytes] = field(default_factory=dict)
    _lock: Any = field(default_factory=Lock)

    def packed(self, encoding: str) -> bytes:
        """The bytes as `br` or `gzip`; whoever comes first waits for it, everybody after has it at once."""
        with self._lock:
            if encoding not in self._packed:
                self._packed[encoding] = (
                    brotli.compress(self.body, quality=_QUALITY, lgwin=24)
                    if encoding == "br"
                    else gzip.compress(self.body, 6, mtime=0)
                )
            return self._packed[encoding]


@cache
def bundle(assets: Path, kind: str) -> tuple[str, File]:
    """Our own files of a kind as one, by name, and the name it is served under.

    Args:
        assets: folder that holds a folder for each of `KINDS`.
    """
    parts = [path.read_bytes() for path in sorted((assets / kind).glob(f"*.{kind}"))]
    made = _file(b"\n".join(parts), f"journey.{kind}")
    return f"journey.{made.tag}.{kind}", made


@cache
def charts(assets: Path) -> tuple[str, File]:
    """What draws bars and lines, and the name it is served under: Plotly's own small build, a quarter of the whole."""
    made = _file((assets / "vendor" / "plotly-basic.min.js").read_bytes(), "plotly.js")
    return f"plotly.{made.tag}.js", made


def install(app: Dash, assets: Path) -> None:
    """Let the routes of Dash's parts and of our own files answer from what is packed."""
    own = dict([*(bundle(assets, kind) for kind in KINDS), charts(assets)])
    views = app.server.view_functions
    single = views[ASSETS_ENDPOINT]

    def asset(filename: str) -> Any:
        return _answer(own[filename], kept=True) if filename in own else single(filename=filename)

    views[ASSETS_ENDPOINT] = asset
    views[SUITES_ENDPOINT] = _suites(views[SUITES_ENDPOINT])


def _suites(read: Callable[..., Response]) -> Callable[[str, str], Response]:
    """Parts of Dash: its own view reads a file and checks that it may be read; it is asked once for each file."""
    files: dict[tuple[str, str], File] = {}

    def suite(package_name: str, fingerprinted_path: str) -> Response:
        path, kept = check_fingerprint(fingerprinted_path)
        if (package_name, path) not in files:
            answer = read(package_name, path)
            if answer.status_code != 200:
                return answer
            files[package_name, path] = _file(answer.get_data(), path)
        return _answer(files[package_name, path], kept=kept)

    return suite


def _file(body: bytes, name: str) -> File:
    tag = hashlib.sha256(body).hexdigest()[:16]
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return _KNOWN.setdefault(tag, File(body, kind, tag))


def _answer(file: File, *, kept: bool) -> Response:
    """The file in an encoding that the browser reads.

    Args:
        kept: its address changes with its content, so nobody needs to ask for it again.
    """
    answer = Response(mimetype=file.mimetype, headers={"Vary": "Accept-Encoding"})
    answer.headers["Cache-Control"] = f"private, max-age={YEAR}, immutable" if kept else "private, no-cache"
    encoding = request.accept_encodings.best_match(["br", "gzip"]) if len(file.body) >= _LEAST else None
    answer.set_etag(f"{file.tag}:{encoding}" if encoding else file.tag)
    if encoding:
        answer.headers["Content-Encoding"] = encoding
    answer.set_data(file.packed(encoding) if encoding else file.body)
    answer.make_conditional(request)
    return answer
