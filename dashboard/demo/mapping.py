"""The mapping file of the demo: its own tables need one like anybody's."""

from __future__ import annotations

from collections.abc import Collection

from dashboard.demo.plan import CURRENCY, ENGAGEMENT, STAGE_LABELS, ZONE

_TEMPLATE = """\
# The demo company as files: written by `journey demo`, read by `journey import`.
engagement: {engagement}
timezone: {zone}
currency: {currency}
stages: loop6
sources:
  - name: customers
    file: customers.parquet
    row: {{column: customer_id}}
    customer: {{column: customer_id}}
    segment: {{column: segment}}
    attributes:
      region: {{column: region}}
      age: {{column: age, type: integer}}
      sex: {{column: sex}}
  - name: events
    file: events.parquet
    row: {{column: event_id}}
    customer: {{column: customer_id}}
    deal: {{column: deal_id}}
    events:
      - stage: {{column: stage, map: {labels}}}
        at: {{column: at}}
        channel: {{column: channel}}
        touchpoint: {{column: touchpoint}}
        manager: {{column: manager}}
        sentiment: {{column: mood}}
  - name: orders
    file: orders.parquet
    customer: {{column: customer_id}}
    transactions:
      - id: {{column: order_id}}
        at: {{column: at}}
        amount: {{column: amount}}
        amount_per: line
        product: {{column: product}}
        quantity: {{column: quantity}}
        cogs: {{column: cogs}}
        channel: {{column: channel}}
        manager: {{column: manager}}
  - name: costs
    file: costs.parquet
    costs:
      - {{day: {{column: day}}, channel: {{column: channel}}, amount: {{column: amount}}}}
  - name: surveys
    file: surveys.parquet
    customer: {{column: customer_id}}
    surveys:
      - respondent: {{column: customer_id}}
        at: {{column: at}}
        stage: {{column: stage, map: {labels}}}
        channel: {{column: channel}}
        touchpoint: {{column: touchpoint}}
        metric: {{column: metric}}
        score: {{column: score}}
        text: {{column: comment}}
"""
_SOURCE = "  - name: "


def mapping_text(engagement: str = ENGAGEMENT, sources: Collection[str] | None = None) -> str:
    """`mapping.yaml` for the files of `write_demo`.

    Args:
        sources: which of them; all where None.
    """
    labels = ", ".join(f'"{label}": {stage}' for stage, label in STAGE_LABELS.items())
    text = _TEMPLATE.format(engagement=engagement, zone=ZONE, currency=CURRENCY, labels=f"{{{labels}}}")
    head, *parts = text.split(_SOURCE)
    kept = [part for part in parts if sources is None or part.partition("\n")[0] in sources]
    return _SOURCE.join([head, *kept])
