"""Choices of a person change the draft; whatever is chosen, a mapping without open questions is read and imports."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.errors import JourneyError
from data_access.ingest.mapping import parse_mapping
from data_access.ingest.recognise import change
from data_access.ingest.recognise.build import mapping_of, problems, yaml_of
from data_access.ingest.recognise.draft import Kind, SourceDraft
from data_access.ingest.recognise.job import Recognised
from data_access.ingest.recognise.roles import ROLES
from data_access.ingest.yaml_text import YamlText
from tests.unit.data_access.recognise.looking import MODEL, draft_of, recognised

DEALS = (
    "ID,Stage,Phase,Created,Owner\n1,Won,x,2026-03-01,Ann\n2,Lost,y,2026-03-02,Bob\n3,Open,x,2026-03-02,Ann\n"
)


@pytest.fixture
def found(tmp_path: Path) -> Recognised:
    (tmp_path / "deals.csv").write_text(DEALS)
    found = recognised(tmp_path, "deals.csv")
    return found.model_copy(update={"draft": change.with_kind(found, 0, "deals")})


def test_a_role_that_stands_alone_moves(found: Recognised) -> None:
    before = found.draft.sources[0]
    assert (before.column("status"), before.won, before.lost) == ("Stage", ("Won",), ("Lost",))
    after = change.with_role(found, 0, "Phase", "status").sources[0]
    assert (after.roles["Phase"], after.roles["Stage"]) == ("status", "")
    assert (after.certain["Phase"], after.certain["Stage"]) == (1, 1)
    assert (list(after.stages), after.won, after.lost) == (["x", "y"], (), ())
    for column in ("Owner", "Stage"):  # attributes may be several
        found = found.model_copy(update={"draft": change.with_role(found, 0, column, "attribute")})
    assert found.draft.sources[0].columns("attribute") == ("Stage", "Owner")


def test_labels_ends_dates_and_decimals(found: Recognised) -> None:
    staged = change.with_stage(found, 0, "Open", "trigger").sources[0]
    assert staged.stages["Open"] == "trigger"
    won = change.with_end(found, 0, "Open", "won").sources[0]
    assert (won.won, won.stages["Open"]) == (("Won", "Open"), "purchase")
    assert change.with_stage(found, 0, "Open", "purchase").sources[0] == won
    lost = change.with_end(found, 0, "Won", "lost").sources[0]
    assert (lost.won, lost.lost, lost.stages["Won"]) == ((), ("Lost", "Won"), "unmapped")
    assert change.with_date_format(found, 0, "Created", "%Y").sources[0].date_formats == {"Created": "%Y"}
    assert change.with_decimal(found, 0, ",").sources[0].options.decimal == ","
    with_channel = found.model_copy(update={"draft": change.with_role(found, 0, "Owner", "channel")})
    assert change.with_channel(with_channel, 0, "Ann", " Анна ").sources[0].channels["Ann"] == "Анна"


def test_what_a_browser_makes_up_is_refused(found: Recognised) -> None:
    for attempt in (
        lambda: change.with_kind(found, 0, "passwords"),
        lambda: change.with_role(found, 0, "Nope", "deal"),
        lambda: change.with_role(found, 0, "ID", "score"),
        lambda: change.with_stage(found, 0, "Nope", "trigger"),
        lambda: change.with_stage(found, 0, "Open", "nope"),
        lambda: change.with_channel(found, 0, "Nope", "site"),
        lambda: change.with_end(found, 0, "Open", "drawn"),
        lambda: change.with_date_format(found, 0, "ID", "%Y" * 100),
        lambda: change.with_decimal(found, 0, ";"),
    ):
        with pytest.raises(JourneyError, match=r"draft_unknown_choice|unknown_stage"):
            attempt()


def test_another_kind_keeps_what_a_person_has_chosen(found: Recognised) -> None:
    chosen = found.model_copy(update={"draft": change.with_role(found, 0, "Owner", "customer")})
    events = change.with_kind(chosen, 0, "events").sources[0]
    assert (events.kind, events.column("customer"), events.column("at")) == ("events", "Owner", "Created")
    assert set(events.roles) == set(found.draft.sources[0].roles)


WORD = st.text("aЯ7 :#{}'\"-~[&*,%|>?\\", min_size=1, max_size=6).map(
    lambda word: " ".join(word.split()) or "null"
)
STAGES = st.sampled_from(["unmapped", *MODEL.keys])


@st.composite
def sources(draw: st.DrawFn, name: str) -> SourceDraft:
    kind = draw(st.sampled_from(get_args(Kind)))
    columns = draw(st.lists(WORD, min_size=3, max_size=14, unique=True))
    roles = {column: draw(st.sampled_from(["", *ROLES[kind]])) for column in columns}
    labels = draw(st.lists(WORD, max_size=5, unique=True))
    return SourceDraft(
        name=name,
        file=draw(WORD),
        kind=kind,
        roles=roles,
        stages={label: draw(STAGES) for label in labels},
        channels={label: draw(st.sampled_from(["unmapped", "site", "Своё"])) for label in labels[:2]},
        won=tuple(labels[:1]),
        lost=tuple(labels[1:2]),
        date_formats=dict.fromkeys(columns[:2], "%d/%m/%Y"),
        separators={column: draw(st.sampled_from([",", ";"])) for column in columns[:3]},
        lines=draw(st.booleans()),
    )


@settings(max_examples=20, deadline=None)
@given(sources("a"), sources("b"))
def test_no_choice_makes_a_mapping_that_is_not_read(first: SourceDraft, second: SourceDraft) -> None:
    draft = draft_of(first, second)
    found = problems(draft)
    assert all(problem.code.startswith("draft_") for problem in found)  # a person can settle each of them
    if not found:
        text = YamlText(yaml_of(draft))
        assert parse_mapping(text.data, text) == parse_mapping(mapping_of(draft))


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(get_args(Kind)), st.data())
def test_complete_roles_are_enough(kind: Kind, data: st.DataObject) -> None:
    """Every role of a kind at once, under any headers."""
    columns = data.draw(st.lists(WORD, min_size=len(ROLES[kind]), max_size=len(ROLES[kind]), unique=True))
    source = SourceDraft(
        name="all",
        file="x.csv",
        kind=kind,
        roles=dict(zip(columns, ROLES[kind], strict=True)),
        stages={"Won": "purchase", "null": "trigger", "7": "unmapped"},
        won=("Won",),
        lost=("7",),
        lines=data.draw(st.booleans()),
    )
    draft = draft_of(source)
    assert problems(draft) == ()
    text = YamlText(yaml_of(draft))
    assert parse_mapping(text.data, text) == parse_mapping(mapping_of(draft))
