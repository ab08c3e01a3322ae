"""A mapping on its way: what each column of the uploaded files means, as a person can change it step by step.

`mapping_of` (data_access/ingest/recognise/build.py) turns it into the file of MAPPING.md; nothing else does.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from dashboard.journey.stages import StageModel, custom, preset
from data_access.ingest.mapping import Options

Kind = Literal["deals", "history", "events", "orders", "visits", "survey", "costs"]
NOT_IMPORTED = ""  # role of a column that stays outside


class SourceDraft(BaseModel):
    """One file and what its columns mean.

    Attributes:
        name: of the source; a later export of the same table has the same.
        file: name of the uploaded file.
        kind: what one row is.
        preset: key of the recognised export format; None: recognised column by column.
        confidence: 0..1, of the kind.
        roles: column -> role (`roles.ROLES`), or `NOT_IMPORTED`; every column of the file stands here.
        certain: column -> 0..1, how sure the recognition of its role is; 1 once a person has chosen.
        stages: label of the status column -> stage, or `unmapped`; every label of the file.
        channels: label of the channel column -> channel, or `unmapped`; every label of the file.
        won, lost: labels of the status column that end a deal.
        date_formats: column -> pattern of its dates, where the importer needs one.
        date_choices: column -> patterns of which a person has to choose one.
        unclear_numbers: columns whose decimal sign a person has to choose.
        separators: column -> sign between several phones, e-mail addresses or ids of one cell.
        lines: a deal or an order stands on several rows, one for each product.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    file: str
    kind: Kind
    preset: str | None = None
    confidence: float = 0.0
    options: Options = Options()
    roles: dict[str, str] = Field(default_factory=dict)
    certain: dict[str, float] = Field(default_factory=dict)
    stages: dict[str, str] = Field(default_factory=dict)
    channels: dict[str, str] = Field(default_factory=dict)
    won: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    date_formats: dict[str, str] = Field(default_factory=dict)
    date_choices: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    unclear_numbers: tuple[str, ...] = ()
    separators: dict[str, str] = Field(default_factory=dict)
    lines: bool = False

    def column(self, role: str) -> str | None:
        """The first column with a role, in the order of the file."""
        return next(iter(self.columns(role)), None)

    def columns(self, role: str) -> tuple[str, ...]:
        """Every column with a role, in the order of the file."""
        return tuple(column for column, given in self.roles.items() if given == role)


class Draft(BaseModel):
    """A whole mapping on its way.

    Attributes:
        timezone, currency: of the engagement, or what the files suggest where it has no data yet.
        stages: key of a preset of stages, or the engagement's own list as the mapping writes it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    engagement: str
    timezone: str
    currency: str
    stages: str | tuple[dict, ...]
    sources: tuple[SourceDraft, ...]

    @property
    def model(self) -> StageModel:
        """The stages that the labels go to.

        Raises:
            JourneyError: what is wrong with the stages.
        """
        return preset(self.stages) if isinstance(self.stages, str) else custom(self.stages)
