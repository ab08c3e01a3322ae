"""Exclusions: a stage met between two steps cuts the attempt or takes the customer out (DOMAIN section 4)."""

from __future__ import annotations

from dashboard.journey.funnel_options import Excluded, Exclusion
from dashboard.journey.query import Mode
from tests.oracle.journeys import Item, Person
from tests.oracle.rules import Attempt, Rules


def cut(person: Person, rules: Rules, attempt: Attempt) -> Attempt:
    """The attempt up to the first step of each exclusion that drops and that it met."""
    length = attempt.depth
    for exclusion in rules.query.exclusions:
        if exclusion.action is Excluded.DROP and meets(person, rules, attempt, exclusion):
            length = min(length, rules.keys.index(exclusion.after) + 1)
    kept = attempt.reached[:length]
    while kept[-1] is None:
        kept = kept[:-1]
    return Attempt(attempt.entry, kept)


def meets(person: Person, rules: Rules, attempt: Attempt, exclusion: Exclusion) -> bool:
    """The excluded stage comes after the one step and before the other, or the window's end without it."""
    if exclusion.after not in rules.keys:
        return False

    def step(key: str) -> Item | None:
        index = rules.keys.index(key) if key in rules.keys else attempt.depth
        return attempt.reached[index] if index < attempt.depth else None

    begin, end = step(exclusion.after), step(exclusion.before)
    if begin is None:
        return False
    for place, item in enumerate(person.steps):
        if place <= person.steps.index(begin) or not rules.serves(item, exclusion.stage):
            continue
        if end is not None and place < person.steps.index(end):
            return True
        if end is None and rules.within(attempt.entry, item, rules.query.window_days):
            return True
    return False


def removed(person: Person, rules: Rules, attempt: Attempt) -> bool:
    """An exclusion takes out the customer of this attempt."""
    rules_of = rules.query.exclusions if rules.query.mode in (Mode.ORDERED, Mode.STRICT) else ()
    return any(rule.action is Excluded.REMOVE and meets(person, rules, attempt, rule) for rule in rules_of)
