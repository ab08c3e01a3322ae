"""A marketer's hand at the import page, without a browser: uploads, choices, and waiting for what runs beside."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

from flask.testing import FlaskClient

from tests.http.conftest import call, server_callbacks, token_header
from tests.web import OWN, Site

PATIENCE = 120.0  # seconds for one task on a busy machine


class Hand:
    """Somebody signed in who imports.

    Args:
        draft: the import that is open; 0 before `begin`.
    """

    def __init__(self, site: Site, role: str = "marketer", engagement: str = OWN) -> None:
        self.site, self.engagement, self.draft = site, engagement, 0
        self.client: FlaskClient = site.client(role)
        self.client.get(f"/data?e={engagement}")  # brings the token

    def post(self, path: str, wish: Any) -> Any:
        """Post as our scripts do."""
        return self.client.post(path, json=wish, headers=token_header(self.client))

    def begin(self) -> dict[str, Any]:
        """Open a new import."""
        told = self.post("/data/drafts", {"engagement": self.engagement}).get_json()
        self.draft, self.engagement = told["draft"], told["engagement"]
        return told

    def upload(self, name: str, content: bytes) -> Any:
        """Send a file as it is."""
        headers = {"X-File-Name": quote(name), "Content-Type": "application/octet-stream"}
        path = f"/data/drafts/{self.draft}/files"
        return self.client.post(path, data=content, headers={**headers, **token_header(self.client)})

    def choose(self, what: str, **wish: Any) -> Any:
        """Change something of the open import."""
        return self.post(f"/data/drafts/{self.draft}/{what}", wish)

    def work(self, verb: str) -> dict[str, Any]:
        """Begin to look, check or import, and wait for the end."""
        assert self.post(f"/data/drafts/{self.draft}/{verb}", {}).status_code == 200
        return self.wait()

    def wait(self) -> dict[str, Any]:
        """What became of the running task."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            told = self.client.get(f"/data/drafts/{self.draft}/progress").get_json()
            if told["status"] != "running":
                return told
            time.sleep(0.1)  # a page asks again, too
        raise AssertionError("the task does not end")

    def page(self, **extras: str) -> str:
        """The page's body as the browser gets it, as text."""
        search = "&".join([f"e={self.engagement}", *(f"{key}={value}" for key, value in extras.items())])
        name = next(one for one in server_callbacks(self.site) if one.startswith("data-body"))
        place = {"path": "/data", "search": f"?{search}", "turn": 0}
        answer = call(self.client, self.site, name, place)
        assert answer.status_code == 200, answer.status_code
        return answer.get_data(as_text=True)
