"""`journey plan`: who does what by when, and where a chain from a bottleneck to a decision is broken."""

from __future__ import annotations

from commands.pages import AsJson, Key, asked, print_json, print_sheet


def plan(engagement: Key, as_json: AsJson = False) -> None:
    """List the actions of an engagement; JSON also tells the chains and what each of them lacks.

    Example: journey plan acme --json
    """
    from callbacks.plan.board import board_sheet  # brings pandas: too slow for every command
    from callbacks.plan.plan_json import plan_json

    services, ask = asked("/plan", engagement)
    if as_json:
        print_json(plan_json(services, ask))
    else:
        print_sheet(board_sheet(services, ask), ask)
