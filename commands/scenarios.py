"""`journey scenarios`, `journey ledger`: kept what-ifs, and what became of those that were approved."""

from __future__ import annotations

from commands.pages import AsJson, Key, asked, print_json, print_sheet

_PATH = "/whatif"


def scenarios(engagement: Key, as_json: AsJson = False) -> None:
    """List the scenarios of an engagement with their figures by the data of now.

    Example: journey scenarios acme
    """
    from callbacks.whatif.scenario_json import scenarios_json  # brings pandas: too slow for every command
    from callbacks.whatif.scenario_sheets import scenarios_sheet

    services, ask = asked(_PATH, engagement)
    if as_json:
        print_json(scenarios_json(services, ask))
    else:
        print_sheet(scenarios_sheet(services, ask), ask)


def ledger(engagement: Key, as_json: AsJson = False) -> None:
    """Hold every approved forecast against what came true, step by step.

    JSON also tells how much of the next lift to expect.

    Example: journey ledger acme --json
    """
    from callbacks.whatif.scenario_json import ledger_json
    from callbacks.whatif.scenario_sheets import ledger_sheet

    services, ask = asked(_PATH, engagement)
    if as_json:
        print_json(ledger_json(services, ask))
    else:
        print_sheet(ledger_sheet(services, ask), ask)
