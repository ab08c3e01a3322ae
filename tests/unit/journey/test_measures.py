"""The shipped library: enough for every stage of every model, in both languages, each thing once."""

from __future__ import annotations

from collections import Counter

import pytest

from dashboard.journey.channels import CHANNELS
from dashboard.journey.measures import MOMENTS, problems_of, shipped, suggested
from dashboard.journey.measures_shipped import PROBLEMS, PROPOSALS
from dashboard.journey.stages import PRESETS, Phase, Stage, StageModel


def test_every_proposal_has_its_place_and_its_words() -> None:
    assert len(PROPOSALS) >= 40
    assert Counter(one.key for one in PROPOSALS).most_common(1)[0][1] == 1
    assert {one.problem for one in PROPOSALS} == set(PROBLEMS)
    assert {one.moment for one in PROPOSALS} == set(MOMENTS)
    assert {one.channel for one in PROPOSALS} <= {*CHANNELS, ""}
    for language in ("en", "ru"):
        names = [one.name[language] for one in shipped(PRESETS["loop6"])]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", PRESETS)
def test_every_stage_has_proposals_of_its_own(name: str) -> None:
    model = PRESETS[name]
    library = shipped(model)
    for stage in model.stages:
        found = suggested(library, model, stage.key)
        assert len([one for one in found if one.stage == stage.key]) >= 3
        assert {one.phase for one in found} == {stage.phase}
        assert len(problems_of(found)) <= 10
    assert all(one.stage for one in library)


def test_stages_of_ones_own_get_what_fits_their_phase() -> None:
    names = {"en": "Talk", "ru": "Разговор"}
    model = StageModel((Stage("talk", Phase.LEAD, names, {}), Stage("pay", Phase.DEAL, names, {})))
    found = suggested(shipped(model), model, "talk", "Nobody reminds")
    assert found[0].problem["ru"] == "Никто не напоминает"
    assert {one.stage for one in found} == {""}
    assert suggested(shipped(model), model, "elsewhere") == ()


def test_a_search_finds_words_of_either_language() -> None:
    library = shipped(PRESETS["loop6"])
    keys = {text: [one.key for one in library if one.says(text)] for text in ("basket", "КОРЗИНЕ час", "zzz")}
    assert "abandoned_basket" in keys["basket"]
    assert keys["КОРЗИНЕ час"] == ["abandoned_basket"]
    assert keys["zzz"] == []
