"""Whole server callbacks of the product on a generated log: from the request's bytes to the answer's, nothing kept.

A callback goes through Flask's test client as a browser sends it: signed in, with rights, a log line, gzip.
No answer is kept between two of them (what one asks twice is kept, as on a server); compiled statements are, as on a
server that runs for a while.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from secrets import token_hex
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks.generate import ENGAGEMENT, MOST_FOR_PEERS, ZONE, engine_of, made

if TYPE_CHECKING:
    from tests.facts import KeptFacts

ROUNDS, FEWER = 8, 3  # of each callback; of more events than peers are asked about
DEFAULT, EVERYTHING, SLICE = "", "&p=2024-10-01..2026-10-01", "&p=2026-03-01..2026-06-01"
ASKED = {
    "funnel": ("funnel-steps.children", "/funnel", EVERYTHING),
    "funnel slice": ("funnel-steps.children", "/funnel", SLICE),
    "heatmap": ("touchpoints-map.children", "/touchpoints", EVERYTHING),
    "heatmap slice": ("touchpoints-map.children", "/touchpoints", SLICE),
}


def measured(events: int) -> dict[str, Any]:
    """Milliseconds of each callback: those of `ASKED`, every card of the overview, and the same with kept answers."""
    from tests.facts import KeptFacts

    engine = engine_of(made(events), read_only=True)
    with (
        TemporaryDirectory() as cold,
        TemporaryDirectory() as warm,
        contextlib.redirect_stderr(io.StringIO()),
    ):
        rounds = ROUNDS if events <= MOST_FOR_PEERS else FEWER
        site = _Asked(Path(cold), KeptFacts(engine), rounds, forget=True)
        found: dict[str, Any] = {name: site.middle(*one) for name, one in ASKED.items()}
        cards = {
            name.partition(".")[0]: site.middle(name, "/overview", DEFAULT) for name in site.cards("overview")
        }
        kept = _Asked(Path(warm), KeptFacts(engine), rounds, forget=False)
        found["overhead"] = kept.middle(*ASKED["heatmap slice"])
    engine.dispose()
    return found | {"overview": cards}


class _Asked:
    """The product on the generated log, one consultant signed in.

    Args:
        forget: every answer that is kept, before each callback.
    """

    def __init__(self, folder: Path, facts: KeptFacts, rounds: int, *, forget: bool) -> None:
        from app import create_app
        from dashboard.settings import Settings
        from data_access.state import engagements, users
        from data_access.state.engine import state_engine
        from data_access.state.migrate import migrate
        from tests.http.conftest import token_header
        from tests.web import PASSWORD, ManyFacts, Site, sign_in

        settings = Settings(data=folder, secret_key=token_hex())  # type: ignore[arg-type] - pydantic makes a secret of it
        state = state_engine(settings)
        migrate(state)
        engagements.add(state, ENGAGEMENT, "Benchmark", zone=ZONE)
        who = ("consultant", "Anna Kovaleva", "consultant", PASSWORD)
        users.add_user(state, *who, engagements=[ENGAGEMENT], language="en")
        self._site = Site(create_app(settings, ManyFacts({ENGAGEMENT: facts})), settings, state)
        self._client, self._rounds = self._site.client(), rounds
        self._facts, self._forgets = facts, forget
        sign_in(self._client, "consultant")
        self._client.get(f"/overview?e={ENGAGEMENT}")
        self._headers = token_header(self._client) | {"Accept-Encoding": "gzip"}

    def cards(self, page: str) -> Iterable[str]:
        """Callbacks that the page's address calls."""
        from tests.http.conftest import page_of, server_callbacks

        names = server_callbacks(self._site)
        return [name for name in names if page_of(self._site, name) == f"/{page}" and name.startswith(page)]

    def middle(self, name: str, page: str, period: str) -> float:
        """The middle of the rounds but the first [milliseconds].

        Raises:
            RuntimeError: the callback answered with an error.
        """
        from tests.http.conftest import UPDATE, body

        place = {"path": page, "search": f"?e={ENGAGEMENT}{period}", "turn": 0}
        request = body(self._site, name, place)
        times = []
        for _ in range(self._rounds):
            if self._forgets:
                self._facts.forget(ENGAGEMENT)
            began = time.perf_counter()
            answer = self._client.post(UPDATE, json=request, headers=self._headers)
            times.append(time.perf_counter() - began)
            packed = answer.headers.get("Content-Encoding") == "gzip"
            told = gzip.decompress(answer.data) if packed else answer.data
            if answer.status_code != 200 or b"state--error" in told:
                print(told[:2000], file=sys.stderr)
                raise RuntimeError(f"{name}: {answer.status_code}")
        return median(times[1:]) * 1000
