"""Words of the method in one place: the glossary of the help page and of the finder, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.i18n.words import msgid
from dashboard.journey.definitions import PROGRESS


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the method.

    Attributes:
        key: stable word in addresses.
        name: what it is called (English, the key of its translation).
        text: what it means, in one or two sentences.
    """

    key: str
    name: str
    text: str


GLOSSARY: tuple[Term, ...] = (
    Term(
        "stage",
        msgid("Stage"),
        msgid("A part of the customer's journey. The engagement's model names the stages and their order."),
    ),
    Term(
        "initial_consideration",
        msgid("Initial consideration"),
        msgid("The customer notices a need and the first brands come to mind."),
    ),
    Term("active_evaluation", msgid("Active evaluation"), msgid("The customer studies and compares offers.")),
    Term(
        "purchase",
        msgid("Purchase"),
        msgid("The moment at which the customer pays: the deal stage of every model."),
    ),
    Term(
        "experience",
        msgid("Post-purchase experience"),
        msgid("What the customer lives through with the product and the service after the deal."),
    ),
    Term(
        "trigger", msgid("Trigger to 2nd purchase"), msgid("What makes the customer think of buying again.")
    ),
    Term("loyalty", msgid("Loyalty loop"), msgid("Repeat purchases without a new comparison of offers.")),
    Term(
        "touchpoint",
        msgid("Touchpoint"),
        msgid("A place where customer and brand meet: a stage, a channel and a name."),
    ),
    Term(
        "channel",
        msgid("Channel"),
        msgid("Where a contact happens: site, store, contact centre, e-mail and so on."),
    ),
    Term(
        "segment",
        msgid("Segment"),
        msgid("A group of customers with a common need or behaviour; also called target group."),
    ),
    Term(
        "engagement",
        msgid("Engagement"),
        msgid("One client's journey: data, stages, currency and people with access."),
    ),
    Term(
        "lcpq",
        msgid("LCPQ equation"),
        msgid("Revenue = leads × conversion × average check × deals per customer."),
    ),
    Term(
        "leads",
        msgid("L · leads"),
        msgid("Customers in play: leads of the period, earlier leads who bought, and direct buyers."),
    ),
    Term("conversion", msgid("C · conversion to purchase"), msgid("Buyers divided by customers in play.")),
    Term(
        "check",
        msgid("P · average check"),
        msgid("Revenue divided by the number of deals; elsewhere called average order value (AOV)."),
    ),
    Term("frequency", msgid("Q · deals per customer"), msgid("Deals divided by buyers of the span.")),
    Term("step", msgid("Step"), msgid("The way from one stage to the next one.")),
    Term(
        "reached",
        msgid("Reached, entered, lost at the step"),
        msgid("Customers who came to a stage, who stood before the step, and who did not take it."),
    ),
    Term(
        "pace",
        msgid("Median time to step"),
        msgid("Days that half of those who took the step needed at most."),
    ),
    Term(
        "window",
        msgid("Conversion window"),
        msgid("How many days a customer has for going on; later does not count."),
    ),
    Term(
        "ripe",
        msgid("Ripe and not ripe yet"),
        msgid("An entry is ripe once its window is over at the data end; before, it is left out of rates."),
    ),
    Term(
        "bottleneck",
        msgid("Bottleneck"),
        msgid("The step of a segment that costs most money against its benchmark."),
    ),
    Term(
        "weakest",
        msgid("Weakest link"),
        msgid("The touchpoint of a stage that loses most against the average of the stage."),
    ),
    Term(
        "stake",
        msgid("At stake (revenue left on the table)"),
        msgid(
            "Money if the step rose to its benchmark and all else stayed; no forecast, and never added up over steps."
        ),
    ),
    Term(
        "benchmark",
        msgid("Benchmark"),
        msgid(
            "What a step is held against: the best segment, the own best period, the period before, or a target."
        ),
    ),
    Term("target", msgid("Target"), PROGRESS["target"]),
    Term("pace_to_date", msgid("Pace to date"), PROGRESS["pace"]),
    Term("forecast", msgid("Forecast"), PROGRESS["forecast"]),
    Term(
        "interval",
        msgid("Interval and likely range"),
        msgid(
            "Rates carry a 95 % interval. Money carries the likely range: the true figure lies in it in 8 of 10 cases."
        ),
    ),
    Term(
        "low_data",
        msgid("Low data (n < 30)"),
        msgid("Fewer than 30 customers: shown grey, never coloured and never ranked."),
    ),
    Term(
        "score",
        msgid("Score"),
        msgid("What people say of a touchpoint, 0 to 100: experience, brand goal and emotion."),
    ),
    Term(
        "progression",
        msgid("Progression"),
        msgid(
            "Share of those met at a touchpoint who reached a later stage within the window; association, not cause."
        ),
    ),
    Term(
        "whatif",
        msgid("Baseline and scenario"),
        msgid(
            "The baseline is what was measured; a scenario is what revenue becomes if levers move and all else stays."
        ),
    ),
    Term(
        "attribution",
        msgid("Attribution"),
        msgid("How the money of a deal is credited to the touchpoints before it."),
    ),
    Term("cohort", msgid("Cohort"), msgid("Customers who began in the same period, followed over time.")),
    Term(
        "gap",
        msgid("Gap in the data"),
        msgid("Days without rows that the same weekdays around them do not explain."),
    ),
    Term(
        "volume_jump",
        msgid("Jump of volume"),
        msgid(
            "A week whose rows differ by 30 % or more, and far beyond the usual scatter, from the eight weeks before."
        ),
    ),
    Term(
        "out_of_order",
        msgid("Out of order"),
        msgid(
            "An event whose customer's step before is at a later stage of the same phase; a new round after a deal "
            "is in order."
        ),
    ),
    Term(
        "reconciliation",
        msgid("Reconciliation"),
        msgid(
            "Rows and money of a file, month by month, beside what was accepted, known already, left out and rejected."
        ),
    ),
    Term(
        "mix",
        msgid("Mix effect"),
        msgid(
            "The total moves because the segments' weights change, although most segments move the other way."
        ),
    ),
)
