"""Known exports are found by headers and content, whatever the file is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_access.ingest.files import DataFile, Limits
from data_access.ingest.recognise.draft import NOT_IMPORTED
from data_access.ingest.recognise.presets import PRESETS, Match, match, preset_name
from data_access.ingest.recognise.profile import ColumnProfile, FileProfile
from data_access.ingest.recognise.profiling import profile_file
from data_access.ingest.recognise.roles import ROLES, SEVERAL
from tests.exports import SAMPLES, sample
from tests.unit.data_access.recognise.samples import recognised

FILES = [(name, file) for name in SAMPLES for file in sample(name).files]


def _profile(name: str, file: str) -> FileProfile:
    return recognised(name).profiles[list(sample(name).files).index(file)]


def _found(profile: FileProfile) -> Match:
    found = match(profile)
    assert found is not None
    return found


def _with(profile: FileProfile, *columns: ColumnProfile) -> FileProfile:
    return profile.model_copy(update={"columns": columns})


@pytest.mark.parametrize(("name", "file"), FILES)
def test_every_sample_is_known_under_another_name(name: str, file: str) -> None:
    profile = _profile(name, file)
    found = _found(profile)
    assert found.preset == sample(name).presets[file]
    assert found.confidence >= 0.8
    assert set(found.roles) == set(found.certain) == {column.name for column in profile.columns}
    roles = [role for role in found.roles.values() if role != NOT_IMPORTED]
    assert set(roles) <= set(ROLES[found.kind])
    assert [role for role in roles if roles.count(role) > 1 and role not in SEVERAL] == []


@pytest.mark.parametrize(("name", "file"), FILES)
def test_order_of_columns_is_nothing_and_missing_ones_cost_little(name: str, file: str) -> None:
    profile = _profile(name, file)
    whole = _found(profile)
    turned = _found(_with(profile, *reversed(profile.columns)))
    required = {
        role for expected in PRESETS[whole.preset].columns if expected.required for role in (expected.role,)
    }
    spare = [
        column
        for column, role in whole.roles.items()
        if role not in {*required, NOT_IMPORTED, "attribute", "customer", "phone", "email", "client_id"}
    ][:2]
    fewer = _found(_with(profile, *(column for column in profile.columns if column.name not in spare)))
    assert (turned.preset, turned.confidence) == (whole.preset, whole.confidence)
    assert fewer.preset == whole.preset
    assert 0.6 <= fewer.confidence <= whole.confidence


def test_a_renamed_column_lowers_the_confidence() -> None:
    profile = _profile("amocrm_csv", "amocrm_export_leads.csv")
    renamed = {
        "Воронка": "Направление работы",
        "Теги сделки": "Метки",
        "Источник": "Как узнали",
        "utm_source": "u1",
    }
    columns = [
        column.model_copy(update={"name": renamed.get(column.name, column.name)})
        for column in profile.columns
    ]
    found = _found(_with(profile, *columns))
    assert found.preset == "amocrm"
    assert found.confidence < _found(profile).confidence


def test_an_older_generation_of_a_product_is_known_too() -> None:
    profile = _profile("amocrm_csv", "amocrm_export_leads.csv")
    older = {"Теги сделки": "Теги", "Основной контакт": "Полное имя контакта", "Бюджет, ₽": "Бюджет "}
    columns = [
        column.model_copy(update={"name": older.get(column.name, column.name).replace(" (контакт)", "")})
        for column in profile.columns
    ]
    found = _found(_with(profile, *columns))
    assert (found.preset, found.roles["Рабочий телефон"], found.roles["Бюджет "]) == (
        "amocrm",
        "phone",
        "amount",
    )
    assert found.confidence >= 0.8


@pytest.mark.parametrize(
    "names",
    [
        {"Event name": "Название события", "Client ID": "Идентификатор клиента", "Date": "Дата"}
        | {"Session source / medium": "Сеанс – источник/канал", "Transaction ID": "Идентификатор транзакции"}
        | {"Purchase revenue": "Доход от покупок", "Landing page": "Целевая страница"},
        {"Event name": "event_name", "Client ID": "user_pseudo_id", "Date": "event_date"}
        | {"Session source / medium": "traffic_source.medium", "Transaction ID": "ecommerce.transaction_id"}
        | {"Purchase revenue": "ecommerce.purchase_revenue"},
    ],
)
def test_other_languages_and_tables_of_a_counter_are_known(names: dict[str, str]) -> None:
    profile = _profile("ga4_csv", "path-to-purchase-free-form.csv")
    whole = _found(profile).roles
    columns = [
        column.model_copy(update={"name": names.get(column.name, column.name)}) for column in profile.columns
    ]
    found = _found(_with(profile, *columns))
    assert (found.preset, found.confidence >= 0.8) == ("ga4", True)
    assert {name: found.roles[name] for name in names.values()} == {names[old]: whole[old] for old in names}


@pytest.mark.parametrize(("name", "file"), FILES)
def test_headers_alone_are_not_enough(name: str, file: str) -> None:
    """The status is a number in each row, or the dates are words: the same headers, another table."""
    profile = _profile(name, file)
    whole = _found(profile)
    needed = [expected for expected in PRESETS[whole.preset].columns if expected.required]
    for role in {"status", "at", "created"} & {expected.role for expected in needed}:
        columns = [
            column.model_copy(update={"kind": "text" if role != "status" else "number", "samples": ("12a",)})
            if whole.roles[column.name] == role
            else column
            for column in profile.columns
        ]
        found = match(_with(profile, *columns))
        assert found is None or found.preset != whole.preset or whole.roles != found.roles, role


def test_every_phone_counts_and_an_empty_column_takes_no_place() -> None:
    profile = _profile("amocrm_csv", "amocrm_export_leads.csv")
    columns = [
        column.model_copy(update={"filled": 5, "different": 5, "kind": "phone"})
        if column.name == "Мобильный телефон (контакт)"
        else column
        for column in profile.columns
    ]
    roles = _found(_with(profile, *columns)).roles
    assert [name for name, role in roles.items() if role == "phone"] == [
        "Рабочий телефон (контакт)",
        "Мобильный телефон (контакт)",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "station;day;temperature\n1;2026-01-01;-7,5\n2;2026-01-02;-3,1\n",
        "ID,Name,Amount\n1,a,10\n2,b,20\n",
        "name,phone\nAnn,+70000000001\nBob,+70000000002\n",
        "Дата;Статья;Сумма\n01.02.2026;Реклама;1000\n02.02.2026;Аренда;500\n",
        "id\n",
    ],
)
def test_other_tables_are_not_taken_for_an_export(text: str, tmp_path: Path) -> None:
    path = tmp_path / "amocrm_export_leads.csv"
    path.write_text(text, encoding="utf-8")
    assert match(profile_file(DataFile(path, path.name, Limits()))) is None


def test_formats_have_names_in_both_languages_and_sources_of_their_own() -> None:
    assert preset_name("amocrm", "ru") == "amoCRM: сделки"
    assert preset_name("gone", "en") == "gone"
    assert all({"en", "ru"} == set(preset.names) for preset in PRESETS.values())
    assert len({preset.source for preset in PRESETS.values()}) == len(PRESETS)
    assert all(
        {expected.role for expected in preset.columns} <= set(ROLES[preset.kind])
        for preset in PRESETS.values()
    )
