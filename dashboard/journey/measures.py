"""The library of measures: what to do at a stage about a problem, ours and the engagement's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from dashboard.i18n.words import Words
from dashboard.journey.channels import CHANNELS
from dashboard.journey.measures_shipped import PROBLEMS, PROPOSALS, Proposal
from dashboard.journey.stages import Phase, StageModel

LANGUAGES = ("en", "ru")
MOMENTS: Mapping[
    str, tuple[Phase, tuple[str, ...]]
] = {  # what the customer is about -> its stage in each model
    "attention": (Phase.LEAD, ("awareness", "initial_consideration", "information_search")),
    "interest": (Phase.LEAD, ("interest", "initial_consideration", "consideration", "information_search")),
    "desire": (Phase.LEAD, ("desire", "active_evaluation", "consideration", "information_search")),
    "study": (Phase.LEAD, ("study", "active_evaluation", "consideration", "evaluation_of_alternatives")),
    "comparison": (Phase.LEAD, ("comparison", "active_evaluation", "decision", "evaluation_of_alternatives")),
    "decision": (Phase.LEAD, ("decision", "comparison", "active_evaluation", "evaluation_of_alternatives")),
    "deal": (Phase.DEAL, ("purchase", "action")),
    "service": (Phase.REPEAT, ("satisfaction", "experience", "post_purchase", "use")),
    "return": (Phase.REPEAT, ("repeat_purchase", "trigger", "post_purchase", "use")),
    "curiosity": (Phase.REPEAT, ("curiosity", "trigger", "post_purchase", "use")),
    "loyalty": (Phase.REPEAT, ("loyalty", "loyalty_loop", "post_purchase", "use")),
    "advocacy": (Phase.REPEAT, ("recommendation", "loyalty_loop", "post_purchase", "feedback")),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure as an engagement has it.

    Attributes:
        key: of ours, or of its own.
        stage: key of a stage of its model; empty = any stage of the phase.
        channel: where it happens, a key of `CHANNELS`; empty = anywhere.
        problem, name: in both languages.
        own: the engagement's people have written it.
        hidden: it is not proposed here.
        version: grows with each change; 0 = as it ships.
    """

    key: str
    phase: Phase
    stage: str
    channel: str
    problem: Mapping[str, str] = field(hash=False)
    name: Mapping[str, str] = field(hash=False)
    own: bool = False
    hidden: bool = False
    version: int = 0

    @property
    def problem_key(self) -> str:
        """What says in an address which problem is meant: its English name."""
        return self.problem["en"]

    def of_stage(self, model: StageModel, stage: str) -> bool:
        """True where it helps at a stage of the model."""
        if stage not in model.keys:
            return False
        return self.stage == stage or (not self.stage and self.phase is model.stage(stage).phase)

    def says(self, text: str) -> bool:
        """True where every word of a search stands in its name, its problem or its channel, in either language."""
        channel = CHANNELS[self.channel].names if self.channel in CHANNELS else {}
        told = " ".join((*self.name.values(), *self.problem.values(), *channel.values())).casefold()
        return all(word in told for word in text.casefold().split())


def shipped(model: StageModel) -> tuple[Measure, ...]:
    """Our measures at the stages of a model; at any stage of the phase where it has none for their moment."""
    return tuple(
        Measure(
            proposal.key,
            MOMENTS[proposal.moment][0],
            _stage_of(model, proposal),
            proposal.channel,
            _both(PROBLEMS[proposal.problem]),
            _both(proposal.name),
        )
        for proposal in PROPOSALS
    )


def suggested(
    measures: Iterable[Measure], model: StageModel, stage: str, problem: str | None = None
) -> tuple[Measure, ...]:
    """What to propose for a stage: those of the problem first, then those of this very stage.

    Args:
        measures: the engagement's library.
        stage: key of a stage; an unknown one has no proposals.
        problem: English name of a problem.
    """
    fitting = [one for one in measures if not one.hidden and one.of_stage(model, stage)]
    return tuple(sorted(fitting, key=lambda one: (one.problem_key != problem, one.stage != stage)))


def problems_of(measures: Iterable[Measure]) -> tuple[Mapping[str, str], ...]:
    """Every problem that the measures mend, once, in their order."""
    return tuple({one.problem_key: one.problem for one in measures}.values())


@cache
def _both(text: str) -> Mapping[str, str]:
    return {language: Words(language)(text) for language in LANGUAGES}


def _stage_of(model: StageModel, proposal: Proposal) -> str:
    phase, keys = MOMENTS[proposal.moment]
    return next((key for key in keys if key in model.keys and model.stage(key).phase is phase), "")
