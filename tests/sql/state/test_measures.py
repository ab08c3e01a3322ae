"""The library of measures on each kind of state database: merged, reworded, left out, two editors at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.measures import Measure, suggested
from dashboard.journey.stages import preset
from data_access.scope import UserRecord
from data_access.state import engagements, measures, users
from data_access.state.measures import Wording
from tests.sql.state.conftest import PASSWORD

MODEL = preset("loop6")
OURS = "call_back_5"
OWN = Wording(
    "lead",
    "active_evaluation",
    "store",
    {"en": "The answer comes late", "ru": "Отвечают медленно"},
    {"en": "Put a bell on the counter", "ru": "Поставить звонок на стойку"},
)


@pytest.fixture
def ann_there(state: sa.Engine, ann: int) -> UserRecord:
    engagements.add(state, "acme")
    engagements.add(state, "rival")
    engagements.grant(state, ann, "acme")
    return users.record(state, ann)


def library(state: sa.Engine, who: UserRecord) -> dict[str, Measure]:
    return {one.key: one for one in measures.listed(state, who, "acme", MODEL)}


def test_an_own_measure_stands_among_ours_and_is_proposed(state: sa.Engine, ann_there: UserRecord) -> None:
    key = measures.add(state, ann_there, "acme", MODEL, OWN)
    found = library(state, ann_there)
    assert len(found) > 60
    assert (found[key].own, found[key].version, found[key].name) == (True, 1, OWN.name)
    proposed = suggested(found.values(), MODEL, "active_evaluation", "The answer comes late")
    assert [one.key for one in proposed[:4]] == ["call_back_5", "answer_by_hour", "missed_calls", key]
    assert not [one for one in suggested(found.values(), MODEL, "purchase") if one.key == key]


def test_our_measure_is_reworded_and_left_out_for_this_engagement_alone(
    state: sa.Engine, ann_there: UserRecord
) -> None:
    before = library(state, ann_there)[OURS]
    assert (before.version, before.own) == (0, False)
    measures.change(state, ann_there, "acme", MODEL, OURS, 0, replace(OWN, stage=""))
    after = library(state, ann_there)[OURS]
    assert (after.name, after.stage, after.version, after.own) == (OWN.name, "", 1, False)
    measures.hide(state, ann_there, "acme", MODEL, OURS, 1, hidden=True)
    hidden = library(state, ann_there)
    assert hidden[OURS].hidden
    assert OURS not in [one.key for one in suggested(hidden.values(), MODEL, "active_evaluation")]
    engagements.grant(state, ann_there.id, "rival")
    who = users.record(state, ann_there.id)
    other = {one.key: one for one in measures.listed(state, who, "rival", MODEL)}
    assert other[OURS] == before


@pytest.mark.parametrize("version", [0, 1])
def test_the_slower_of_two_editors_is_told(state: sa.Engine, ann_there: UserRecord, version: int) -> None:
    for seen in range(version + 1):
        measures.change(state, ann_there, "acme", MODEL, OURS, seen, OWN)
    with pytest.raises(JourneyError, match="measure_changed") as refused:
        measures.change(state, ann_there, "acme", MODEL, OURS, version, replace(OWN, channel="site"))
    assert refused.value.status == 409
    assert library(state, ann_there)[OURS].channel == "store"


def test_of_two_first_changes_at_one_moment_one_is_kept(state: sa.Engine, ann_there: UserRecord) -> None:
    for key in ("missed_calls", "one_owner", "picker"):
        start = Barrier(2)

        def reword(channel: str, key: str = key, start: Barrier = start) -> str:
            start.wait()
            try:
                measures.change(state, ann_there, "acme", MODEL, key, 0, replace(OWN, channel=channel))
            except JourneyError as error:
                return error.code
            return channel

        with ThreadPoolExecutor(2) as pool:
            ended = sorted(pool.map(reword, ("site", "store")))
        assert ended[0] == "measure_changed"
        kept = library(state, ann_there)[key]
        assert (kept.channel, kept.version) == (ended[1], 1)


def test_only_who_makes_actions_writes_and_only_who_plays_reads(
    state: sa.Engine, ann_there: UserRecord
) -> None:
    rows = (("exec", "executive", True), ("wall", "display", False))
    for login, role, reads in rows:
        who = users.record(state, users.add_user(state, login, login, role, PASSWORD, engagements=["acme"]))
        with pytest.raises(JourneyError, match="no_right"):
            measures.add(state, who, "acme", MODEL, OWN)
        with pytest.raises(JourneyError, match="no_right"):
            measures.hide(state, who, "acme", MODEL, OURS, 0, hidden=True)
        if reads:
            assert library(state, who)
        else:
            with pytest.raises(JourneyError, match="no_right"):
                library(state, who)
    with pytest.raises(JourneyError, match="unknown_engagement"):
        measures.add(state, ann_there, "rival", MODEL, OWN)


def test_what_makes_no_sense_is_refused(state: sa.Engine, ann_there: UserRecord) -> None:
    refused = (
        (replace(OWN, name={"en": "Ring", "ru": " "}), "measure_words_missing"),
        (replace(OWN, problem={"en": "Late\0", "ru": "Поздно"}), "measure_words_missing"),
        (replace(OWN, name={"en": "x" * 201, "ru": "ж"}), "measure_words_long"),
        (replace(OWN, phase="other"), "measure_place_unknown"),
        (replace(OWN, stage="purchase"), "measure_place_unknown"),
        (replace(OWN, stage="nowhere"), "unknown_stage"),
        (replace(OWN, channel="=cmd"), "measure_place_unknown"),
    )
    for wording, code in refused:
        with pytest.raises(JourneyError, match=code):
            measures.add(state, ann_there, "acme", MODEL, wording)
    with pytest.raises(JourneyError, match="unknown_measure"):
        measures.change(state, ann_there, "acme", MODEL, "no_such", 0, OWN)
    assert not [one for one in library(state, ann_there).values() if one.own]


def test_a_measure_of_a_stage_that_went_helps_in_its_phase(state: sa.Engine, ann_there: UserRecord) -> None:
    key = measures.add(state, ann_there, "acme", MODEL, OWN)
    other = preset("classic5")
    found = {one.key: one for one in measures.listed(state, ann_there, "acme", other)}[key]
    assert found.stage == ""
    assert all(found.of_stage(other, stage) for stage in other.lead_keys)
    assert not found.of_stage(other, "purchase")
