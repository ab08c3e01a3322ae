"""`journey init`, `engagement` and `user` on a real state database."""

from __future__ import annotations

import io
import json
import stat
from pathlib import Path

import pytest

from dashboard.settings import Settings
from data_access.state import users
from data_access.state.engine import state_engine
from tests.unit.commands.conftest import Journey


def test_init_may_be_repeated_and_keeps_the_key(journey: Journey, data: Path) -> None:
    assert journey("init").code == 0
    first = (data / "secret.key").read_text()
    assert journey("init").code == 0
    assert (data / "secret.key").read_text() == first
    assert len(first.strip()) >= 32
    assert [path.name for path in data.glob("secret*")] == ["secret.key"]


@pytest.mark.parametrize(("name", "mode"), [("", 0o700), ("secret.key", 0o600), ("state.sqlite3", 0o600)])
def test_init_makes_what_others_cannot_read(ready: Journey, data: Path, name: str, mode: int) -> None:
    assert stat.S_IMODE((data / name).stat().st_mode) == mode


def test_init_takes_a_given_secret(journey: Journey, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNEY_SECRET_KEY", "k3V9-qZ0xw7Lr2Tn5Yb8Hd1Fg4Jm6Pc_")
    assert journey("init").code == 0
    assert not (data / "secret.key").exists()


def test_init_says_why_a_folder_cannot_be_made(journey: Journey, data: Path) -> None:
    data.write_text("a file is in the way")
    answer = journey("init")
    assert answer.code == 1
    assert str(data) in answer.err
    assert len(answer.err.splitlines()) == 1


def test_random_password_alone_on_stdout_signs_in(ready: Journey) -> None:
    answer = ready("user", "add", "anna", "--role", "executive")
    password = answer.out.strip()
    assert len(password) == 16
    assert password not in answer.err
    assert _signs_in("anna", password)


def test_password_from_stdin(ready: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    answer = ready("user", "add", "anna", "--role", "executive", "--password-stdin")
    assert (answer.code, answer.out) == (0, "")
    assert _signs_in("anna", "correct horse battery")


def test_new_password_replaces_the_old_one(ready: Journey) -> None:
    old = ready("user", "add", "anna", "--role", "executive").out.strip()
    new = ready("user", "password", "anna").out.strip()
    assert _signs_in("anna", new)
    assert not _signs_in("anna", old)


def test_grants_and_states_are_listed(ready: Journey) -> None:
    ready("engagement", "add", "acme")
    ready("engagement", "add", "beta")
    ready("user", "add", "anna", "--role", "executive", "--engagement", "acme")
    ready("user", "grant", "anna", "beta")
    assert "acme, beta" in _row(ready, "anna")
    ready("user", "revoke", "anna", "acme")
    ready("user", "disable", "anna")
    assert "acme" not in _row(ready, "anna")
    assert _row(ready, "anna").endswith("disabled")
    ready("user", "enable", "anna")
    assert "disabled" not in _row(ready, "anna")


def test_a_role_changes_and_the_last_admin_stays(ready: Journey) -> None:
    ready("user", "add", "anna", "--role", "admin")
    refused = ready("user", "role", "anna", "marketer")
    assert (refused.code, "last administrator" in refused.err) == (1, True)
    ready("user", "add", "boss", "--role", "executive")
    assert ready("user", "role", "boss", "admin").code == 0
    assert ready("user", "role", "anna", "marketer").code == 0
    assert "marketer" in _row(ready, "anna")
    assert ready("user", "role", "anna", "owner").code == 2
    assert ready("user", "role", "nobody", "admin").code == 1


def test_engagements_as_json(ready: Journey) -> None:
    ready(
        "engagement",
        "add",
        "acme",
        "--name",
        "Acme [bold]Retail",
        "--stages",
        "classic5",
        "--zone",
        "Asia/Tokyo",
    )
    assert json.loads(ready("engagement", "list", "--json").out) == [
        {
            "key": "acme",
            "name": "Acme [bold]Retail",
            "stages": "classic5",
            "zone": "Asia/Tokyo",
            "currency": "RUB",
            "margin": None,
            "generation": None,
            "imported_at": None,
        }
    ]
    assert "Acme [bold]Retail" in ready("engagement", "list").out


def test_stages_of_a_preset_and_for_an_engagement(ready: Journey, tmp_path: Path) -> None:
    shown = ready("engagement", "stages", "loop6").out
    assert "initial_consideration" in shown
    assert "Петля лояльности" in shown
    ready("engagement", "add", "acme")
    assert ready("engagement", "stages", "goals11", "--engagement", "acme").code == 0
    assert json.loads(ready("engagement", "list", "--json").out)[0]["stages"] == "goals11"
    path = tmp_path / "stages.yaml"
    path.write_text("stages:\n  - {key: lead, phase: lead}\n  - {key: sale, phase: deal}\n")
    assert "sale" in ready("engagement", "stages", "--file", str(path), "--engagement", "acme").out
    assert "lead" in ready("engagement", "stages", "--engagement", "acme").out
    assert ready("engagement", "stages").code == 2


def _row(journey: Journey, login: str) -> str:
    lines = journey("user", "list").out.splitlines()
    return next(line.strip() for line in lines if line.strip().startswith(login))


def _signs_in(login: str, password: str) -> bool:
    from sqlalchemy import select

    from data_access.state.passwords import fits
    from data_access.state.schema import user

    engine = state_engine(Settings.load())
    assert users.find(engine, login).disabled is False
    with engine.connect() as connection:
        stored = connection.scalar(select(user.c.password_hash).where(user.c.login == login))
    return fits(stored, password)


def test_letters_of_a_person_go_where_the_console_says(ready: Journey) -> None:
    ready("user", "add", "anna", "--role", "executive", "--email", "anna@example.com")
    assert "anna@example.com" in ready("user", "list").out
    assert "anna@new.example.com" in ready("user", "email", "anna", "anna@new.example.com").err
    assert users.find(state_engine(Settings.load()), "anna").email == "anna@new.example.com"
    refused = ready("user", "email", "anna", "anna")
    assert (refused.code, "no e-mail address" in refused.err) == (1, True)
    assert ready("user", "email", "anna", "").code == 0
    assert users.find(state_engine(Settings.load()), "anna").email == ""
