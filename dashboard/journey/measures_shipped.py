"""Measures that ship with the product: what a seasoned consultant proposes for a stage and a problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.i18n.words import msgid

PROBLEMS: Mapping[str, str] = {  # key -> what it is called (English, the key of its translation)
    "unnoticed": msgid("Few people notice the brand"),
    "wrong_people": msgid("The wrong people come"),
    "unclear_value": msgid("The value is not clear"),
    "no_trust": msgid("There is no trust yet"),
    "slow_answer": msgid("The answer comes late"),
    "lost_handover": msgid("Leads are lost at the hand-over"),
    "hard_to_choose": msgid("It is hard to compare and choose"),
    "no_reminder": msgid("Nobody reminds"),
    "price_shock": msgid("The price is a surprise"),
    "fear_of_mistake": msgid("Fear of a wrong choice"),
    "clumsy_purchase": msgid("Buying takes too many steps"),
    "small_basket": msgid("Baskets are small"),
    "bad_delivery": msgid("Delivery disappoints"),
    "hard_to_start": msgid("The first use is hard"),
    "bad_service": msgid("The service disappoints"),
    "no_reason_to_return": msgid("There is no reason to return"),
    "hard_to_reorder": msgid("Ordering again takes effort"),
    "silent_leaving": msgid("Customers leave in silence"),
    "no_referral": msgid("Nobody recommends the brand"),
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """One thing to do.

    Attributes:
        key: stable word in addresses and in the state database.
        moment: a key of `dashboard.journey.measures.MOMENTS`: what the customer is about, in any stage model.
        problem: a key of `PROBLEMS`.
        channel: a key of `dashboard.journey.channels.CHANNELS`; empty = none of them.
        name: what to do (English, the key of its translation).
    """

    key: str
    moment: str
    problem: str
    channel: str
    name: str


def _for(moment: str, problem: str, **ways: tuple[str, str]) -> tuple[Proposal, ...]:
    """Ways to mend a problem of a moment: key -> channel and name."""
    return tuple(Proposal(key, moment, problem, channel, name) for key, (channel, name) in ways.items())


PROPOSALS: tuple[Proposal, ...] = (
    *_for(
        "attention",
        "unnoticed",
        search_questions=("site", msgid("Publish answers to the questions that people type into search")),
        partner_shelf=("store", msgid("Be present at partners whose customers need us next")),
        maps_profile=(
            "",
            msgid("Keep profiles in maps and directories complete: photos, hours, answers to reviews"),
        ),
    ),
    *_for(
        "attention",
        "wrong_people",
        look_alike=("ads", msgid("Aim ads at look-alikes of the buyers with the highest repeat rate")),
        stop_words=("ads", msgid("Cut queries and placements that bring visits without leads")),
        ad_says_price=("ads", msgid("Say in the ad for whom the offer is and from which price")),
    ),
    *_for(
        "interest",
        "unclear_value",
        first_screen=("site", msgid("Say on the first screen what it is, for whom and what it gives")),
        page_per_job=("site", msgid("Make a landing page for each job of the customer")),
        one_message=("ads", msgid("Let the page go on with the words of the ad")),
        short_video=("social", msgid("Show the result in a video of one minute")),
    ),
    *_for(
        "desire",
        "no_trust",
        reviews_beside=("site", msgid("Show reviews of people like the visitor beside the offer")),
        case_with_numbers=("site", msgid("Show cases with figures: before, after, how long it took")),
        live_demo=("event", msgid("Let people touch the product: demo day, test drive, sample")),
        expert_talk=("conference", msgid("Let an expert speak, not a seller, and collect the questions")),
    ),
    *_for(
        "study",
        "slow_answer",
        call_back_5=("contact_centre", msgid("Call back within 5 minutes of the request")),
        answer_by_hour=(
            "messenger",
            msgid("Answer messengers within 10 minutes, at night by a bot that asks for the number"),
        ),
        missed_calls=("contact_centre", msgid("Call back every missed call within the hour")),
    ),
    *_for(
        "study",
        "lost_handover",
        one_owner=("manager", msgid("Give each lead one owner and a next step with a date")),
        full_card=("manager", msgid("Hand leads over with the whole story: source, question, promise")),
        warm_transfer=(
            "contact_centre",
            msgid("Connect the caller to the specialist at once instead of “we will call you”"),
        ),
        book_a_visit=(
            "contact_centre",
            msgid("Book a time at the store during the call and confirm it by message"),
        ),
    ),
    *_for(
        "comparison",
        "hard_to_choose",
        compare_table=("site", msgid("Compare variants in one table with the recommended one marked")),
        picker=("site", msgid("Offer a picker: five questions, two suggestions")),
        three_packages=("manager", msgid("Offer three packages instead of a long price list")),
    ),
    *_for(
        "comparison",
        "price_shock",
        price_early=("site", msgid("Name the full price early: delivery, set-up and fees included")),
        price_reason=("manager", msgid("Explain the price by the customer's own gain")),
    ),
    *_for(
        "comparison",
        "no_reminder",
        saved_choice=("email", msgid("Send the viewed goods and the answer to the main doubt the next day")),
        follow_up_plan=(
            "manager",
            msgid("Contact each open offer on day 1, 3 and 7, each time with something new"),
        ),
        retarget_stage=("ads", msgid("Show those who compared another ad than those who only came in")),
    ),
    *_for(
        "decision",
        "fear_of_mistake",
        trial=("site", msgid("Let people try: trial period, fitting, first lesson")),
        guarantee=("site", msgid("Promise a return without questions and say so beside the button")),
    ),
    *_for(
        "deal",
        "no_reminder",
        abandoned_basket=("email", msgid("Remind of the abandoned basket after an hour and after a day")),
        unpaid_bill=("messenger", msgid("Remind of an unpaid bill with a link that pays in one tap")),
    ),
    *_for(
        "deal",
        "clumsy_purchase",
        short_form=("site", msgid("Ask four fields at most and let people buy without an account")),
        all_payments=("site", msgid("Offer the usual payments: card, fast transfer, instalments")),
        sign_remotely=("manager", msgid("Sign contracts remotely, without a visit")),
        store_reserve=("store", msgid("Reserve online, collect at the store in 15 minutes")),
    ),
    *_for(
        "deal",
        "price_shock",
        delivery_before=("site", msgid("Show delivery date and price before the last step")),
        instalments=("store", msgid("Name the monthly payment beside the price")),
    ),
    *_for(
        "deal",
        "small_basket",
        bundle=("site", msgid("Offer what is bought together as one set with a gain")),
        next_threshold=("site", msgid("Show how much is missing to free delivery or a gift")),
        protection=("store", msgid("Offer protection and set-up at the till by a script of two sentences")),
    ),
    *_for(
        "service",
        "bad_delivery",
        delivery_status=("messenger", msgid("Tell each change of the order before the customer asks")),
        delivery_slot=("mobile_app", msgid("Let people choose a slot of two hours and move it")),
    ),
    *_for(
        "service",
        "hard_to_start",
        first_steps=("email", msgid("Send three first steps on the day of the purchase")),
        care_call=("contact_centre", msgid("Call after a week: does everything work, what is missing")),
        setup_help=("service", msgid("Offer the first set-up by a specialist")),
    ),
    *_for(
        "service",
        "bad_service",
        complaint_day=("contact_centre", msgid("Answer a complaint within the day and say how it ended")),
        score_call=("contact_centre", msgid("Call everybody who gave a low score within 24 hours")),
        first_visit_fix=(
            "service",
            msgid("Solve at the first visit: stock of parts, questions asked before"),
        ),
    ),
    *_for(
        "return",
        "no_reminder",
        reminder_cycle=("email", msgid("Remind when the product runs out or the service is due")),
    ),
    *_for(
        "return",
        "no_reason_to_return",
        second_offer=("email", msgid("Give a reason for the second purchase within 30 days of the first")),
        add_on=("mobile_app", msgid("Suggest what fits what was bought, not what is on sale")),
    ),
    *_for(
        "return",
        "hard_to_reorder",
        one_click_again=(
            "mobile_app",
            msgid("Make the reorder one tap: the same goods, address and payment"),
        ),
        subscription=("site", msgid("Offer a subscription for what is bought regularly")),
    ),
    *_for(
        "curiosity",
        "no_reason_to_return",
        news_for_owners=("email", msgid("Show owners new uses and novelties first")),
        club_event=("event", msgid("Invite owners to a closed event or a lesson")),
        trade_in=("store", msgid("Offer to take the old one in exchange when a new model comes")),
    ),
    *_for(
        "loyalty",
        "no_reason_to_return",
        loyalty_levels=(
            "mobile_app",
            msgid("Give regular customers levels with privileges, not only discounts"),
        ),
    ),
    *_for(
        "loyalty",
        "silent_leaving",
        win_back=("contact_centre", msgid("Call those who missed their usual date and ask for the reason")),
        leaving_signal=(
            "manager",
            msgid("Watch for signs of leaving: fewer visits, a complaint, a low score"),
        ),
        account_review=("manager", msgid("Review results with key customers each quarter")),
    ),
    *_for(
        "advocacy",
        "no_referral",
        ask_after_joy=(
            "messenger",
            msgid("Ask for a review right after a good experience, with a direct link"),
        ),
        bring_a_friend=("mobile_app", msgid("Thank both: the one who recommends and the friend")),
        story_of_customer=("social", msgid("Tell customers' stories with their permission and their face")),
    ),
)
