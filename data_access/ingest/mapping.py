"""The mapping file as types: what each source gives, and where its values stand (../shared/docs/MAPPING.md).

Whatever stands in the file and is not known is an error with its place and the nearest known word;
a key of the format that a later version brings is an error that says so.
"""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from dashboard.errors import JourneyError
from dashboard.journey.channels import CHANNELS
from dashboard.journey.stages import PRESETS, UNMAPPED, Phase, StageModel, custom, preset
from data_access.ingest.mapping_errors import for_people
from data_access.ingest.mapping_values import (
    AnyCustomer,
    AnyValue,
    Conditions,
    OutcomeValue,
    Part,
    Value,
    Words,
    known_zone,
)
from data_access.ingest.yaml_text import YamlText, read_yaml

METRICS = ("nps", "csat", "ces", "emotion")
DEFAULT_PRESET = "loop6"


class Item(Part):
    """One thing that a row gives."""

    where: Conditions = ()


class EventItem(Item):
    """A touch: stage and time, and whatever else the row knows about it."""

    stage: AnyValue
    at: AnyValue
    channel: AnyValue | None = None
    touchpoint: AnyValue | None = None
    manager: AnyValue | None = None
    product: AnyValue | None = None
    amount: AnyValue | None = None
    sentiment: AnyValue | None = None
    cost: AnyValue | None = None
    reason: AnyValue | None = None
    attributes: dict[str, AnyValue] = Field(default_factory=dict)


class TransactionItem(Item):
    """A line of a deal: rows with one id on one day are one deal."""

    id: AnyValue | None = None
    at: AnyValue
    amount: AnyValue
    amount_per: Literal["line", "deal"] = "line"
    product: AnyValue | None = None
    quantity: AnyValue | None = None
    cogs: AnyValue | None = None
    channel: AnyValue | None = None
    manager: AnyValue | None = None
    refund_of: AnyValue | None = None


class CostItem(Item):
    """Money spent on a day."""

    day: AnyValue
    amount: AnyValue
    channel: AnyValue | None = None
    segment: AnyValue | None = None
    stage: AnyValue | None = None


class SurveyItem(Item):
    """An answer of a respondent, who may be a customer."""

    at: AnyValue
    metric: AnyValue
    respondent: AnyValue | None = None
    stage: AnyValue | None = None
    channel: AnyValue | None = None
    touchpoint: AnyValue | None = None
    score: AnyValue | None = None
    weight: AnyValue | None = None
    importance: AnyValue | None = None
    satisfaction: AnyValue | None = None
    segment: AnyValue | None = None
    text: AnyValue | None = None


class Options(Part):
    """How a file is written, where the reader is not to find out by itself."""

    encoding: str | None = None
    delimiter: str | None = None
    decimal: Literal[".", ","] | None = None
    sheet: str | None = None
    header_row: int = Field(default=1, ge=1)
    fill_down: Words = ()


class Source(Part):
    """One file (or several of one form) and what its rows give."""

    later = frozenset({"table"})

    name: str = Field(min_length=1)
    file: str
    format: Literal["auto", "csv", "xlsx", "parquet", "html", "json"] = "auto"
    options: Options = Options()
    mode: Literal["append", "snapshot"] = "append"
    row: AnyValue | None = None
    row_repeats: bool = False  # one id on several rows: the lines of a deal, told apart by their order
    where: Conditions = ()
    customer: AnyCustomer | None = None
    identities: dict[str, AnyValue] = Field(default_factory=dict)
    segment: AnyValue | None = None
    attributes: dict[str, AnyValue] = Field(default_factory=dict)
    deal: AnyValue | None = None
    visit: AnyValue | None = None
    outcome: OutcomeValue | None = None
    events: tuple[EventItem, ...] = ()
    transactions: tuple[TransactionItem, ...] = ()
    costs: tuple[CostItem, ...] = ()
    surveys: tuple[SurveyItem, ...] = ()

    @model_validator(mode="after")
    def _gives_something(self) -> Self:
        personal = self.events or self.transactions or self.identities or self.segment or self.attributes
        personal = personal or self.outcome
        if not (personal or self.costs or self.surveys):
            raise PydanticCustomError("mapping_source_gives_nothing", "nothing", {"source": self.name})
        if personal and self.customer is None:
            raise PydanticCustomError("mapping_needs_customer", "customer", {"source": self.name})
        if self.mode == "snapshot" and self.row is None:
            raise PydanticCustomError("mapping_needs_row", "row", {"source": self.name})
        return self

    @property
    def items(self) -> tuple[EventItem | TransactionItem | CostItem | SurveyItem, ...]:
        """Everything that a row may give, in the order of the file."""
        return (*self.events, *self.transactions, *self.costs, *self.surveys)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Every column that the mapping reads, sorted: the mapped row whose hash is the row's key."""
        parts: list[Any] = [self.row, self.customer, self.segment, self.deal, self.visit]
        parts += [*self.identities.values(), *self.attributes.values()]
        if self.outcome is not None:
            parts += [self.outcome, self.outcome.reason, self.outcome.stage_when_lost, self.outcome.at]
        names = {condition.column for condition in self.where}
        for item in self.items:
            names |= {condition.column for condition in item.where}
            for field in type(item).model_fields:
                given = getattr(item, field)
                parts += given.values() if isinstance(given, dict) else [given]
        values = (part for part in parts if isinstance(part, Value))
        return tuple(sorted(names.union(*(value.own_columns for value in values))))


class StageItem(Part):
    """A stage of a model that the file itself writes down."""

    key: str = Field(min_length=1)
    phase: Phase
    name: str | dict[str, str] | None = None
    reached_by: dict[Literal["transaction"], int] | None = None


def _model_of(stages: str | tuple[StageItem, ...]) -> StageModel:
    return preset(stages) if isinstance(stages, str) else custom([stage.model_dump() for stage in stages])


class Mapping(Part):
    """The whole file: engagement, zone, currency, stages and sources."""

    engagement: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")
    timezone: str = "UTC"
    currency: str = Field(default="RUB", pattern=r"^[A-Z]{3}$")
    stages: str | tuple[StageItem, ...] = DEFAULT_PRESET
    sources: tuple[Source, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _bare_words(cls, data: Any) -> Any:
        return _settle_words(data) if isinstance(data, Dictionary) else data

    @field_validator("timezone")
    @classmethod
    def _zone(cls, name: str) -> str:
        return known_zone(name)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [source.name for source in self.sources]
        repeated = [name for name in names if names.count(name) > 1]
        if repeated:
            raise JourneyError("mapping_source_repeats", source=repeated[0])
        _ = self.stage_model  # a wrong model is said even where no constant names a stage
        for source in self.sources:
            for item in source.items:
                self._check_stage(getattr(item, "stage", None))
            if source.outcome is not None:
                self._check_stage(source.outcome.stage_when_lost)
        return self

    @cached_property
    def stage_model(self) -> StageModel:
        """The stages that the file names: a preset, or its own list."""
        return _model_of(self.stages)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of times without one, and of local days."""
        return ZoneInfo(self.timezone)

    def _check_stage(self, value: Value | None) -> None:
        if value is None:
            return
        words = [value.value, value.default, value.empty, *(value.map or {}).values()]
        for word in words:
            if word is not None and word != UNMAPPED:
                self.stage_model.order(word)


class StageFile(Part):
    """Another stage model for an engagement that has data, and where its labels go."""

    stages: str | tuple[StageItem, ...]
    map: dict[str, str] = Field(default_factory=dict)

    @property
    def model(self) -> StageModel:
        """The model that the file names or lists."""
        return _model_of(self.stages)


def read_stage_file(path: Path) -> StageFile:
    """Read a file of `stages` (a preset or a list) and `map` (label or earlier stage -> stage).

    Raises:
        JourneyError: as `read_mapping`.
    """
    text = read_yaml(path)
    try:
        return StageFile.model_validate(text.data)
    except ValidationError as error:
        raise for_people(error.errors(include_url=False)[0], text) from error


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file.

    Raises:
        JourneyError: `no_such_mapping`, `mapping_not_yaml`, `mapping_key_repeats`, `mapping_unknown_key`,
            `mapping_key_later`, `mapping_missing_key`, `mapping_bad_value` and the like, with line and place.
    """
    text = read_yaml(path)
    return parse_mapping(text.data, text)


def parse_mapping(data: Any, text: YamlText | None = None) -> Mapping:
    """A mapping from plain data (`text` gives the lines for messages)."""
    try:
        return Mapping.model_validate(data)
    except ValidationError as error:
        raise for_people(error.errors(include_url=False)[0], text) from error


def _settle_words(data: Dictionary[str, Any]) -> dict[str, Any]:
    """In `stage`, `channel` and `metric` a bare word that is a known key is the constant, else a column."""
    stages = _stage_keys(data.get("stages") or DEFAULT_PRESET)
    known = {"stage": stages, "channel": CHANNELS, "metric": METRICS}

    def settle(item: Any) -> Any:
        if not isinstance(item, Dictionary):
            return item
        words = {name: item[name] for name in known if isinstance(item.get(name), str)}
        settled = {name: {"value" if word in known[name] else "column": word} for name, word in words.items()}
        return {**item, **settled}

    def source(part: Any) -> Any:
        if not isinstance(part, Dictionary):
            return part
        lists = ("events", "transactions", "costs", "surveys")
        given = [name for name in lists if isinstance(part.get(name), list)]
        return {**part, **{name: [settle(item) for item in part[name]] for name in given}}

    sources = data.get("sources")
    if not isinstance(sources, list):
        return dict(data)
    return {**data, "sources": [source(part) for part in sources]}


def _stage_keys(stages: Any) -> tuple[str, ...]:
    """Keys of the stages as far as they can be read; what is wrong with them is said by the models."""
    if isinstance(stages, str):
        return PRESETS[stages].keys if stages in PRESETS else ()
    listed = stages if isinstance(stages, list | tuple) else ()
    return tuple(str(item["key"]) for item in listed if isinstance(item, Dictionary) and "key" in item)
