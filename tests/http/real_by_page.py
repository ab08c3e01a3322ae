"""A real set through the import page: its files and its mapping go up, and the command line then finds nothing new."""

from __future__ import annotations

from pathlib import Path

from data_access.ingest.mapping import read_mapping
from data_access.ingest.run import run_import
from data_access.scope import Role
from data_access.state import engagements, imports, users
from tests.http.hand import Hand
from tests.source import ROOT
from tests.sql.real_sets import DATA
from tests.web import importing_site


def import_by_page(name: str, folder: Path) -> int:
    """Import a set as a marketer does, then once more by command.

    Returns:
        Rows of its files.
    """
    site, example = importing_site(folder), ROOT / "examples" / f"{name}.yaml"
    mapping = read_mapping(example)
    frame = {"zone": mapping.timezone, "currency": mapping.currency, "model": mapping.stage_model}
    engagements.add(site.state, mapping.engagement, **frame)
    engagements.grant(site.state, users.find(site.state, "marketer").record.id, mapping.engagement)
    hand = Hand(site, Role.MARKETER, mapping.engagement)
    hand.begin()
    for path in (*sorted((DATA / name).glob("*.gz")), example):
        assert hand.upload(path.name, path.read_bytes()).status_code == 200
    assert hand.work("import")["status"] == "done"
    by_page = imports.journal(site.state, mapping.engagement)[0].report
    assert by_page
    again = run_import(site.settings, example, DATA / name, "console")
    assert again["status"] == "unchanged"
    for first, second in zip(by_page["sources"], again["sources"], strict=True):
        assert second["known"] == first["accepted"] + first["known"]
        assert (second["rows"], second["rejected"]) == (first["rows"], first["rejected"])
    return sum(source["rows"] for source in by_page["sources"])
