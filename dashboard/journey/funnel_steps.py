"""Which steps a funnel asks for, which of them can be walked, and which must be met."""

from __future__ import annotations

from dashboard.errors import JourneyError
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery, Mode


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
