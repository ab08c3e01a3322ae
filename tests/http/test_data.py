"""The import page over HTTP: files go up, a template says what they mean, and what is imported can be undone."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from data_access import uploads
from data_access.state import engagements, imports
from tests.http.hand import Hand
from tests.unit.data_access.importing import FIRST, client, expected
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
    assert '"Import"' in body
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
