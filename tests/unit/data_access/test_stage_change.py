"""Another stage model for an engagement that has data: mapped anew from the labels into a new generation."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.errors import JourneyError
from dashboard.journey.stages import custom, preset
from data_access.generations import GenerationFacts
from data_access.ingest.mapping import read_stage_file
from data_access.ingest.run import run_stage_change
from data_access.state import engagements, imports
from tests.unit.data_access.importing import ACME, FIRST, KEY, Client, client, expected

TOUCHES, DEALS, MONEY = expected(FIRST)


@pytest.fixture
def acme(tmp_path: Path) -> Client:
    """A client whose first delivery is in."""
    made = client(tmp_path / "acme")
    made.run(made.first)
    return made


def test_domain_2_a_change_of_stages_maps_the_labels_anew(acme: Client) -> None:
    labels = {"initial_consideration": "awareness", "active_evaluation": "decision"}
    report = run_stage_change(acme.settings, KEY, preset("classic5"), labels, "test")
    assert (report["status"], report["generation"]) == ("done", 2)
    assert report["remapped"] == {"stages": {"awareness": FIRST, "decision": FIRST}, "unmapped": []}
    assert acme.numbers() == (2, TOUCHES, DEALS, MONEY)
    assert engagements.get(acme.state, KEY).model == preset("classic5")
    facts = GenerationFacts(acme.settings, acme.state)
    assert facts.info(ACME).model.keys == preset("classic5").keys
    facts.close()
    assert "gen-1.duckdb" in acme.files()  # undo
    (version, _first) = imports.journal(acme.state, KEY)
    assert version.report is not None
    assert version.report["stages"]["preset"] == "classic5"
    with pytest.raises(JourneyError, match="engagement_differs"):
        acme.run(acme.second)  # the mapping file still names the old stages
    acme.second.write_text(
        acme.second.read_text()
        .replace("loop6", "classic5")
        .replace("stage: {column: stage}", f"stage: {{column: stage, map: {labels}}}".replace("'", ""))
    )
    assert acme.run(acme.second)["status"] == "done"
    assert acme.numbers()[1:] == expected(120)


def test_labels_without_a_stage_are_kept_and_come_back(acme: Client) -> None:
    with pytest.raises(JourneyError, match="unknown_stage"):
        run_stage_change(acme.settings, KEY, preset("classic5"), {"active_evaluation": "nowhere"}, "test")
    assert acme.numbers() == (1, TOUCHES, DEALS, MONEY)
    assert engagements.get(acme.state, KEY).model == preset("loop6")
    assert acme.open_ends() == []
    assert acme.files() == {"gen-1.duckdb"}
    small = custom([{"key": "lead", "phase": "lead"}, {"key": "sale", "phase": "deal"}])
    report = run_stage_change(acme.settings, KEY, small, {"initial_consideration": "lead"}, "test")
    assert report["remapped"]["stages"] == {"lead": FIRST, "unmapped": FIRST}
    assert report["remapped"]["unmapped"] == [{"field": "stage", "label": "active_evaluation", "rows": FIRST}]
    assert acme.numbers()[1:] == (FIRST, DEALS, MONEY)
    run_stage_change(acme.settings, KEY, preset("loop6"), {}, "test")
    assert acme.numbers()[1:] == (TOUCHES, DEALS, MONEY)


def test_a_file_of_stages_and_labels(tmp_path: Path) -> None:
    path = tmp_path / "stages.yaml"
    path.write_text("stages:\n  - {key: lead, phase: lead}\n  - {key: sale, phase: deal}\nmap: {007: lead}\n")
    told = read_stage_file(path)
    assert (told.model.keys, told.map) == (("lead", "sale"), {"007": "lead"})
    path.write_text("stages: loop6\nmapp: {a: b}\n")
    with pytest.raises(JourneyError, match="mapping_unknown_key"):
        read_stage_file(path)
    path.write_text("stages: loop7\n")
    with pytest.raises(JourneyError, match="unknown_preset"):
        _ = read_stage_file(path).model
