"""What Prometheus reads, and who may."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from pydantic import SecretStr, ValidationError

from app import create_app
from dashboard.errors import JourneyError
from dashboard.settings import Settings
from data_access import meters, schema
from data_access.clock import utc_now
from data_access.generations import GenerationFacts
from data_access.state import runs, worker
from tests.generation_files import write_generation
from tests.web import OWN, Site, make_site, sign_in

TOKEN = "a-token-for-tests-0123456789"


@pytest.fixture(scope="module")
def metered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The product of an operator who has set a token."""
    plain = make_site(tmp_path_factory.mktemp("metered"))
    settings = plain.settings.model_copy(update={"metrics_token": SecretStr(TOKEN)})
    yield Site(create_app(settings), settings, plain.state)
    meters._meters.clear()


def scrape(client: FlaskClient, token: str = TOKEN) -> dict[str, float]:
    """Each sample by its name and labels."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    lines = answer.get_data(as_text=True).splitlines()
    return {
        name: float(value)
        for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    }


def test_without_a_setting_there_is_no_such_path(site: Site) -> None:
    assert site.client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 404
    assert site.client("admin").get("/metrics").status_code == 404


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        f"bearer {TOKEN}",
        TOKEN,
        "Bearer é",
    ],
)
def test_the_token_alone_opens_it(metered: Site, header: str) -> None:
    refused = metered.client().get("/metrics", headers={"Authorization": header} if header else {})
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert b"journey_" not in refused.data
    if not header:
        assert metered.client("admin").get("/metrics").status_code == 401  # a session is no token


def test_requests_are_counted_by_endpoint_and_status(metered: Site) -> None:
    client = metered.client()
    before = scrape(client)
    client.get("/healthz")
    client.get(f"/no/such/<script>?e={OWN}")
    after = scrape(client)

    def more(name: str) -> float:
        return after[name] - before.get(name, 0)

    assert more('journey_requests_total{endpoint="health.alive",status="200"}') == 1
    assert more('journey_requests_total{endpoint="/<path:path>",status="302"}') == 1
    assert more('journey_request_seconds_count{endpoint="health.alive"}') == 1
    assert not [name for name in after if "script" in name]  # nothing that a visitor writes becomes a label


def test_questions_and_kept_answers_are_counted(metered: Site) -> None:
    scope = write_generation(metered.settings, metered.state, 1, 3, key="metered")
    before = scrape(metered.client())
    facts = GenerationFacts(metered.settings, metered.state)
    statement = sa.select(sa.func.count().label("n")).select_from(schema.journey)
    for _ in range(3):
        facts.frame(scope, statement)
    with pytest.raises(JourneyError), meters.asking():
        raise JourneyError("question_too_slow")
    facts.close()
    after = scrape(metered.client())
    assert after["journey_question_seconds_count"] - before["journey_question_seconds_count"] == 2
    assert (
        after['journey_answer_lookups_total{found="yes"}']
        - before.get('journey_answer_lookups_total{found="yes"}', 0)
        == 2
    )
    assert after['journey_question_failures_total{code="question_too_slow"}'] == 1
    assert 0 <= after['journey_generation_age_seconds{engagement="metered"}'] < 60
    assert after['journey_imports{engagement="metered",status="done"}'] == 1


def test_the_worker_is_told(metered: Site) -> None:
    now = utc_now()
    assert scrape(metered.client())["journey_worker_alive"] == 0
    name = worker.take(metered.state, now)
    done = runs.begin(metered.state, "alerts", name, now)
    runs.done(metered.state, done, "alerts", {"rules": 2}, now + timedelta(seconds=1))
    found = scrape(metered.client())
    assert found["journey_worker_alive"] == 1
    assert found['journey_worker_last_success_timestamp_seconds{job="alerts"}'] == pytest.approx(
        (now - type(now)(1970, 1, 1)).total_seconds() + 1
    )
    assert (found['journey_outbox_messages{status="waiting"}'], found["journey_outbox_late_seconds"]) == (
        0,
        0,
    )
    worker.release(metered.state, name, now)


def test_a_short_token_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="metrics_token"):
        Settings(data=tmp_path, metrics_token=SecretStr("short"))


def test_labels_are_names(metered: Site) -> None:
    sign_in(metered.client(), "nobody<b>")
    for name in scrape(metered.client()):
        assert re.fullmatch(r'[a-z_]+(\{([a-z_]+="[^"\n]*",?)+\})?', name), name


def test_processes_of_one_server_count_together() -> None:
    counted = subprocess.run([sys.executable, "-c", _TWO], capture_output=True, text=True, check=True).stdout
    assert "journey_question_seconds_count 3.0" in counted
    assert 'journey_answer_lookups_total{found="no"} 3.0' in counted


_TWO = """
import os
from dashboard.server.meters import Meters, shared_folder
tidy = shared_folder()
for times in (1, 2):
    if os.fork() == 0:
        mine = Meters()
        for _ in range(times):
            mine.asked(0.2, "ok")
            mine.looked_up(found=False)
        os._exit(0)
    os.wait()
print(Meters().text(lambda: iter(()))[0].decode())
tidy()
assert not os.path.exists(os.environ["PROMETHEUS_MULTIPROC_DIR"])
"""
