"""Headers, statuses and failures: what every answer says, and what none of them tells."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import brotli
import plotly
import pytest
from dash import Dash, Input, Output
from flask.testing import FlaskClient

import callbacks
from callbacks.services import refuse_undeclared
from dashboard.errors import JourneyError
from data_access.state import users
from tests.http.conftest import UPDATE, body, call, place, token_header
from tests.source import ROOT
from tests.web import EMPTY, OWN, Site

CARD = "overview-subtitle.children"
Clients = Callable[[str | None], FlaskClient]
POLICY = (
    "default-src 'self'; script-src 'self' HASHES; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


@pytest.mark.parametrize(
    "path", ["/login", f"/overview?e={OWN}", "/_dash-layout", "/assets/js/shell.js", "/nothing"]
)
def test_every_answer_carries_the_policy(path: str, signed_in: Clients) -> None:
    headers = signed_in("executive").get(path).headers
    policy = headers["Content-Security-Policy"]
    assert re.sub(r"('sha256-[^']+' ?)+(?=;)", "HASHES", policy) == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in headers["Permissions-Policy"]


def test_every_inline_script_of_the_page_is_one_the_policy_knows(signed_in: Clients) -> None:
    answer = signed_in("executive").get(f"/overview?e={OWN}")
    page = answer.get_data(as_text=True)
    inline = re.findall(r"<script(?![^>]*(?:src=|application/json))[^>]*>(.*?)</script>", page, re.S)
    hashes = re.findall(r"'sha256-[^']+'", answer.headers["Content-Security-Policy"])
    assert len(inline) == len(hashes) == 1
    assert hashes == [f"'sha256-{base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()}'"]
    assert not re.search(r"<[^>]*\son\w+=", page)
    assert "http://" not in page
    assert "https://" not in page


def test_answers_about_people_are_not_kept_and_files_are(signed_in: Clients) -> None:
    client = signed_in("executive")
    page = client.get(f"/overview?e={OWN}")
    assert page.headers["Cache-Control"] == "no-store"
    assert client.get("/_dash-layout").headers["Cache-Control"] == "no-store"
    files = re.findall(
        r'(?:href|src)="(/(?:assets|_dash-component-suites)/[^"]+)"', page.get_data(as_text=True)
    )
    assert len(files) > 10
    for file in files:
        assert "max-age=31536000" in client.get(file).headers["Cache-Control"]


def test_a_page_names_few_files_and_light_ones(signed_in: Clients) -> None:
    client = signed_in("executive")
    page = client.get(f"/overview?e={OWN}").get_data(as_text=True)
    files = re.findall(r'<(?:link|script) [^>]*(?:href|src)="(/[^"]+)"', page)
    own = [file for file in files if file.startswith("/assets/")]
    assert [re.sub(r"[0-9a-f]{16}", "TAG", file) for file in own] == [
        "/assets/journey.TAG.css",
        "/assets/journey.TAG.js",
    ]
    assert not [file for file in files if "ag_grid" in file or "plotly" in file]
    answers = [client.get(file, headers={"Accept-Encoding": "br"}) for file in files]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"private, max-age=31536000, immutable"}
    assert {answer.headers["Content-Encoding"] for answer in answers} == {"br"}
    assert sum(len(answer.data) for answer in answers) < 420_000


def test_a_file_comes_whole_to_whoever_unpacks_nothing(signed_in: Clients) -> None:
    client = signed_in("executive")
    page = client.get(f"/overview?e={OWN}").get_data(as_text=True)
    path = re.findall(r'src="(/assets/[^"]+)"', page)[0]
    plain = client.get(path)
    assert "Content-Encoding" not in plain.headers
    assert b"JourneyAddress" in plain.data
    assert gzip.decompress(client.get(path, headers={"Accept-Encoding": "gzip"}).data) == plain.data
    assert brotli.decompress(client.get(path, headers={"Accept-Encoding": "br"}).data) == plain.data
    assert client.get("/assets/journey.0123456789abcdef.js").status_code == 404


def test_what_comes_later_is_kept_as_well(signed_in: Clients) -> None:
    client = signed_in("executive")
    page = client.get(f"/overview?e={OWN}").get_data(as_text=True)
    for name in ("grid", "charts", "plotly"):
        found = re.search(f'data-{name}="([^"]+)"', page)
        assert found is not None
        answer = client.get(found[1])
        assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        assert len(answer.data) > 1_000_000


def test_what_draws_bars_and_lines_is_the_same_plotly() -> None:
    whole = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    small = ROOT / "assets" / "vendor" / "plotly-basic.min.js"
    version = r"^\* plotly\.js (?:\(basic - minified\) )?v([\d.]+)$"
    found = [re.search(version, file.read_text("utf-8")[:200], re.MULTILINE) for file in (whole, small)]
    assert found[0] is not None
    assert found[1] is not None
    assert found[0][1] == found[1][1]
    told = (ROOT / "docs" / "adr" / "0009-small-plotly.md").read_text("utf-8")
    assert hashlib.sha256(small.read_bytes()).hexdigest() in told  # as its makers have published it


def test_plotly_is_not_sent_twice_to_one_browser(signed_in: Clients) -> None:
    client = signed_in("executive")
    path = "/_dash-component-suites/plotly/package_data/plotly.min.js"
    first = client.get(path)
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Cache-Control"] == "private, no-cache"
    assert again.get_data() == b""


def test_large_answers_are_compressed(signed_in: Clients) -> None:
    headers = {"Accept-Encoding": "br, gzip"}
    assert signed_in("executive").get("/_dash-layout", headers=headers).headers["Content-Encoding"] == "br"


@pytest.mark.parametrize(
    ("language", "theme", "search"),
    [("ru", "dark", ""), ("en", "light", ""), ("ru", "light", "&lang=ru&theme=light")],
)
def test_the_page_arrives_in_the_language_and_theme_of_the_person(
    language: str, theme: str, search: str, fresh: Site
) -> None:
    client = fresh.client("executive")
    if not search:
        client.get(f"/overview?e={OWN}")
        answer = client.post(
            "/preferences", json={"language": language, "theme": theme}, headers=token_header(client)
        )
        assert answer.status_code == 204
        record = users.find(fresh.state, "executive").record
        assert (record.language, record.theme) == (language, theme)
    page = client.get(f"/overview?e={OWN}{search}").get_data(as_text=True)
    assert f'<html lang="{language}" data-bs-theme="{theme}">' in page


@pytest.mark.parametrize(
    "wish", [{"theme": "pink"}, {"language": "de"}, {"role": "admin"}, [], "x", {"theme": None}]
)
def test_no_other_wish_is_kept(wish: Any, fresh: Site) -> None:
    client = fresh.client("executive")
    client.get(f"/overview?e={OWN}")
    before = users.find(fresh.state, "executive").record
    assert client.post("/preferences", json=wish, headers=token_header(client)).status_code == 400
    assert users.find(fresh.state, "executive").record == before


@pytest.mark.parametrize(
    ("role", "page"),
    [
        ("executive", "overview"),
        ("marketer", "funnel"),
        ("consultant", "plan"),
        ("admin", "overview"),
        ("display", "wall"),
    ],
)
def test_the_start_page_is_the_home_of_the_role(role: str, page: str, signed_in: Clients) -> None:
    client = signed_in(role)
    assert client.get("/").headers["Location"].startswith(f"/{page}?e=")
    assert client.get("/?lang=en").headers["Location"].endswith("&lang=en")
    assert client.get(f"/{page}?p=2026Q2").headers["Location"].startswith(f"/{page}?e=")


def test_a_person_without_an_engagement_is_told_so(fresh: Site) -> None:
    users.add_user(fresh.state, "newcomer", "New Comer", "executive", "a long enough password", language="en")
    client = fresh.client("newcomer")
    assert client.get("/").headers["Location"] == "/overview"
    assert client.get("/overview").status_code == 200
    page = call(client, fresh, "shell-page.children", {"path": "/overview", "search": ""})
    assert "No engagement yet" in page.get_data(as_text=True)


def test_an_engagement_before_its_first_import_says_how_to_fill_it(site: Site, signed_in: Clients) -> None:
    page = call(
        signed_in("executive"), site, "shell-page.children", {"path": "/overview", "search": f"?e={EMPTY}"}
    )
    assert "Nothing has been imported yet" in page.get_data(as_text=True)
    bar = next(name for name in site.app.callback_map if name.startswith("..shell-filters"))
    assert (
        call(signed_in("executive"), site, bar, {"path": "/overview", "search": f"?e={EMPTY}"}).status_code
        == 200
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The funnel is narrower: only customers with channel=site; money of 30 days from the entry"),
        ("ru", "Воронка сужена: только клиенты, у которых channel=site; деньги за 30 дней от входа"),
    ],
)
def test_an_option_that_no_control_shows_is_said_and_can_be_taken_off(
    language: str, said: str, site: Site, signed_in: Clients
) -> None:
    bar = next(name for name in site.app.callback_map if name.startswith("..shell-filters"))
    search = f"?e=acme&p=2026Q2&cf=channel=site&hz=30&lang={language}"
    answer = call(signed_in("executive"), site, bar, {"path": "/funnel", "search": search})
    notices = json.dumps(answer.get_json()["response"]["shell-notices"], ensure_ascii=False)
    assert said in notices.replace("\u00a0", " ")
    assert f'"href": "/funnel?e=acme&p=2026Q2&lang={language}"' in notices


@pytest.mark.parametrize(
    "search",
    ["?e=acme&p=zzz", "?e=acme&p=2026Q9", "?e=acme&c=xx", "?e=acme&w=abc", "?e=acme&mode=1", "?e=acme&s=a,b",
     "?e=acme&ch=%00", "?e=acme&" + "x" * 7000, "?e=acme&p=9999-12-31..0001-01-01", "?e=acme&p=0001-01&c=year",
     "?e=acme&p=0000Q1", "?e=acme&c=2026-01-01:9999-99-99", "?e=acme&w=99999999999999999999", "?e=acme&e=rival"],
)  # fmt: skip
def test_a_garbled_address_is_noticed_and_shows_the_rest(search: str, site: Site, signed_in: Clients) -> None:
    bar = next(name for name in site.app.callback_map if name.startswith("..shell-filters"))
    client = signed_in("executive")
    answer = call(client, site, bar, {"path": "/overview", "search": search})
    assert answer.status_code == 200
    notices = answer.get_json()["response"]["shell-notices"]["children"]
    assert bool(notices) is (search != "?e=acme&e=rival")
    assert call(client, site, CARD, place(site, CARD, search)).status_code == 200
    assert client.get("/overview" + search).status_code in (200, 302)


@pytest.mark.parametrize(
    "value",
    [None, [], "x", 7, {}, {"path": 1, "search": ""}, {"path": "/overview"}, {"path": "/overview", "search": None},
     {"path": "/overview", "search": ["?e=acme"]}],
)  # fmt: skip
def test_a_store_that_no_page_of_ours_writes_is_refused(value: Any, site: Site, signed_in: Clients) -> None:
    answer = call(signed_in("executive"), site, CARD, value)
    assert answer.status_code == 400
    assert answer.data == b""


def broken_bodies(site: Site) -> list[Any]:
    """Bodies that Dash cannot read."""
    good = body(site, CARD, place(site, CARD, f"?e={OWN}"))
    without = [
        {key: value for key, value in good.items() if key != gone} for gone in ("output", "outputs", "inputs")
    ]
    strange = ("no-such.children", "..", "", 7, None, "shell-page.children", "__class__.__init__")
    outputs = [{**good, "output": output} for output in strange]
    inputs = [{**good, "inputs": value} for value in ([], [{}], "x", [good["inputs"][0]] * 3, None)]
    targets = [
        {**good, "outputs": value} for value in (7, "x", [], [7], {"id": 7}, {"id": "x"}, [good["outputs"]])
    ]
    return [*without, *outputs, *inputs, *targets, {}, [], 7, "x", None]


@pytest.mark.parametrize("number", range(27))
def test_a_malformed_callback_is_a_400_without_a_word(number: int, site: Site, signed_in: Clients) -> None:
    bodies = broken_bodies(site)
    assert len(bodies) == 27
    client = signed_in("executive")
    data, kind = json.dumps(bodies[number]), "application/json"
    answer = client.post(UPDATE, data=data, content_type=kind, headers=token_header(client))
    assert answer.status_code == 400
    assert answer.data == b""


@pytest.mark.parametrize(
    "path", ["dash/none.js", "nothing/x.js", "dash/../app.py", "dash.dcc/x", "os/path.py"]
)
def test_an_unknown_component_file_is_a_404_without_a_word(path: str, signed_in: Clients) -> None:
    answer = signed_in("executive").get(f"/_dash-component-suites/{path}")
    assert answer.status_code == 404
    assert b"Traceback" not in answer.data
    assert b"dash" not in answer.data.lower()


def test_a_defect_shows_in_its_card_with_a_number_and_no_traceback(
    site: Site, signed_in: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    def defect(*_: Any) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("callbacks.overview.question_line", defect)
    never_asked = f"?e={OWN}&p=2026-01-09..2026-02-06"  # else the kept drawing would be shown
    answer = call(signed_in("executive"), site, CARD, place(site, CARD, never_asked))
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Something went wrong on our side" in text
    assert re.search(r"Number for support: [0-9a-f]{8}", text)
    assert "secret detail" not in text
    assert "ZeroDivision" not in text


def test_a_callback_that_names_no_right_stops_the_start(site: Site) -> None:
    app = Dash(__name__, server=False)
    app.callback(Output("a", "children"), Input("b", "value"))(lambda value: value)
    with pytest.raises(JourneyError, match="callback_without_action"):
        refuse_undeclared(app)
    refuse_undeclared(site.app)
    assert len(callbacks.FEATURES) > 1


def test_health_tells_life_from_readiness(site: Site) -> None:
    client = site.app.server.test_client()
    assert client.get("/healthz").get_data(as_text=True) == "ok\n"
    assert client.get("/readyz").status_code == 200
