"""Values: text, phones, bands, and the spellings of channels."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.journey.channels import CHANNELS, channel_key
from data_access.ingest.cells import clean_text
from data_access.ingest.wording import NORMALISE, band_names
from tests.unit.data_access.ingest.imports import unhurried

phones = st.from_regex(r"9\d{9}", fullmatch=True)


def normalised(kind: str, *cells: str) -> list[str | None]:
    found = NORMALISE[kind](clean_text(pd.Series(list(cells), dtype="str")))
    return [text if isinstance(text, str) else None for text in found]


@unhurried
@given(st.lists(st.text(max_size=12), min_size=1, max_size=8))
def test_clean_text_is_nfc_and_folded(cells: list[str]) -> None:
    cleaned = clean_text(pd.Series(cells, dtype="str"))
    for cell, text in zip(cells, cleaned, strict=True):
        expected = " ".join(unicodedata.normalize("NFC", cell).split())
        assert (text if isinstance(text, str) else "") == expected


@unhurried
@given(phones)
def test_one_phone_in_many_spellings(digits: str) -> None:
    area, rest = digits[:3], digits[3:]
    spellings = (
        f"8{digits}",
        f"+7{digits}",
        f"7 {digits}",
        f"8 ({area}) {rest[:3]}-{rest[3:]}",
        f"007{digits}",
    )
    assert set(normalised("phone", *spellings, digits)) == {f"+7{digits}"}


def test_other_phones_and_mail() -> None:
    assert normalised("phone", "+1 212 555 0100", "0", "n/a") == ["+12125550100", "0", None]
    assert normalised("phone", "8 (495) 123-45-67 доб. 12", "+8 916 111-22-33", "7,91612E+10", "Max x 5") == [
        "+74951234567",
        "+79161112233",
        None,
        None,
    ]
    assert normalised("email", " Ann@Mail.RU ", "mailto:b@c.de") == ["ann@mail.ru", "b@c.de"]
    assert normalised("email", "Ann B <Ann+shop@x.ru>", '"a @x.ru",') == ["ann+shop@x.ru", "a@x.ru"]


@pytest.mark.parametrize(
    ("limits", "names"),
    [
        ("5000 10000 20000", ["<5000", "5000-9999", "10000-19999", ">=20000"]),
        ("1 2 10", ["<1", "1", "2-9", ">=10"]),
        ("0.5 1.5", ["<0.5", "0.5-<1.5", ">=1.5"]),
    ],
)
def test_bands_are_named_by_their_limits(limits: str, names: list[str]) -> None:
    assert band_names(tuple(map(Decimal, limits.split()))) == names


@pytest.mark.parametrize(
    ("label", "key"),
    [("E-mail", "email"), ("EMAIL", "email"), ("email рассылка", "email"), ("Сайт", "site"), ("сайты", "site"),
     ("Mobile App", "mobile_app"), ("mobile-apps", "mobile_app"), ("контакт центр", "contact_centre"),
     ("paid_search", "paid_search"), ("sales rep", "sales rep"), ("(none)", "(none)"), ("Почта", "Почта")],
)  # fmt: skip
def test_only_another_spelling_of_a_shipped_channel_is_that_channel(label: str, key: str) -> None:
    assert channel_key(label) == key


def test_every_shipped_channel_is_its_own_key_in_both_languages() -> None:
    for key, channel in CHANNELS.items():
        assert {channel_key(key), channel_key(channel.name("en")), channel_key(channel.name("ru"))} == {key}
