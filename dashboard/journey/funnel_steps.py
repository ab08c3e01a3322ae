"""Which steps a funnel asks for, which of them can be walked, and which must be met."""

from __future__ import annotations

from dashboard.errors import JourneyError
from dashboard.journey.funnel_options import ATTRIBUTE
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery, Mode, Split


def asked_steps(query: JourneyQuery, info: GenerationInfo) -> tuple[str, ...]:
    """Stage keys in order: the query's, or every stage of the model."""
    return query.stages or info.model.keys


def walked_steps(query: JourneyQuery, info: GenerationInfo) -> tuple[str, ...]:
    """The asked steps that have data: a stage without any is optional, so that nobody stops there.

    In mode `any` a column counts different steps, whichever they are: all stay. So do they where none has data.
    """
    asked = asked_steps(query, info)
    if query.mode is Mode.ANY:
        return asked
    return tuple(key for key in asked if key not in info.stages_without_data) or asked


def required_steps(query: JourneyQuery, info: GenerationInfo) -> tuple[str, ...]:
    """The walked steps that must be met; the deal is one of them also where nobody has bought yet."""
    walked = walked_steps(query, info)
    deal = info.model.deal.key
    return tuple(
        key
        for key in asked_steps(query, info)
        if key == deal or (key in walked and (key not in query.optional or key == walked[0]))
    )


SPLITS = (
    Split.SEGMENT,
    Split.MONTH,
    Split.QUARTER,
    Split.CHANNEL,
    Split.TOUCHPOINT,
    Split.PRODUCT,
    Split.MANAGER,
    Split.CUSTOMER_TYPE,
)
FIELDS = (*(str(split) for split in SPLITS), ATTRIBUTE)


def levels_of(query: JourneyQuery) -> tuple[str, ...]:
    """Fields that the funnel is broken down by, in order: splits, then `attribute:NAME`."""
    splits = tuple(str(split) for split in query.by if split in SPLITS)
    return (*splits, *(f"{ATTRIBUTE}{name}" for name in query.attributes))


def settled(
    query: JourneyQuery, info: GenerationInfo, *, mode_given: bool, window_given: bool
) -> JourneyQuery:
    """The question with what nobody said: `reached` where a source has no stage history, and the window.

    Without a whole window the sum of the step windows stands in where every step has one.
    """
    if not mode_given and not info.has_history:
        query = query.with_(mode=Mode.REACHED, mode_by_data=True)
    days = {window.stage: window.days for window in query.step_windows}
    if not window_given and days and all(key in days for key in walked_steps(query, info)[1:]):
        query = query.with_(window_days=sum(days.values()))
    return query


def check_groups(query: JourneyQuery, info: GenerationInfo) -> None:
    """Refuse breakdowns and filters by what the engagement does not know.

    Raises:
        JourneyError: `too_many_levels` beyond two; `unknown_attribute`, `unknown_step` with the known ones.
    """
    levels = levels_of(query)
    if len(levels) > 2:
        raise JourneyError("too_many_levels", levels=", ".join(levels))
    fields = (*levels, *(rule.field for rule in query.filters))
    for name in (field.removeprefix(ATTRIBUTE) for field in fields if field.startswith(ATTRIBUTE)):
        if name not in info.attributes:
            raise JourneyError("unknown_attribute", attribute=name, known=", ".join(info.attributes[:20]))
    steps = asked_steps(query, info)
    places = [rule.step for rule in query.step_filters if rule.step]
    if query.value_at not in ("first", "last"):
        places.append(query.value_at)
    for name in places:
        if name not in steps:
            raise JourneyError("unknown_step", step=name, known=", ".join(steps))


def check_steps(query: JourneyQuery, info: GenerationInfo) -> None:
    """Refuse options that name what is no step of the funnel, or that no walk could follow.

    Raises:
        JourneyError: `unknown_step` with the steps; `unknown_stage`; `first_step_optional`;
            `first_step_window`; `exclusion_order` where `before` does not follow `after`;
            `exclusion_inside` where the excluded stage is a step between the two.
    """
    steps = asked_steps(query, info)
    named = [*query.optional, *(window.stage for window in query.step_windows)]
    named += [name for exclusion in query.exclusions for name in (exclusion.after, exclusion.before)]
    for name in named:
        if name not in steps:
            raise JourneyError("unknown_step", step=name, known=", ".join(steps))
    if steps[0] in query.optional:
        raise JourneyError("first_step_optional", step=steps[0])
    if any(window.stage == steps[0] for window in query.step_windows):
        raise JourneyError("first_step_window", step=steps[0])
    for exclusion in query.exclusions:
        info.model.order(exclusion.stage)
        first, last = steps.index(exclusion.after), steps.index(exclusion.before)
        if first >= last:
            raise JourneyError("exclusion_order", after=exclusion.after, before=exclusion.before)
        if exclusion.stage in steps[first + 1 : last]:
            raise JourneyError("exclusion_inside", stage=exclusion.stage)
