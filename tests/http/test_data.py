"""The import page over HTTP: files go up, a template says what they mean, and what is imported can be undone."""

from __future__ import annotations

import csv
import io
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from data_access import schema, uploads
from data_access.generations import GenerationFacts
from data_access.ingest.run import run_import
from data_access.pseudonyms import Pseudonyms
from data_access.scope import Action, Scope, UserRecord
from data_access.state import drafts, engagements, imports, tasks, users
from data_access.state.engine import state_engine
from data_access.state.migrate import migrate
from tests.exports import sample
from tests.http.hand import Hand
from tests.unit.data_access.importing import FIRST, client, expected
from tests.waiting import until
from tests.web import FOREIGN, OWN, Site, importing_site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return importing_site(tmp_path_factory.mktemp("importing"))


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two tables and the mapping that says what they mean."""
    return client(tmp_path_factory.mktemp("delivery")).first.parent


def with_files(site: Site, delivery: Path, role: str = "marketer") -> Hand:
    hand = Hand(site, role)
    hand.begin()
    for name in ("first-leads.csv", "first-orders.csv", "first.yaml"):
        assert hand.upload(name, (delivery / name).read_bytes()).status_code == 200
    return hand


def test_files_and_a_template_become_an_import_that_can_be_undone(site: Site, delivery: Path) -> None:
    hand = with_files(site, delivery)
    touches, deals, _money = expected(FIRST)
    assert hand.work("check")["status"] == "done"
    assert imports.pointer(site.state, OWN) is None  # a check shows nobody anything
    body = hand.page(draft=str(hand.draft))
    assert f"{deals}" in body
    assert '"Import these data"' in body
    assert hand.work("import")["status"] == "done"
    entry = imports.journal(site.state, OWN)[0]
    assert (entry.actor, entry.status, entry.rows) == ("marketer", "done", touches + deals)
    assert entry.files == ("first-leads.csv", "first-orders.csv")
    assert "Your first funnel" in hand.page(draft=str(hand.draft))
    assert "viewers see this" in hand.page(tab="journal")
    assert "Nothing has been" not in hand.client.get(f"/overview?e={OWN}").get_data(as_text=True)
    assert hand.post("/data/undo", {"engagement": OWN}).status_code == 200
    assert imports.pointer(site.state, OWN) is None
    assert "undone" in hand.page(tab="journal")
    assert hand.post("/data/redo", {"engagement": OWN}).status_code == 200
    assert imports.pointer(site.state, OWN) is not None
    refused = hand.post("/data/redo", {"engagement": OWN})
    assert (refused.status_code, bool(refused.get_json()["problem"])) == (409, True)
    assert hand.client.get(f"/data/drafts/{hand.draft}/template.yaml").mimetype == "application/yaml"


def test_a_draft_is_of_its_engagement_and_of_who_may_import(site: Site, delivery: Path) -> None:
    hand = with_files(site, delivery)
    assert Hand(site, "consultant").client.get(f"/data/drafts/{hand.draft}/progress").status_code == 200
    for role in ("executive", "display"):
        other = Hand(site, role)
        other.draft = hand.draft
        assert other.client.get(f"/data/drafts/{hand.draft}/progress").status_code == 403
        assert other.upload("a.csv", b"a\n1\n").status_code == 403
        assert other.post("/data/drafts", {"engagement": OWN}).status_code == 403
        assert other.post("/data/undo", {"engagement": OWN}).status_code == 403
    assert hand.post("/data/drafts", {"engagement": FOREIGN}).status_code == 404
    assert hand.choose("remove").get_json() == {"go": {"draft": "", "step": ""}}
    assert hand.client.get(f"/data/drafts/{hand.draft}/progress").status_code == 404
    assert not (site.settings.data / "uploads" / OWN / str(hand.draft)).exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Anna\\Сделки [2026]*.csv", "Сделки _2026__.csv"),
        (".hidden", "hidden"),
        ("a" * 300 + ".csv.gz", "a" * 113 + ".csv.gz"),
    ],
)
def test_a_file_keeps_a_name_that_leads_nowhere(site: Site, name: str, kept: str) -> None:
    hand = Hand(site)
    hand.begin()
    assert hand.upload(name, b"a;b\n1;2\n").get_json()["name"] == kept
    folder = site.settings.data / "uploads" / OWN / str(hand.draft)
    assert [path.name for path in folder.iterdir()] == [kept]
    hand.choose("remove")


def test_what_cannot_be_kept_is_refused_and_leaves_nothing(site: Site) -> None:
    hand = Hand(site)
    hand.begin()
    assert hand.upload("nothing.csv", b"").status_code == 400
    assert hand.upload("...", b"a").status_code == 400
    broken = hand.upload("mapping.yaml", b"engagement: acme\nsources:\n  - {name: x, fil: y}\n")
    assert broken.status_code == 400
    assert "file" in broken.get_json()["problem"]  # the nearest known key
    huge = site.settings.model_copy(update={"import_file_mb": 1})
    assert huge.import_file_mb == 1
    folder = site.settings.data / "uploads" / "try"
    with pytest.raises(Exception, match="file_too_large"):
        uploads.receive(huge, folder, "big.csv", io.BytesIO(b"x" * (1 << 20) + b"x"))
    assert list(folder.iterdir()) == []
    assert hand.post(f"/data/drafts/{hand.draft}/check", {}).status_code == 400  # no files
    hand.choose("remove")


def test_uploads_on_the_demo_go_to_an_engagement_of_ones_own(tmp_path: Path) -> None:
    site = importing_site(tmp_path, demo=True)
    hand = Hand(site)
    told = hand.begin()
    assert told["engagement"] == "own"
    assert engagements.get(site.state, "own").name == "My company"
    hand.engagement = OWN
    assert hand.begin()["engagement"] == "own"  # the same one the second time
    other = Hand(site, "consultant")
    assert other.begin()["engagement"] == "own-2"  # nobody sees another person's data


def recognised(site: Site, name: str, content: bytes) -> Hand:
    hand = Hand(site)
    hand.begin()
    assert hand.upload(name, content).status_code == 200
    assert hand.work("look")["status"] == "done"
    return hand


def test_the_next_export_of_the_same_table_becomes_history(tmp_path: Path) -> None:
    site = importing_site(tmp_path)
    export = sample("kommo_csv").files["kommo_export_leads.csv"]
    first = recognised(site, "kommo.csv", export)
    assert first.choose("channel", source=0, label="Instagram", channel="other").status_code == 200
    assert first.work("check")["status"] == "done"
    assert first.work("import")["status"] == "done"
    by_command(first, tmp_path / "elsewhere", export)
    rows = list(csv.DictReader(io.StringIO(export.decode())))
    moved = [row for row in rows if row["Lead stage"] == "Decision making"][:3]
    assert len(moved) == 3
    text = export.decode()
    for row in moved:
        line = next(line for line in text.splitlines() if row["ID"] in line)
        text = text.replace(line, line.replace("Decision making", "Negotiation"))
    again = recognised(site, "leads of today.csv", text.encode())
    draft = drafts.get(site.state, viewer_of(site), again.draft)
    assert draft.found
    (source,) = draft.found["draft"]["sources"]
    assert source["channels"]["Instagram"] == "other"  # as it was mapped before, and nothing is asked again
    assert again.work("import")["status"] == "done"
    report = imports.journal(site.state, OWN)[0].report
    assert report
    (told,) = report["sources"]
    assert (told["accepted"], told["replaced"], told["known"]) == (3, 3, len(rows) - 3)
    with closing(GenerationFacts(site.settings, site.state)) as facts:
        event = sa.select(schema.event.c.raw_label).where(schema.event.c.past)
        scope = Scope(OWN, Action.READ, 0)
        assert facts.frame(scope, event)["raw_label"].tolist() == ["Decision making"] * 3


def by_command(hand: Hand, folder: Path, export: bytes) -> None:
    """The template of an import does the same at the command line."""
    folder.mkdir()
    template = hand.client.get(f"/data/drafts/{hand.draft}/template.yaml")
    (folder / "mapping.yaml").write_bytes(template.get_data())
    (folder / "kommo.csv").write_bytes(export)
    settings = hand.site.settings.model_copy(update={"data": folder / "data"})
    migrate(state_engine(settings))
    there = run_import(settings, folder / "mapping.yaml", None, "console")
    here = imports.journal(hand.site.state, OWN)[0].report
    assert here
    assert [source["months"] for source in there["sources"]] == [
        source["months"] for source in here["sources"]
    ]


def test_a_check_is_cancelled_and_begins_anew(site: Site, delivery: Path) -> None:
    hand = with_files(site, delivery)
    before = imports.pointer(site.state, OWN)
    assert hand.post(f"/data/drafts/{hand.draft}/check", {}).status_code == 200
    begun = tasks.last(site.state, hand.draft)
    assert begun is not None
    assert hand.post(f"/data/drafts/{hand.draft}/check", {}).status_code == 200  # a second click, or window
    again = tasks.last(site.state, hand.draft)
    assert again is not None
    assert again.id == begun.id
    assert hand.post(f"/data/drafts/{hand.draft}/import", {}).status_code == 409  # one at a time
    assert hand.choose("cancel").status_code == 200
    assert hand.wait()["status"] == "cancelled"
    assert "The import was cancelled" in hand.page(draft=str(hand.draft), step="check")
    assert hand.work("check")["status"] == "done"
    assert imports.pointer(site.state, OWN) == before
    hand.choose("remove")


def test_customers_of_one_phone_are_kept_apart_and_join_again(tmp_path: Path) -> None:
    site = importing_site(tmp_path)
    table = (
        "ID клиента;Телефон;Дата;Сумма\nc1;8 (900) 000-00-01;01.02.2026;100\nc2;+79000000001;02.02.2026;50\n"
    )
    hand = recognised(site, "orders.csv", table.encode())
    assert hand.work("import")["status"] == "done"
    listed = hand.page(tab="people")
    assert "+79000000001" in listed
    assert "+79000000001" not in Hand(site, "consultant").page(tab="people")  # a sign stands for it
    ref = Pseudonyms(site.settings.signing_key()).token(OWN, "phone:+79000000001")
    for apart, people in ((True, 2), (False, 1)):
        wish = {"engagement": OWN, "ref": ref, "apart": apart}
        assert Hand(site, "executive").post("/data/people", wish).status_code == 403
        assert hand.post("/data/people", wish).status_code == 200
        # the new generation is made beside the requests
        until(lambda people=people: customers_of(site) == people)
    assert hand.post("/data/people", {"engagement": OWN, "ref": "strange", "apart": True}).status_code == 404


def customers_of(site: Site) -> int:
    with closing(GenerationFacts(site.settings, site.state)) as facts:
        count = sa.select(sa.func.count(sa.distinct(schema.customer.c.customer_id)).label("n"))
        return int(facts.frame(Scope(OWN, Action.READ, 0), count)["n"].iloc[0])


def viewer_of(site: Site) -> UserRecord:
    return users.find(site.state, "marketer").record
