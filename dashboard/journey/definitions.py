"""What every figure of an answer means, in a marketer's words: for "how is this number made" and for tooltips.

One sentence a field. A field that means the same in several answers stands once in `SHARED`; `FIELDS` holds
what a question says differently. The contract behind each sentence is explained in docs/method.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.i18n.words import msgid

QUESTIONS: Mapping[str, str] = {
    "lcpq": msgid("Revenue taken apart: leads × conversion × average check × deals per customer."),
    "funnel": msgid("How many customers who entered in the period reached each stage, and how fast."),
    "heatmap": msgid("What each touchpoint met and brought, by stage and channel."),
    "attribution": msgid(
        "How much of the sales each touchpoint is credited with, by eight models side by side."
    ),
    "weakest": msgid("Which touchpoint of a stage loses most against the average of the stage."),
    "spoil": msgid(
        "How much less customers buy after a negative contact than comparable customers without one."
    ),
    "transitions": msgid("From which stage or touchpoint customers went straight to which."),
    "paths": msgid("Which ways customers took to a deal, how many took each of them and how well it sells."),
    "bottlenecks": msgid(
        "Where a segment converts below its benchmark, and what reaching the benchmark is worth."
    ),
    "bridge": msgid("Which factor explains how much of a change of revenue."),
    "tornado": msgid("What each lever is worth when it moves alone."),
    "whatif": msgid("What revenue becomes if the levers move and all else stays as it is."),
    "retention": msgid("Which share of the new customers of a month bought again, and how soon."),
    "products": msgid("What each segment buys, how much of it, and where that is going."),
    "losses": msgid("Why deals are lost: reasons by stage, in deals, people and money."),
    "health": msgid("How fresh, whole and clean the imported data are, source by source."),
    "sources": msgid("How many leads each channel brought, what they cost and what they bought later."),
}

SHARED: Mapping[str, str] = {
    "segment": msgid("Target group of the customer; no value means everybody under the filter."),
    "stage": msgid("Stage of the journey, by its key."),
    "channel": msgid("Channel of the touchpoint."),
    "touchpoint": msgid("Name of the touchpoint inside its channel."),
    "ci_low": msgid("Lower end of the 95 % interval."),
    "ci_high": msgid("Upper end of the 95 % interval."),
    "average_check": msgid("Revenue divided by the number of deals."),
    "deals": msgid("Deals with an amount above zero after discounts; a refund never lowers their number."),
    "deals_per_buyer": msgid("Deals divided by buyers, over the printed span."),
    "conversion": msgid("Share of those at the first end who reached the other one."),
    "revenue": msgid("Money of deals net of refunds."),
}

FIELDS: Mapping[str, Mapping[str, str]] = {
    "lcpq": {
        "leads": msgid(
            "Customers in play: leads of the period, earlier leads who bought, and direct buyers."
        ),
        "leads_of_period": msgid("Customers with an event of a stage before the deal in the period."),
        "earlier_leads": msgid("Buyers of the period whose lead event lies before it."),
        "direct": msgid("Buyers of the period without any lead event up to its end."),
        "buyers": msgid("Customers with at least one deal in the period."),
        "conversion": msgid("Buyers divided by customers in play; never above one."),
        "conversion_of_leads": msgid("Buyers among the leads of the period, divided by these leads."),
        "new_buyers": msgid("Buyers without a deal before the period."),
        "returning_buyers": msgid("Buyers with a deal before the period."),
        "new_revenue": msgid("Revenue of new buyers."),
        "returning_revenue": msgid("Revenue of returning buyers."),
        "refunds": msgid("Rows that pay money back."),
        "refunded": msgid("Money paid back in the period."),
        "fully_refunded": msgid("Deals that were paid back in full; they stay deals."),
        "zero_deals": msgid("Rows without an amount: no deals."),
        "cost": msgid("Costs of the period."),
        "cpl": msgid("Cost divided by the leads of the period."),
        "cac": msgid("Cost divided by new buyers."),
        "romi": msgid("Revenue times margin minus cost, divided by cost; without a margin on revenue."),
        "no_customer": msgid("Rows and money without a customer: outside every factor."),
    },
    "funnel": {
        "customers": msgid("Customers whose chosen attempt reached the step."),
        "from_previous": msgid("Share of the customers of the step before who reached this one."),
        "from_first": msgid("Share of the customers of the first step who reached this one."),
        "ci_low": msgid("Lower end of the 95 % Wilson interval of the rate from the step before."),
        "ci_high": msgid("Upper end of the 95 % Wilson interval of the rate from the step before."),
        "median_days": msgid("Days from the step before that half of those who came needed at most."),
        "p75_days": msgid("Days from the step before that three of four needed at most."),
        "p90_days": msgid("Days from the step before that nine of ten needed at most."),
        "immature": msgid("Customers whose time to go on is not over at the data end."),
        "amount_entering": msgid(
            "Money of the customers of the step before: of their deals in the pipeline, else revenue of the cohort."
        ),
        "amount_passing": msgid(
            "Money of the customers who reached the step: of their deals in the pipeline, else revenue of the cohort."
        ),
        "bound_low": msgid("Lower bound of an unknown rate: no deal lost at an unknown stage went on."),
        "bound_high": msgid("Upper bound of an unknown rate: every deal lost at an unknown stage went on."),
        "difference": msgid("Rate from the step before, of this group minus that of everybody else."),
        "difference_low": msgid("Lower end of the 95 % Newcombe interval of the difference."),
        "difference_high": msgid("Upper end of the 95 % Newcombe interval of the difference."),
        "p_value": msgid(
            "How often chance alone would make a difference as large, by a two-sided pooled z test."
        ),
        "significant": msgid(
            "True where the difference stands out among all groups and steps; at most one in ten of these is chance."
        ),
    },
    "heatmap": {
        "touches": msgid("Contacts in the period."),
        "customers": msgid("Different customers met here in the period."),
        "progression": msgid(
            "Share of them who reached any later stage within the window; association, not cause."
        ),
        "lift": msgid(
            "Who went on among those met here in the first days of the stage, minus among those not met."
        ),
        "ci_low": msgid("Lower end of the 95 % Newcombe interval of the lift."),
        "ci_high": msgid("Upper end of the 95 % Newcombe interval of the lift."),
        "median_days": msgid("Days to the next stage that half of those who went on needed at most."),
        "sentiment": msgid("Average mood of the contacts, from −1 to 1."),
        "cost": msgid("Money spent here in the period."),
        "revenue": msgid("Revenue credited to the touchpoint by the chosen attribution model."),
        "share": msgid("Share of the stage's customers who were met here."),
        "mature_customers": msgid("Customers behind the progression: their window is over."),
        "lift_customers": msgid("Customers touched in the first days, behind the lift."),
        "lift_others": msgid("Customers not touched in the first days, behind the lift."),
        "timed": msgid("Customers who went on, behind the days."),
        "rated": msgid("Contacts with a mood, behind the average."),
        "nps": msgid("Share of answers 9–10 minus share of 0–6, from −100 to 100."),
        "nps_answers": msgid("Latest answers of different respondents, behind the NPS."),
        "nps_rejected": msgid("Answers that are no whole number from 0 to 10: the NPS leaves them out."),
        "score": msgid("Opinion of the touchpoint from 0 to 100, pulled towards the average of its stage."),
        "score_answers": msgid("Answers and contacts behind the score."),
        "exit_share": msgid(
            "Of the customers who stopped in the stage, the share whose last touch was here."
        ),
        "stopped": msgid("Customers who stopped in the stage."),
        "removal": msgid("Share of sales that would be lost if nobody passed here."),
        "cost_per_progression": msgid("Cost for each customer who went on."),
    },
    "weakest": {
        "customers": msgid("Different customers met here in the period."),
        "progression": msgid(
            "Share of them who reached any later stage within the window; association, not cause."
        ),
        "average": msgid("The same share of all customers of the stage."),
        "people": msgid("Customers who would have gone on at the average of the stage."),
        "value": msgid("Revenue per customer who moved on from the stage."),
        "loss": msgid("Missing customers times that value."),
        "score": msgid("Opinion of the touchpoint from 0 to 100, pulled towards the average of its stage."),
        "score_answers": msgid("Answers and contacts behind the score."),
        "weakest_by_money": msgid("This touchpoint loses most money in its stage."),
        "weakest_by_opinion": msgid("This touchpoint has the lowest score of its stage."),
        "lowest_at": msgid("Touchpoint with the lowest score of the journey."),
        "mean_score": msgid("Average of the touchpoints' scores."),
    },
    "spoil": {
        "measure": msgid("What is compared: who bought, or who bought again."),
        "effect": msgid("Share after a negative contact minus share of comparable customers without one."),
        "negative": msgid("Customers with a negative contact."),
        "others": msgid("Comparable customers without one."),
        "low_n": msgid("Fewer than 30 customers on a side: the sample is too small."),
    },
    "attribution": {
        **{
            f"{model}{unit}": text
            for model, text in {
                "first": msgid("All credit to the first touch of the path."),
                "last": msgid("All credit to the last touch of the path."),
                "last_non_direct": msgid("All credit to the last touch that is not direct."),
                "linear": msgid("Equal credit to every touch of the path."),
                "position": msgid("40 % to the first touch, 40 % to the last, 20 % to those between."),
                "time_decay": msgid("Credit halves with every seven days before the deal."),
                "markov": msgid(
                    "Credit by how many sales would be lost if nobody passed here (Markov removal)."
                ),
                "shapley": msgid("Credit by the average contribution over all orders of touches (Shapley)."),
            }.items()
            for unit in ("", "_revenue")
        },
        "removal": msgid("Share of sales that would be lost if nobody passed here."),
        "sales": msgid("First deals of the period, credited as a whole."),
        "lost": msgid("Paths that ended without a deal."),
        "revenue": msgid("All deals and refunds of the period, credited as a whole."),
    },
    "transitions": {
        "from": msgid("Where the customer was."),
        "to": msgid("Where the same customer's next event was."),
        "count": msgid("How often that happened in the period."),
        "median_hours": msgid("Hours between the two that half of the transitions took at most."),
    },
    "paths": {
        "path": msgid("Places in order; several events at one place in a row are one visit."),
        "variants": msgid("Different ways in the row."),
        "customers": msgid("Customers who went this way; each has one journey in the period."),
        "share": msgid("Share of the listed journeys; the rows add up to all of them."),
        "bought": msgid("Journeys with a deal in the period."),
        "stopped": msgid(
            "Journeys without a deal, and without any event in the days of the window afterwards."
        ),
        "open": msgid("Journeys without a deal that went on after the period in time, or still may."),
        "conversion": msgid("Bought divided by customers."),
        "median_days": msgid("Days from the start to the first deal that half of the buyers needed at most."),
        "revenue": msgid("Money of the deals on these journeys."),
        "low_n": msgid("Fewer than 30 customers: too few to judge the way."),
        "links": msgid("All journeys step by step: the first visits, then to their end."),
        "position": msgid("Which visit of the journey the step leads from: 1 is its start."),
        "from": msgid("Where the customers were."),
        "to": msgid("Where they went next, or how their journey ended."),
        "returned": msgid("They had been there before on the same journey."),
    },
    "bottlenecks": {
        "from_stage": msgid("Stage that the customers stand at."),
        "to_stage": msgid("Stage that they should reach next."),
        "customers": msgid("Ripe customers who reached the first stage of the transition."),
        "benchmark": msgid("Rate that the transition is held against."),
        "benchmark_segment": msgid(
            "Segment whose rate it is; no value: the rate of all of them, or a target."
        ),
        "against": msgid("Which kind of benchmark it is."),
        "recoverable": msgid(
            "Money if the transition rose to its benchmark; alternatives, never summed over steps."
        ),
        "low": msgid("Lower end of the 80 % interval of the recoverable money."),
        "high": msgid("Upper end of the 80 % interval of the recoverable money."),
        "probability": msgid("Probability that the benchmark really is above the rate."),
        "proven": msgid(
            "The segment lags behind all others together by more than chance, with all rows looked at together."
        ),
        "gross_loss": msgid(
            "Money that everybody lost at the transition would have brought; never added up."
        ),
        "one_point": msgid("Money of one more point of conversion."),
        "median_days": msgid("Days to go on that half of those who went on needed at most."),
    },
    "bridge": {
        "factor": msgid("Factor of revenue; `path` is what was bought outside the steps of the funnel."),
        "before": msgid("Value of the factor on the side that is compared with."),
        "after": msgid("Value of the factor on the side that is explained."),
        "effect": msgid("Money of the change that the factor explains; the parts add up to the change."),
    },
    "tornado": {
        "lever": msgid("What moves: leads, a transition, average check or deals per buyer."),
        "value": msgid("What the lever is now."),
        "one_point": msgid("Gain of one more point of conversion."),
        "ten_percent": msgid("Gain of ten per cent more."),
        "low": msgid("The least that the lever was in the earlier periods."),
        "high": msgid("The most that the lever was in the earlier periods."),
        "gain_at_low": msgid("Gain with the lever at the least of its own history."),
        "gain_at_high": msgid("Gain with the lever at the most of its own history."),
        "periods": msgid("Earlier periods of equal length that the range is taken from."),
    },
    "whatif": {
        "leads": msgid("Ripe customers at the first step."),
        "outside": msgid("What entrants bought who did not reach the deal step: no lever moves it."),
        "revenue": msgid("Money of the cohort with what was bought outside the funnel."),
        "gain": msgid("Revenue of the scenario minus revenue of the baseline."),
        "gain_low": msgid("Lower end of the 80 % interval of the gain."),
        "gain_high": msgid("Upper end of the 80 % interval of the gain."),
        "gain_low_95": msgid("Lower end of the 95 % interval of the gain."),
        "gain_high_95": msgid("Upper end of the 95 % interval of the gain."),
        "gain_middle": msgid("Half of the draws of the gain lie above, half below."),
    },
    "retention": {
        "month": msgid("Month of the first deal."),
        "deal_no": msgid("Which deal of the customer, in order."),
        "months_since": msgid("Months since the month of the first deal."),
        "customers": msgid("Customers of the cohort, or with a deal of this number."),
        "repeated": msgid("Customers who went on to that deal, or to the next one."),
        "share": msgid("Share of the cohort that reached that deal by then."),
        "gaps": msgid("Time from each deal to the next one, of those who made it."),
        "median_days": msgid("Days to the next deal that half of the repeaters needed at most."),
        "p75_days": msgid("Days to the next deal that three of four repeaters needed at most."),
        "p90_days": msgid("Days to the next deal that nine of ten repeaters needed at most."),
    },
    "products": {
        "product": msgid("Product as the files name it."),
        "deals": msgid("Deals that hold the product."),
        "quantity": msgid("Pieces in these deals."),
        "share": msgid("Share of the revenue of all products."),
        "trend": msgid("Average change of revenue from month to month, over full months."),
        "change": msgid("Revenue minus revenue of the month before."),
        "relative": msgid("The same change as a share of the month before."),
    },
    "losses": {
        "stage": msgid("Stage at which the deal was lost."),
        "reason": msgid("Why, as the files say it."),
        "lost": msgid("Deals that ended lost in the period."),
        "people": msgid("Different customers of these deals."),
        "share": msgid("Share of the lost deals of the same segment and stage."),
        "amount": msgid("What the lost deals were worth."),
        "priced": msgid("Lost deals that say an amount."),
        "won": msgid("Deals that ended won in the period."),
        "loss_rate": msgid("Lost deals divided by lost and won ones."),
    },
    "health": {
        "source": msgid("Name of the source, as its mapping calls it."),
        "kind": msgid("What the rows tell: events, transactions, outcomes, survey answers or costs."),
        "rows": msgid("All imported rows, set aside or not; of a jump, those of its first week."),
        "amount": msgid("Money of these transactions or costs."),
        "first_day": msgid("First day with rows."),
        "last_day": msgid("Last day with rows that are not of the future."),
        "behind": msgid(
            "Days by which the source ends before the one of events or transactions that reaches furthest."
        ),
        "unmapped": msgid("Events with a label that the stage model has no stage for."),
        "ownerless": msgid("Rows without a customer: they stand outside every figure about customers."),
        "backward": msgid(
            "Events out of order: the customer's step before is at a later stage of the same phase. Steps of one "
            "instant, and a new round after a deal, are in order."
        ),
        "future": msgid("Rows after the import or the analysis date: set aside."),
        "gap_count": msgid("Spans without rows that do not fit the weekdays around them."),
        "longest_gap_days": msgid("Days of the longest of these spans."),
        "jump_count": msgid("Times that weekly rows left their usual number by far."),
        "gaps": msgid("Each of these spans, the latest first."),
        "jumps": msgid("Weeks with far more or fewer rows than the eight weeks before them."),
        "unfinished": msgid("Last months and weeks whose data stop before their end."),
        "events_until": msgid("Last day of the furthest source of events."),
        "transactions_until": msgid("Last day of the furthest source of transactions."),
        "ends_apart": msgid("Events and transactions end more than a day apart."),
        "since": msgid("First day of the gap, the week or the month."),
        "last": msgid("Last day of the gap."),
        "missing": msgid("Days of the gap on which rows were to be expected."),
        "days": msgid("Length in days."),
        "weeks": msgid("How many weeks in a row it lasted."),
        "usual": msgid("Median of the eight weeks before."),
        "unit": msgid("Month or week."),
        "day": msgid("Day of the unit at which the data stop, counted from 1."),
    },
    "sources": {
        "channel": msgid("Channel of the first lead event ever."),
        "leads": msgid("Customers whose first lead event ever lies in the period."),
        "share": msgid("Share of all new leads."),
        "cost": msgid("Costs of the channel in the period."),
        "cpl": msgid("Cost for each of these leads."),
        "buyers": msgid("Leads who bought within the horizon."),
        "conversion": msgid("Buyers divided by these leads."),
        "revenue": msgid("What they paid within the horizon, net of refunds."),
        "revenue_per_lead": msgid("Revenue for each lead."),
        "immature": msgid("Leads whose horizon is not over at the data end."),
    },
}


ON_SCREEN: Mapping[str, Mapping[str, str]] = {  # columns of a card's file that no answer of the console has
    "funnel": {
        "alert_value": msgid("The figure of the last closed and ripe period."),
        "alert_base": msgid(
            "What it is held against: its past, another period, a mean, a level or the target."
        ),
        "alert_limit": msgid("Where the rule begins to speak."),
        "alert_money": msgid("Difference to the base, at what a customer of the step is worth."),
        "alert_fired": msgid("Incidents that the rule would have opened in the last year of the data."),
    },
    "whatif": {
        "month_gain": msgid(
            "Gain of the days of the month: gain of a baseline day × ramp-up × share of the money that has come by "
            "then."
        ),
        "total_gain": msgid("The same, added up since the start."),
    },
}

PROGRESS: Mapping[str, str] = {  # beside a figure that has a target
    "target": msgid(
        "What the figure shall be in the period. Revenue of a longer period is the sum of its months; other figures "
        "count customers of several months once, so that they have targets of single months alone."
    ),
    "pace": msgid(
        "Where the figure should stand today: the target times the share that the same days brought a year before, "
        "else in the period before, else the share of days. Ratios have the target itself."
    ),
    "forecast": msgid(
        "Where the period ends if all goes on as so far; a ratio stays where it is. The range holds the end in 80 of "
        "100 cases, of rates in 95."
    ),
    "status": msgid(
        "While the period runs, 5 % more than the pace is ahead and 5 % less is behind. Once it is over, less than the "
        "target is behind."
    ),
}


def meaning(question: str, field: str) -> str | None:
    """The sentence of a field (English, the key of its translation); None where there is none."""
    known = FIELDS.get(question, {}), ON_SCREEN.get(question, {}), SHARED
    return next((fields[field] for fields in known if field in fields), None)
