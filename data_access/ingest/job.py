"""What the importing process is told: plain data that crosses the pipe as JSON, without any secret."""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from dashboard.journey.stages import StageModel
from dashboard.settings import Settings
from data_access.engine import engagement_folder, generation_path


class Delivery(BaseModel):
    """Files to read: the mapping, and the folder that its paths start from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mapping: Path
    folder: Path


class Relabelling(BaseModel):
    """No file is read: the stages alone change.

    Attributes:
        labels: label of a file, or earlier stage -> stage of the new model.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    labels: dict[str, str]


class Separation(BaseModel):
    """No file is read: what somebody says of an identity value changes.

    Attributes:
        apart: the value makes nobody one person from now on; False: it does so again.
        who: login of who says so, or `console`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    value: str
    apart: bool
    who: str


Work = Delivery | Relabelling | Separation


class Job(BaseModel):
    """One import: what is done, to which engagement, as which generation.

    Attributes:
        number: the generation to build; never used before.
        previous: the generation to start from; None for the first.
        now: time of the import (naive UTC); later facts are set aside.
        file_bytes: largest file that the import may write.
        workspace: folder of a check, which builds the generation there and throws it away; None: an import.
    """

    model_config = ConfigDict(frozen=True)

    settings: dict[str, Any]
    work: Work
    import_id: int
    number: int
    previous: int | None
    now: datetime
    engagement: str
    zone: str
    currency: str
    stages: dict[str, Any]
    analysis_date: date | None
    file_bytes: int
    workspace: Path | None = None

    @cached_property
    def limits(self) -> Settings:
        """The settings of the installation, without its secrets; checked once, since every path asks for them."""
        return Settings(**self.settings)

    @property
    def model(self) -> StageModel:
        """The engagement's stages."""
        return StageModel.from_json(self.stages)

    @property
    def home(self) -> Path:
        """Folder in which the file is built: of the engagement's generations, or the check's own."""
        return self.workspace or engagement_folder(self.limits, self.engagement)

    @property
    def unfinished(self) -> Path:
        """The file while it is built."""
        return self.home / f"gen-{self.number}.tmp"

    @property
    def rejected(self) -> Path | None:
        """The CSV file that takes every rejected row; a check keeps the first of them in its report alone."""
        if self.workspace is not None:
            return None
        return rejected_path(self.limits, self.engagement, self.import_id)

    @property
    def finished(self) -> Path:
        """The file when it is whole."""
        return generation_path(self.limits, self.engagement, self.number)


def rejected_path(settings: Settings, engagement: str, import_id: int) -> Path:
    """The CSV file that takes every rejected row of an import."""
    return settings.data / "imports" / engagement / f"rejected-{import_id}.csv"


def without_secrets(settings: Settings) -> dict[str, Any]:
    """The settings as JSON data that an importing process may see."""
    return settings.model_dump(mode="json", exclude={"secret_key", "state_url"})
