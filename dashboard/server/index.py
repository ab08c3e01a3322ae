"""The one HTML page of the product: rendered in the person's language and theme, so that nothing flashes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote

from dash import Dash

from dashboard.i18n.words import Words

PRODUCT = "Journey BI"

_PAGE = """<!DOCTYPE html>
<html lang="{language}" data-bs-theme="{theme}">
  <head>
    {metas}
    <meta name="color-scheme" content="{theme}">
    <title>{title}</title>
    <link rel="icon" type="image/svg+xml" href="{icon}">
    {css}
  </head>
  <body>
    <noscript>{no_script}</noscript>
    <div id="react-entry-point"><div class="boot" role="status" aria-label="{loading}">
      <div class="boot__rail"></div><div class="boot__bar"></div>
      <div class="boot__page"><i class="skeleton"></i><i class="skeleton"></i><i class="skeleton"></i></div>
    </div></div>
    <footer>{config}{scripts}{renderer}</footer>
  </body>
</html>"""


class JourneyDash(Dash):
    """Dash with our own index page.

    Attributes:
        look: language and theme of the person who asks.
    """

    look: Callable[[], tuple[str, str]]
    _setting_up = Lock()

    def _setup_server(self) -> None:
        """Dash gets ready within the first request; others that come meanwhile wait, else their scripts read 404."""
        with self._setting_up:
            super()._setup_server()

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]
        """The page around Dash's scripts."""
        language, theme = self.look()
        words = Words(language)
        return _PAGE.format(
            language=language,
            theme=theme,
            title=PRODUCT,
            metas=parts["metas"],
            icon=_icon(self.config.assets_folder),
            css=parts["css"],
            config=parts["config"],
            scripts=parts["scripts"],
            renderer=parts["renderer"],
            loading=escape(words("Loading")),
            no_script=escape(words("Journey BI needs JavaScript. Please switch it on for this page.")),
        )


@cache
def _icon(assets: str) -> str:
    """The sign of the browser's tab, inside the page: a link would be fetched anew at each change of the address."""
    return "data:image/svg+xml," + quote((Path(assets) / "icon.svg").read_text(encoding="utf-8"))
