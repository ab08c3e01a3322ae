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
from dashboard.server.files import bundle, charts

PRODUCT = "Journey BI"
_LATER = {  # name in assets/js/later.js -> package and file
    "grid": ("dash_ag_grid", "dash_ag_grid.min.js"),
    "plotly": ("plotly", "package_data/plotly.min.js"),
}

_PAGE = """<!DOCTYPE html>
<html lang="{language}" data-bs-theme="{theme}">
  <head>
    {metas}
    <meta name="color-scheme" content="{theme}">
    <title>{title}</title>
    <link rel="icon" type="image/svg+xml" href="{icon}">
    {css}
    <link rel="stylesheet" href="{styles}">
  </head>
  <body>
    <noscript>{no_script}</noscript>
    <div id="react-entry-point"><div class="boot" role="status" aria-label="{loading}">
      <div class="boot__rail"></div><div class="boot__bar"></div>
      <div class="boot__page"><i class="skeleton"></i><i class="skeleton"></i><i class="skeleton"></i></div>
    </div></div>
    <footer>{config}{scripts}{own}{renderer}</footer>
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
            styles=self._own("css"),
            config=parts["config"],
            scripts=_without_later(parts["scripts"]),
            own=f'<script src="{self._own("js")}" {self._addresses_of_later()}></script>',
            renderer=parts["renderer"],
            loading=escape(words("Loading")),
            no_script=escape(words("Journey BI needs JavaScript. Please switch it on for this page.")),
        )

    def _own(self, kind: str) -> str:
        """Address of our own styles or scripts."""
        return self.get_asset_url(bundle(Path(self.config.assets_folder), kind)[0])

    def _addresses_of_later(self) -> str:
        """What `assets/js/later.js` loads when a page needs it, under addresses that are kept for a year."""
        resources = [{"namespace": space, "relative_package_path": file} for space, file in _LATER.values()]
        addresses = self._collect_and_register_resources(resources)
        small = self.get_asset_url(charts(Path(self.config.assets_folder))[0])
        named = [*zip(_LATER, addresses, strict=True), ("charts", small)]
        return " ".join(f'data-{name}="{escape(address)}"' for name, address in named)


def _without_later(scripts: str) -> str:
    """Dash's scripts but for the libraries that few pages need: AG Grid alone has 1.3 MB."""
    spaces = [f"/{space}/" for space, _ in _LATER.values()]
    return "\n".join(line for line in scripts.splitlines() if not any(space in line for space in spaces))


@cache
def _icon(assets: str) -> str:
    """The sign of the browser's tab, inside the page: a link would be fetched anew at each change of the address."""
    return "data:image/svg+xml," + quote((Path(assets) / "icon.svg").read_text(encoding="utf-8"))
