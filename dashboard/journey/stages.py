"""Stage models: the ordered steps of a journey and what each of them drives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dashboard.errors import JourneyError

UNMAPPED = "unmapped"
MAX_STAGES = 20


class Phase(StrEnum):
    """What a stage drives: leads and conversion, the deal, or repeat purchases."""

    LEAD = "lead"
    DEAL = "deal"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the journey.

    Attributes:
        key: stable word in files, URLs and SQL.
        phase: what the stage drives.
        names: full name by language (`en`, `ru`).
        short_names: name for tight places, by language; the full name where missing.
        nth_deal: n where the customer's n-th deal reaches this stage; None elsewhere.
    """

    key: str
    phase: Phase
    names: Mapping[str, str] = field(hash=False)  # a key in a cache is hashed, and mappings cannot be
    short_names: Mapping[str, str] = field(hash=False)
    nth_deal: int | None = None

    def name(self, language: str) -> str:
        """Full name in the language, else in English, else the key."""
        return self.names.get(language) or self.names.get("en") or self.key

    def short_name(self, language: str) -> str:
        """Name for narrow columns and pills."""
        return self.short_names.get(language) or self.name(language)


@dataclass(frozen=True, slots=True)
class StageModel:
    """The stages of one engagement in order; exactly one of them is the deal."""

    stages: tuple[Stage, ...]
    preset: str | None = None

    def __post_init__(self) -> None:
        keys = [stage.key for stage in self.stages]
        deals = [stage.key for stage in self.stages if stage.phase is Phase.DEAL]
        if len(deals) != 1:
            raise JourneyError("stages_need_one_deal", count=len(deals))
        if len(set(keys)) != len(keys) or UNMAPPED in keys:
            raise JourneyError("stage_keys_repeat", keys=", ".join(keys))
        if len(keys) > MAX_STAGES:
            raise JourneyError("too_many_stages", count=len(keys), limit=MAX_STAGES)
        ranks = [list(Phase).index(stage.phase) for stage in self.stages]
        if ranks != sorted(ranks):
            raise JourneyError("stages_out_of_phase_order")

    @property
    def keys(self) -> tuple[str, ...]:
        """Stage keys in order."""
        return tuple(stage.key for stage in self.stages)

    @property
    def deal(self) -> Stage:
        """The stage where money is paid."""
        return next(stage for stage in self.stages if stage.phase is Phase.DEAL)

    @property
    def lead_keys(self) -> tuple[str, ...]:
        """Stages before the deal: an event there makes a customer a lead."""
        return tuple(stage.key for stage in self.stages if stage.phase is Phase.LEAD)

    def order(self, key: str) -> int:
        """Position 1..n of a stage.

        Raises:
            JourneyError: `unknown_stage` with the known keys.
        """
        if key not in self.keys:
            raise JourneyError("unknown_stage", stage=key, known=", ".join(self.keys))
        return self.keys.index(key) + 1

    def stage(self, key: str) -> Stage:
        """The stage with this key (`unknown_stage` where there is none)."""
        return self.stages[self.order(key) - 1]

    def to_json(self) -> dict[str, Any]:
        """Plain form for the state database."""
        return {
            "preset": self.preset,
            "stages": [
                {
                    "key": stage.key,
                    "phase": str(stage.phase),
                    "name": dict(stage.names),
                    "short": dict(stage.short_names),
                    "nth_deal": stage.nth_deal,
                }
                for stage in self.stages
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> StageModel:
        """Read what `to_json` wrote."""
        return cls(
            tuple(
                Stage(
                    item["key"], Phase(item["phase"]), item["name"], item.get("short") or {}, item["nth_deal"]
                )
                for item in data["stages"]
            ),
            data.get("preset"),
        )


def _stage(
    key: str, phase: Phase, english: str, russian: str, short: str = "", nth: int | None = None
) -> Stage:
    names = {"en": english, "ru": russian}
    shorts: dict[str, str] = dict(zip(names, short.split("/"), strict=True)) if short else {}
    return Stage(key, phase, names, shorts, nth)


def _model(preset: str, *stages: Stage) -> StageModel:
    return StageModel(tuple(stages), preset)


_LEAD, _DEAL, _REPEAT = Phase.LEAD, Phase.DEAL, Phase.REPEAT

PRESETS: Mapping[str, StageModel] = {
    "loop6": _model(
        "loop6",
        _stage(
            "initial_consideration",
            _LEAD,
            "Initial consideration",
            "Первичное осмысление",
            "Consider/Осмысление",
        ),
        _stage("active_evaluation", _LEAD, "Active evaluation", "Активная оценка", "Evaluate/Оценка"),
        _stage("purchase", _DEAL, "Purchase", "Сделка"),
        _stage("experience", _REPEAT, "Post-purchase experience", "Постпокупочный опыт", "Experience/Опыт"),
        _stage("trigger", _REPEAT, "Trigger to 2nd purchase", "Триггер ко второй покупке", "Trigger/Триггер"),
        _stage("loyalty_loop", _REPEAT, "Loyalty loop", "Петля лояльности", "Loyalty/Лояльность", 2),
    ),
    "classic5": _model(
        "classic5",
        _stage("awareness", _LEAD, "Awareness", "Осведомлённость"),
        _stage("consideration", _LEAD, "Consideration", "Рассмотрение"),
        _stage("decision", _LEAD, "Decision", "Принятие решения", "Decision/Решение"),
        _stage("purchase", _DEAL, "Purchase", "Покупка"),
        _stage(
            "post_purchase", _REPEAT, "Post-purchase service", "Послепродажное обслуживание", "Service/Сервис"
        ),
    ),
    "goals11": _model(
        "goals11",
        _stage("awareness", _LEAD, "Awareness", "Осознание"),
        _stage("interest", _LEAD, "Interest", "Интерес"),
        _stage("desire", _LEAD, "Desire", "Желание"),
        _stage("study", _LEAD, "Study", "Изучение"),
        _stage("comparison", _LEAD, "Comparison", "Сравнение"),
        _stage("action", _DEAL, "Action", "Действие"),
        _stage("satisfaction", _REPEAT, "Satisfaction", "Удовлетворение"),
        _stage("repeat_purchase", _REPEAT, "Repeat purchase", "Повторная покупка", "Repeat/Повтор", 2),
        _stage("curiosity", _REPEAT, "Curiosity", "Любопытство"),
        _stage("loyalty", _REPEAT, "Loyalty", "Лояльность"),
        _stage("recommendation", _REPEAT, "Recommendation", "Рекомендации"),
    ),
    "search5": _model(
        "search5",
        _stage("information_search", _LEAD, "Information search", "Поиск информации", "Search/Поиск"),
        _stage(
            "evaluation_of_alternatives",
            _LEAD,
            "Evaluation of alternatives",
            "Оценка альтернатив",
            "Evaluate/Оценка",
        ),
        _stage("purchase", _DEAL, "Purchase", "Покупка"),
        _stage("use", _REPEAT, "Use", "Использование"),
        _stage("feedback", _REPEAT, "Feedback", "Обратная связь"),
    ),
}


def preset(name: str) -> StageModel:
    """A ready stage model.

    Raises:
        JourneyError: `unknown_preset` with the known names.
    """
    if name not in PRESETS:
        raise JourneyError("unknown_preset", preset=name, known=", ".join(PRESETS))
    return PRESETS[name]


def custom(items: Iterable[Mapping[str, Any]]) -> StageModel:
    """A model from the mapping file: `key`, `phase`, `name` and optional `reached_by: {transaction: n}`."""
    stages = []
    for item in items:
        name = item.get("name") or item["key"]
        names = name if isinstance(name, Mapping) else {"en": str(name), "ru": str(name)}
        reached = item.get("reached_by") or {}
        stages.append(Stage(str(item["key"]), Phase(item["phase"]), names, {}, reached.get("transaction")))
    return StageModel(tuple(stages))
