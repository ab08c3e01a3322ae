"""Addresses: what is written is read again, and nothing that anybody types does harm."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.journey.address import Address, default_period
from dashboard.journey.funnel_address import FunnelWords
from dashboard.journey.funnel_options import Exclusion, Filter, StepWindow
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.period import Period
from dashboard.journey.query import Entry, Mode
from dashboard.journey.stages import preset

LABELS = st.lists(st.text(min_size=1, max_size=20), max_size=5, unique=True).map(tuple)
PERIODS = st.sampled_from(["2026Q3", "2026-03", "2026", "all", "2026-01-05..2026-02-01"]).map(Period.parse)
ADDRESSES = st.builds(
    Address,
    engagement=st.sampled_from([None, "acme"]),
    period=st.none() | PERIODS,
    compare=st.sampled_from([None, "prev", "year", "none", "2026-01-01:2026-04-01"]),
    segments=LABELS,
    channels=LABELS,
    mode=st.none() | st.sampled_from(Mode),
    entry=st.sampled_from(Entry),
    window_days=st.none() | st.integers(0, 3660),
    mature=st.booleans(),
    horizon_days=st.none() | st.integers(0, 3660),
    increasing=st.booleans(),
    funnel=st.builds(FunnelWords, *[LABELS] * 9),
    extras=st.dictionaries(
        st.sampled_from(["metric", "cell", "dC.active_evaluation"]), st.text(min_size=1, max_size=9)
    ),
    language=st.sampled_from([None, "ru", "en"]),
)


def info(**changes: Any) -> GenerationInfo:
    values: dict[str, Any] = {
        "engagement": "acme",
        "number": 1,
        "built_at": datetime(2026, 10, 2),
        "zone": "UTC",
        "currency": "RUB",
        "model": preset("loop6"),
        "data_end": datetime(2026, 10, 1, 6),
        "data_end_day": date(2026, 10, 1),
        "data_end_date_only": False,
        "first_day": date(2025, 1, 1),
        "last_day": date(2026, 10, 1),
        "has_transactions": True,
        "segments": ("new", "gift", "a,b"),
        "channels": ("site", "store"),
        "sources": (),
        "set_aside": {},
    }
    return GenerationInfo(**(values | changes))


@given(ADDRESSES)
def test_what_is_written_is_read_again(address: Address) -> None:
    assert Address.parse(address.search()) == address


@given(ADDRESSES)
def test_an_address_survives_a_messenger_that_escapes_everything(address: Address) -> None:
    escaped = address.search().replace(",", "%2C").replace(":", "%3A").replace("(", "%28")
    assert Address.parse(escaped) == address


@given(st.text(max_size=300))
def test_nothing_that_anybody_types_does_harm(text: str) -> None:
    query, problems = Address.parse(text).query(info())
    assert query.engagement == "acme"
    assert isinstance(problems, tuple)


def test_defaults_are_left_out() -> None:
    assert Address().search() == ""
    assert Address("acme", segments=("new", "gift")).search() == "?e=acme&s=new,gift"
    assert Address.parse("?e=acme&c=prev").search() == "?e=acme&c=prev"


def test_the_short_keys_of_the_product() -> None:
    search = "?e=acme&p=2026Q3&c=year&s=new,gift&ch=site&mode=strict&entry=first&w=30&mt=1&cell=x&lang=ru"
    address = Address.parse(search)
    assert address.search() == search
    query, problems = address.query(info())
    assert not problems
    assert (query.period, query.compare) == (Period.parse("2026Q3"), "year_ago")
    assert (query.segments, query.channels) == (("new", "gift"), ("site",))
    assert (query.mode, query.entry, query.window_days, query.mature) == (Mode.STRICT, Entry.FIRST, 30, True)


def test_without_a_word_the_latest_full_quarter_against_the_one_before() -> None:
    query, problems = Address("acme").query(info())
    assert (query.period, query.compare, problems) == (Period.parse("2026Q3"), "previous", ())


@pytest.mark.parametrize(
    ("changes", "token"),
    [
        ({}, "2026Q3"),
        ({"data_end_day": date(2026, 9, 29)}, "2026Q2"),
        ({"data_end_day": None}, "all"),
        ({"first_day": date(2026, 7, 5), "data_end_day": date(2026, 9, 20)}, "all"),
    ],
)
def test_the_default_period_holds_facts(changes: dict[str, Any], token: str) -> None:
    assert default_period(info(**changes)).token() == token


@pytest.mark.parametrize(
    ("search", "code"),
    [
        ("p=2026Q5", "bad_period"),
        ("p=0001-01", "bad_period"),
        ("p=2026-02-01..2026-01-01", "empty_period"),
        ("c=soon", "bad_compare"),
        ("c=2026-01-01:", "bad_compare"),
        ("p=all&c=prev", "compare_needs_period"),
        ("s=nobody", "address_value_ignored"),
        ("mode=wild", "address_value_ignored"),
        ("w=-1", "address_value_ignored"),
        ("w=4000", "address_value_ignored"),
        ("lang=de", "address_value_ignored"),
        ("x=" + "1" * 7000, "address_too_long"),
    ],
)
def test_what_means_nothing_is_named_and_ignored(search: str, code: str) -> None:
    query, problems = Address.parse(search).query(info())
    assert [problem.code for problem in problems] == [code]
    assert query.segments == ()
    assert query.mode is Mode.ORDERED


def test_without_stage_history_and_without_a_word_the_mode_is_reached() -> None:
    snapshot = info(has_history=False)
    modes = {
        search: Address.parse(search).query(snapshot)[0] for search in ("", "mode=ordered", "mode=strict")
    }
    assert {search: (query.mode, query.mode_by_data) for search, query in modes.items()} == {
        "": (Mode.REACHED, True),
        "mode=ordered": (Mode.ORDERED, False),
        "mode=strict": (Mode.STRICT, False),
    }
    assert Address.parse("?mode=ordered").search() == "?mode=ordered"


def test_everything_of_a_period_has_no_comparison_and_no_complaint() -> None:
    query, problems = Address.parse("p=all").query(info())
    assert (query.compare, problems) == (None, ())


def test_every_label_is_all_labels() -> None:
    assert Address("acme", channels=("store", "site")).query(info())[0].channels == ()


def test_links_keep_what_belongs_to_their_place() -> None:
    address = Address.parse("e=acme&p=2026Q3&s=gift&cell=x&lang=en")
    assert address.for_page().search() == "?e=acme&p=2026Q3&s=gift&lang=en"
    assert address.for_engagement("other").search() == "?e=other&lang=en"
    assert (
        address.with_extras(cell=None, metric="reach").search()
        == "?e=acme&p=2026Q3&s=gift&metric=reach&lang=en"
    )


def test_the_options_of_a_funnel() -> None:
    search = (
        "?e=acme&p=all&c=none&hz=30&inc=1&st=initial_consideration,active_evaluation,purchase"
        "&opt=active_evaluation&sw=purchase%3D5&ex=trigger:initial_consideration>purchase:remove"
        "&va=last&sf=purchase:channel%3Dsite&cf=channel%3Dsite,channel%3Dstore"
    )
    address = Address.parse(search)
    assert address.search() == search
    query, problems = address.query(info())
    assert not problems
    assert (query.horizon_days, query.increasing, query.value_at) == (30, True, "last")
    assert query.optional == ("active_evaluation",)
    assert query.step_windows == (StepWindow("purchase", 5),)
    assert query.exclusions == (Exclusion.parse("trigger:initial_consideration>purchase:remove"),)
    assert query.step_filters == (Filter("channel", ("site",), "purchase"),)
    assert query.filters == (Filter("channel", ("site", "store")),)


@pytest.mark.parametrize(
    ("search", "code"),
    [
        ("opt=nothing", "unknown_step"),
        ("st=nothing", "unknown_stage"),
        ("sw=purchase", "bad_step_window"),
        ("ex=purchase", "bad_exclusion"),
        ("ba=city", "unknown_attribute"),
        ("cf=size%3D1", "bad_filter"),
        ("va=nowhere", "unknown_step"),
    ],
)
def test_options_that_cannot_be_are_ignored_and_named(search: str, code: str) -> None:
    query, problems = Address.parse(search).query(info())
    assert [problem.code for problem in problems] == [code]
    assert (query.optional, query.stages, query.filters) == ((), (), ())
