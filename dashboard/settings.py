"""Settings of one installation: environment variables `JOURNEY_*`, each with a default and a unit.

A secret may stand in a file: `JOURNEY_SECRET_KEY_FILE=/run/secrets/key` reads `JOURNEY_SECRET_KEY` from there.
docs/operations.md shows this table to operators; a test keeps the two equal.
"""

from __future__ import annotations

import difflib
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from dashboard.errors import JourneyError

PREFIX = "JOURNEY_"
SECRET_LENGTH = 32
_FROM_FILES = ("secret_key", "state_url", "smtp_password", "telegram_token", "metrics_token")
_METRICS_TOKEN_LENGTH = 20
_PUBLIC = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")
_MAILBOX = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
WEBHOOK_HOST = re.compile(  # hooks.example.com, hooks.example.com:8443, internal+http://bus.lan:8080
    r"(?:internal\+(?P<scheme>https?)://)?(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::(?P<port>[0-9]{1,5}))?"
)
_NOT_OURS = frozenset({"JOURNEY_CHROMIUM", "JOURNEY_KILL_AT"})  # of the tests
_KNOWN_SECRETS = (  # of the products around us and of their examples
    "change-me",
    "change_me",
    "changeme",
    "django-insecure",
    "journey-bi",
    "this is my secret",
    "thisisasecret",
    "thisismyscretkey",
    "c292a0a3aa32397cdb050e233733900f",
    "0123456789abcdef",
)
_FEWEST_CHARACTERS = 8  # different ones in a secret


class Settings(BaseSettings):
    """Everything an operator may choose. Made by `Settings.load()`; tests may name fields directly."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    # Where things are
    data: Path = Field(
        default=Path("data"), description="Folder of all data: facts, state, secret key, logs of imports."
    )
    state_url: str | None = Field(
        default=None,
        description="SQLAlchemy address of the state database; by default SQLite in the data folder.",
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description="Signs sessions and forms, at least 32 characters; by default `secret.key` in the data folder, "
        "which `journey init` makes.",
    )
    language: Literal["en", "ru"] = Field(default="en", description="Language of what the console says.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least level that is logged."
    )

    # The web server
    host: str = Field(
        default="127.0.0.1", description="Address to listen on; 0.0.0.0 opens it to the network."
    )
    port: int = Field(default=8050, ge=1, le=65535, description="TCP port to listen on.")
    workers: int = Field(default=2, ge=1, le=4, description="Server processes.")
    threads: int = Field(
        default=32, ge=1, le=64, description="Requests that one server process answers at once."
    )
    questions: int = Field(
        default=2,  # more wait for the interpreter and the cores, and light requests with them
        ge=1,
        le=64,
        description="Questions that one server process works out at once; others wait for a moment, then are asked to "
        "come again.",
    )
    trusted_proxies: int = Field(
        default=0, ge=0, le=5, description="Proxies in front whose X-Forwarded-* headers are believed."
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        description="Opens /metrics for Prometheus (`Authorization: Bearer ...`), at least 20 characters; without it "
        "there is no such path.",
    )
    session_idle_hours: float = Field(
        default=12, gt=0, le=720, description="Hours without a click that end a session."
    )
    session_days: float = Field(default=7, gt=0, le=30, description="Days after sign-in that end a session.")

    # Letters and other messages
    address: str | None = Field(
        default=None,
        description="Where people reach this installation, such as https://journey.example.com; links in messages "
        "begin with it, without it they have none.",
    )
    smtp_host: str | None = Field(default=None, description="Mail server; without one letters wait.")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="TCP port of the mail server.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the way to it is encrypted: `starttls`, `tls` or `none`."
    )
    smtp_user: str | None = Field(default=None, description="Login at the mail server, where it wants one.")
    smtp_password: SecretStr | None = Field(default=None, description="Password at the mail server.")
    smtp_from: str | None = Field(
        default=None,
        validate_default=True,
        description="Address that letters come from, such as reports@example.com; a mail server needs it.",
    )
    webhook_hosts: str | None = Field(
        default=None,
        description="Hosts that webhooks may call, with commas between; without any, none is called.",
    )
    telegram_token: SecretStr | None = Field(
        default=None,
        description="Token of the Telegram bot that writes to chats; without one, none is written to.",
    )

    # What one question may cost
    statement_seconds: float = Field(
        default=10, gt=0, le=600, description="Seconds after which a question is stopped."
    )
    duckdb_memory_mb: int = Field(
        default=1024,
        ge=64,
        description="Megabytes of memory DuckDB may use for one open engagement, of four at most.",
    )
    duckdb_threads: int = Field(
        default=2, ge=1, le=64, description="Threads DuckDB may use in one server process."
    )
    cache_mb: int = Field(
        default=128, ge=0, description="Megabytes of answers that one server process keeps."
    )

    # What one import may cost
    import_memory_mb: int = Field(
        default=1024, ge=256, description="Megabytes of memory DuckDB may use in an import."
    )
    import_file_mb: int = Field(default=2048, ge=1, description="Megabytes of one file as it lies there.")
    import_unpacked_mb: int = Field(default=4096, ge=1, description="Megabytes of one file after unpacking.")
    import_columns: int = Field(default=500, ge=1, description="Columns of one file.")
    import_cells: int = Field(default=10_000_000, ge=1, description="Cells of one spreadsheet.")
    import_cell_kb: int = Field(default=32, ge=1, description="Kilobytes of text in one cell.")

    @field_validator("address")
    @classmethod
    def _public(cls, value: str | None) -> str | None:
        if value is not None and not _PUBLIC.fullmatch(value):
            raise ValueError("not like https://journey.example.com")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < _METRICS_TOKEN_LENGTH:
            raise ValueError(f"shorter than {_METRICS_TOKEN_LENGTH} characters")
        return value

    @field_validator("smtp_from")
    @classmethod
    def _sender(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("smtp_host"):
            raise ValueError("a mail server needs it")
        if value is not None and not _MAILBOX.fullmatch(value):
            raise ValueError("not like reports@example.com")
        return value

    @field_validator("smtp_password")
    @classmethod
    def _under_cover(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None and info.data.get("smtp_security") == "none":
            raise ValueError("it would go unencrypted: choose starttls or tls")
        return value

    @field_validator("webhook_hosts")
    @classmethod
    def _hosts(cls, value: str | None) -> str | None:
        wrong = [one for one in (value or "").split(",") if value and not WEBHOOK_HOST.fullmatch(one.strip())]
        if wrong:
            raise ValueError(f"not a host: {wrong[0].strip()}")
        return value

    @classmethod
    def load(cls) -> Self:
        """The settings of this process's environment.

        Raises:
            JourneyError: `setting_unknown`, `setting_wrong`, `secret_unreadable`, `secret_open`, `secret_short`,
                `secret_known`.
        """
        _refuse_unknown(os.environ, set(cls.model_fields))
        from_files = {name: text for name in _FROM_FILES if (text := _from_file(os.environ, name))}
        try:
            settings = cls(**from_files)  # type: ignore[arg-type]
        except ValidationError as error:
            first = error.errors()[0]
            name = PREFIX + str(first["loc"][0]).upper()
            raise JourneyError("setting_wrong", name=name, reason=first["msg"]) from None
        if settings.secret_key is not None:
            _refuse_weak(settings.secret_key.get_secret_value())
        return settings

    @property
    def secret_path(self) -> Path:
        """Where the secret key lies when no setting names one."""
        return self.data / "secret.key"

    def signing_key(self) -> str:
        """The secret that signs sessions and forms.

        Raises:
            JourneyError: `secret_missing` before `journey init`; `secret_open`, `secret_unreadable`, `secret_short`,
                `secret_known` where it would protect nobody.
        """
        if self.secret_key is not None:
            key = self.secret_key.get_secret_value()
        elif self.secret_path.exists():
            key = read_secret(self.secret_path)
        else:
            raise JourneyError("secret_missing", path=str(self.secret_path))
        _refuse_weak(key)
        return key


def read_secret(path: Path) -> str:
    """The text of a secret file without its closing line break.

    Raises:
        JourneyError: `secret_unreadable`; `secret_open` where every account of the machine may read it.
    """
    try:
        if path.stat().st_mode & stat.S_IROTH:
            raise JourneyError("secret_open", path=str(path))
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise JourneyError("secret_unreadable", path=str(path), reason=reason) from error


def _from_file(environment: Mapping[str, str], name: str) -> str | None:
    variable = PREFIX + name.upper()
    path = environment.get(f"{variable}_FILE")
    if path is None:
        return None
    if variable in environment:
        raise JourneyError("setting_wrong", name=variable, reason=f"{variable}_FILE is set too")
    return read_secret(Path(path))


def _refuse_unknown(environment: Mapping[str, str], fields: set[str]) -> None:
    known = {PREFIX + name.upper() for name in fields} | {
        f"{PREFIX}{name.upper()}_FILE" for name in _FROM_FILES
    }
    for variable in sorted(environment):
        if variable.startswith(PREFIX) and variable not in known | _NOT_OURS:
            nearest = difflib.get_close_matches(variable, sorted(known), n=1, cutoff=0)
            raise JourneyError("setting_unknown", name=variable, nearest=nearest[0])


def _refuse_weak(key: str) -> None:
    if len(key) < SECRET_LENGTH:
        raise JourneyError("secret_short", limit=SECRET_LENGTH)
    plain = key.casefold()
    if len(set(key)) < _FEWEST_CHARACTERS or any(known in plain for known in _KNOWN_SECRETS):
        raise JourneyError("secret_known")
