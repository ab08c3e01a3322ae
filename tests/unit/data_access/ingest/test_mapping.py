"""The mapping file: what it means, and what is said about a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.errors import JourneyError
from dashboard.i18n.words import Words
from data_access.ingest.mapping import Mapping, parse_mapping, read_mapping
from data_access.ingest.yaml_text import YamlText

GOOD = """
engagement: acme
timezone: Europe/Moscow
currency: RUB
stages: loop6
sources:
  - name: leads
    file: leads.csv
    row: ID
    customer: {first: [contact, company]}
    identities: {phone: {column: Phone, normalise: phone}}
    segment: {column: Origin, empty: "(none)"}
    attributes: {age: {column: Age, type: integer}}
    events:
      - {stage: initial_consideration, at: created, channel: site, touchpoint: {text: "page {Page}"}}
      - {stage: Status, at: {first: [changed, created]}, channel: {column: site}, where: [{column: Kind, in: [A]}]}
    transactions:
      - {at: paid, amount: {product: [qty, price]}}
"""


def parsed(text: str) -> Mapping:
    yaml = YamlText(text)
    return parse_mapping(yaml.data, yaml)


def refused(text: str) -> JourneyError:
    with pytest.raises(JourneyError) as caught:
        parsed(text)
    for language in ("en", "ru"):
        sentence = Words(language).error(caught.value)
        assert "{" not in sentence
        assert not sentence.startswith(caught.value.code)
    return caught.value


def test_bare_names_are_columns_and_known_words_are_constants() -> None:
    first, second = parsed(GOOD).sources[0].events
    assert first.stage.value == "initial_consideration"
    assert first.at.column == "created"
    assert first.channel is not None
    assert first.channel.value == "site"
    assert second.stage.column == "Status"
    assert second.channel is not None
    assert second.channel.column == "site"


def test_columns_are_those_that_the_mapping_reads() -> None:
    assert parsed(GOOD).sources[0].columns == (
        "Age", "ID", "Kind", "Origin", "Page", "Phone", "Status",
        "changed", "company", "contact", "created", "paid", "price", "qty", "site",
    )  # fmt: skip


def test_a_list_of_stages_makes_a_model_of_its_own() -> None:
    stages = """stages:
  - {key: lead, phase: lead, name: {en: Lead, ru: Лид}}
  - {key: won, phase: deal}
  - {key: second, phase: repeat, reached_by: {transaction: 2}}"""
    mapping = parsed(GOOD.replace("stages: loop6", stages).replace("initial_consideration", "lead"))
    assert mapping.stage_model.keys == ("lead", "won", "second")
    assert mapping.stage_model.stage("second").nth_deal == 2
    assert mapping.stage_model.stage("lead").name("ru") == "Лид"
    assert mapping.sources[0].events[0].stage.value == "lead"


@pytest.mark.parametrize(
    ("old", "new", "code", "facts"),
    [
        ("identities:", "identitys:", "mapping_unknown_key", {"nearest": "identities", "line": 11}),
        ("normalise: phone", "normalize: phone", "mapping_unknown_key", {"nearest": "normalise", "line": 11}),
        ("touchpoint:", "touch_point:", "mapping_unknown_key", {"where": "sources[1].events[1]", "line": 15}),
        ("    row: ID", "    mode: snapshot", "mapping_needs_row", {"source": "leads"}),
        ("    row: ID", "    outcome: {column: x}", "mapping_missing_key", {"key": "lost", "line": 9}),
        ("    row: ID", "    table: a.b", "mapping_key_later", {"key": "table", "line": 9}),
        ("    row: ID", "    format: sav", "mapping_bad_choice", {"value": "sav", "line": 9}),
        ("at: paid", "at: {column: paid, split: ''}", "mapping_bad_value", {"value": ""}),
        ("at: paid, ", "at: paid, amount_per: row, ", "mapping_bad_choice", {"value": "row"}),
        ("at: paid, ", "", "mapping_missing_key", {"key": "at", "where": "sources[1].transactions[1]"}),
        ("    row: ID", "    file: again.csv", "mapping_key_repeats", {"key": "file", "line": 9}),
        ("Europe/Moscow", "Europe/Moskow", "mapping_unknown_zone", {"zone": "Europe/Moskow"}),
        ("stages: loop6", "stages: loop7", "unknown_preset", {"preset": "loop7"}),
        ("stage: initial_consideration", "stage: {value: awareness}", "unknown_stage", {"stage": "awareness"}),
        ("at: paid", "at: {column: a, value: b}", "mapping_one_origin", {"given": "column, value"}),
        ("at: paid", "at: {map: {a: b}}", "mapping_one_origin", {"given": ""}),
        ("type: integer", "bands: [5, 1]", "mapping_bands_ascend", {}),
        (", in: [A]", "", "mapping_condition_empty", {"column": "Kind"}),
        ("    customer: {first: [contact, company]}", "", "mapping_needs_customer", {"source": "leads"}),
        ("engagement: acme", "engagement: ../x", "mapping_bad_value", {"line": 2}),
        ("stages: loop6", "stages: [", "mapping_not_yaml", {}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(old: str, new: str, code: str, facts: dict) -> None:
    assert old in GOOD
    error = refused(GOOD.replace(old, new, 1))
    assert error.code == code
    assert facts.items() <= error.facts.items()


def test_words_stay_as_they_are_written() -> None:
    text = GOOD.replace(
        "{column: Age, type: integer}", "{column: no, map: {007: a, 12:30: b, yes: c, 1e3: d}}"
    )
    age = parsed(text).sources[0].attributes["age"]
    assert age.column == "no"
    assert age.map == {"007": "a", "12:30": "b", "yes": "c", "1e3": "d"}


def test_a_mapping_that_unfolds_without_end_is_refused() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    for new, old in zip("bcdefg", "abcdef", strict=True):
        bomb += f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n"
    assert refused(bomb).code == "mapping_too_large"
    assert refused("a: &a [*a]").code == "mapping_too_large"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(JourneyError, match="no_such_mapping"):
        read_mapping(tmp_path / "none.yaml")
