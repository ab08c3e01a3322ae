"""From findings to one of five words, by rules that were fixed before anybody looked.

- **confirmed**: the limit of the look is passed upwards, the action was registered before its start, the method's check
  is passed and the other method, where there is one, does not contradict. Where the groups moved apart before the
  start, so that the series speaks, the difference has to show the same by a single look.
- **likely**: better than chance, but one of these is missing; or somebody who looks only once would call it an effect.
- **harmful**: the limit of the look is passed downwards and nothing contradicts.
- **no effect**: the interval leaves out everything from the least detectable effect on, and the promised one.
- **cannot tell**: everything else.
"""

from __future__ import annotations

from math import copysign

from dashboard.analytics.effect import EffectPlan, Finding, Method, Verdict, Why
from dashboard.analytics.effect_limits import ONE_LOOK


def choose(findings: tuple[Finding, ...]) -> Finding | None:
    """The method that speaks: the difference, unless its check failed and the series passed its own."""
    ranked = sorted(findings, key=lambda one: (not one.sound, one.method is not Method.DIFFERENCE))
    return ranked[0] if ranked else None


def agree(findings: tuple[Finding, ...]) -> bool | None:
    """Whether the plain intervals of both methods share values; None where there is one method or none."""
    if len(findings) < 2:
        return None
    one, other = findings
    return one.plain_low <= other.plain_high and other.plain_low <= one.plain_high


def judge(
    plan: EffectPlan, findings: tuple[Finding, ...], detectable: float | None
) -> tuple[Verdict, tuple[Why, ...]]:
    """The verdict, and what keeps it from being surer.

    Args:
        detectable: least effect that the whole horizon can tell.
    """
    chosen = choose(findings)
    if chosen is None:
        return Verdict.CANNOT_TELL, ()
    doubts = _doubts(chosen, findings)
    late = () if plan.in_advance else (Why.NOT_IN_ADVANCE,)
    if chosen.z >= chosen.limit:
        reasons = (*doubts, *late)
        return (Verdict.LIKELY if reasons else Verdict.CONFIRMED), reasons
    if chosen.z <= -chosen.limit:
        return (Verdict.CANNOT_TELL if doubts else Verdict.HARMFUL), doubts
    if chosen.z >= ONE_LOOK and not doubts:
        return Verdict.LIKELY, late
    if detectable is not None and chosen.high < min(detectable, plan.expected) and not doubts:
        return Verdict.NO_EFFECT, ()
    return Verdict.CANNOT_TELL, doubts


def _doubts(chosen: Finding, findings: tuple[Finding, ...]) -> tuple[Why, ...]:
    own = () if chosen.why is None else (chosen.why,)
    apart = (Why.DIFFERENT_PAST,) if any(_left_alone(chosen, one) for one in findings) else ()
    return (*own, *apart, *((Why.DISAGREE,) if agree(findings) is False else ()))


def _left_alone(chosen: Finding, other: Finding) -> bool:
    """The series speaks since the groups moved apart, and the difference does not show the same.

    What drew the groups apart may be a slope of one of them by chance. The series is chosen just then and carries the
    slope on, so that its interval is too narrow: it proves nothing without the other.
    """
    return (
        other.why is Why.DIFFERENT_PAST and chosen is not other and other.z * copysign(1, chosen.z) < ONE_LOOK
    )
