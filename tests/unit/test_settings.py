"""Settings: typed, documented, and strict about secrets."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from dashboard.errors import JourneyError
from dashboard.settings import PREFIX, Settings

GOOD = "k3V9-qZ0xw7Lr2Tn5Yb8Hd1Fg4Jm6Pc_"
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)


def refused(code: str) -> JourneyError:
    with pytest.raises(JourneyError) as caught:
        Settings.load().signing_key()
    assert caught.value.code == code
    return caught.value


def secret_file(path: Path, text: str = GOOD, mode: int = 0o600) -> Path:
    path.write_text(text + "\n")
    path.chmod(mode)
    return path


def test_environment_is_read_and_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNEY_PORT", "9001")
    monkeypatch.setenv("JOURNEY_DATA", "/srv/journey")
    settings = Settings.load()
    assert (settings.port, settings.data, settings.host) == (9001, Path("/srv/journey"), "127.0.0.1")


def test_unknown_name_says_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNEY_SECRETKEY", GOOD)
    assert refused("setting_unknown").facts == {"name": "JOURNEY_SECRETKEY", "nearest": "JOURNEY_SECRET_KEY"}


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "http"), ("PORT", "0"), ("SESSION_DAYS", "31"), ("WORKERS", "5")]
)
def test_wrong_value_names_the_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(PREFIX + name, value)
    assert refused("setting_wrong").facts["name"] == PREFIX + name


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"SMTP_HOST": "mail.example.com"}, "SMTP_FROM"),
        ({"SMTP_HOST": "mail.example.com", "SMTP_FROM": "Reports <r@example.com>"}, "SMTP_FROM"),
        ({"SMTP_SECURITY": "none", "SMTP_PASSWORD": "secret"}, "SMTP_PASSWORD"),
        ({"SMTP_SECURITY": "ssl"}, "SMTP_SECURITY"),
        ({"ADDRESS": "bi.example.com"}, "ADDRESS"),
        ({"ADDRESS": "https://bi.example.com/x?y"}, "ADDRESS"),
        ({"WEBHOOK_HOSTS": "https://hooks.example.com/"}, "WEBHOOK_HOSTS"),
        ({"WEBHOOK_HOSTS": "hooks.example.com, *.example.com"}, "WEBHOOK_HOSTS"),
    ],
)
def test_ways_of_messages_are_whole_or_refused(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], wrong: str
) -> None:
    for name, value in values.items():
        monkeypatch.setenv(PREFIX + name, value)
    assert refused("setting_wrong").facts["name"] == PREFIX + wrong


def test_secrets_of_messages_come_from_files_and_are_not_printed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JOURNEY_SMTP_PASSWORD_FILE", str(secret_file(tmp_path / "mail", "of the mail")))
    monkeypatch.setenv("JOURNEY_TELEGRAM_TOKEN_FILE", str(secret_file(tmp_path / "bot", "42:of the bot")))
    settings = Settings.load()
    assert settings.smtp_password is not None
    assert settings.smtp_password.get_secret_value() == "of the mail"
    assert "of the" not in repr(settings)


def test_no_secret_anywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JOURNEY_DATA", str(tmp_path))
    refused("secret_missing")


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("secret_short", "short"),
        ("secret_short", GOOD[:31]),
        ("secret_known", "CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET"),
        ("secret_known", "0123456789abcdef0123456789abcdef"),
        ("secret_known", "a" * 40),
    ],
)
@pytest.mark.parametrize("by_file", [False, True])
def test_weak_secret_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str, key: str, by_file: bool
) -> None:
    if by_file:
        monkeypatch.setenv("JOURNEY_SECRET_KEY_FILE", str(secret_file(tmp_path / "key", key)))
    else:
        monkeypatch.setenv("JOURNEY_SECRET_KEY", key)
    refused(code)


def test_secret_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JOURNEY_SECRET_KEY_FILE", str(secret_file(tmp_path / "key")))
    assert Settings.load().signing_key() == GOOD


def test_secret_of_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JOURNEY_DATA", str(tmp_path))
    secret_file(tmp_path / "secret.key")
    assert Settings.load().signing_key() == GOOD


def test_both_secret_and_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JOURNEY_SECRET_KEY", GOOD)
    monkeypatch.setenv("JOURNEY_SECRET_KEY_FILE", str(secret_file(tmp_path / "key")))
    refused("setting_wrong")


def test_secret_that_all_accounts_may_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JOURNEY_SECRET_KEY_FILE", str(secret_file(tmp_path / "key", mode=0o644)))
    refused("secret_open")


def test_secret_file_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JOURNEY_SECRET_KEY_FILE", str(tmp_path / "none"))
    refused("secret_unreadable")


def test_secret_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNEY_SECRET_KEY", GOOD)
    assert GOOD not in repr(Settings.load())


def test_operations_manual_lists_every_setting_with_its_default() -> None:
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(JOURNEY_\w+)` \| ([^|]*) \|", manual, re.MULTILINE))
    fields = {PREFIX + name.upper(): field for name, field in Settings.model_fields.items()}
    assert set(rows) == set(fields)
    for name, field in fields.items():
        shown = "" if field.default is None else f"`{field.default}`"
        assert rows[name].strip() == shown, name
        assert field.description, name
        assert field.description in manual, name
