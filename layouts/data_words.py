"""How the import calls things: what a row is, what a column can be, what is being done."""

from __future__ import annotations

from dashboard.i18n.words import Words, msgid

KINDS = {
    "deals": msgid("Deals of a CRM"),
    "history": msgid("Changes of deals' statuses"),
    "events": msgid("Events"),
    "orders": msgid("Orders"),
    "visits": msgid("Visits of a site"),
    "survey": msgid("Survey answers"),
    "costs": msgid("Costs"),
}

ROLES = {
    "": msgid("Do not import"),
    "deal": msgid("Deal number"),
    "order": msgid("Order number"),
    "customer": msgid("Customer"),
    "company": msgid("Company"),
    "phone": msgid("Phone"),
    "email": msgid("E-mail"),
    "client_id": msgid("Client id of web analytics"),
    "status": msgid("Journey stage"),
    "created": msgid("Created"),
    "changed": msgid("Changed"),
    "closed": msgid("Closed"),
    "at": msgid("Date and time"),
    "amount": msgid("Amount"),
    "currency": msgid("Currency"),
    "pipeline": msgid("Pipeline"),
    "channel": msgid("Channel"),
    "touchpoint": msgid("Touchpoint"),
    "manager": msgid("Manager"),
    "product": msgid("Product"),
    "quantity": msgid("Quantity"),
    "price": msgid("Price"),
    "cogs": msgid("Cost of goods"),
    "reason": msgid("Reason of refusal"),
    "segment": msgid("Segment"),
    "attribute": msgid("Attribute of the customer"),
    "visit": msgid("Visit number"),
    "refund_of": msgid("Refund of order"),
    "sentiment": msgid("Mood, −1 to 1"),
    "cost": msgid("Cost of the contact"),
    "respondent": msgid("Respondent"),
    "metric": msgid("Question"),
    "score": msgid("Score"),
    "weight": msgid("Weight"),
    "importance": msgid("Importance"),
    "satisfaction": msgid("Satisfaction"),
    "text": msgid("Text of the answer"),
}

_PARTS = {
    "copy": msgid("Copying the data that are in already"),
    "rebuild": msgid("Building journeys, deals and segments"),
    "write": msgid("Writing"),
    "done": msgid("Writing"),
}


def kind_name(words: Words, kind: str) -> str:
    """What one row of a file is."""
    return words(KINDS[kind])


def role_name(words: Words, role: str) -> str:
    """What a column can be."""
    return words(ROLES[role])


def part_name(words: Words, part: str) -> str:
    """What a running task does; a file is called by its name."""
    return words(_PARTS[part]) if part in _PARTS else part
