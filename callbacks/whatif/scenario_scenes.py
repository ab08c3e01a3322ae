"""Kept scenarios as scenes: each with its own address, all of them on one cohort where period and filters agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from callbacks.services import Ask, Services
from callbacks.whatif.scene import Scene, scene_of
from dashboard.analytics.lever_link import levers_of
from dashboard.analytics.whatif import WhatIf
from dashboard.errors import JourneyError
from dashboard.journey.address import Address
from data_access.state.scenarios import Scenario


@dataclass(frozen=True, slots=True)
class Standing:
    """A kept scenario beside its baseline, by the data of now.

    Attributes:
        address: of the scenario on /whatif.
        scene, found: None where it cannot be worked out any more: `problem` says why.
    """

    record: Scenario
    address: Address
    scene: Scene | None = None
    found: WhatIf | None = None
    problem: JourneyError | None = None


def ask_of(ask: Ask, search: str) -> Ask:
    """The question of a kept address, asked by this person with this right in these words."""
    address = Address.parse(search).with_(
        engagement=ask.scope.engagement, language=ask.address.language, theme=ask.address.theme
    )
    query, problems = address.query(ask.info)
    return replace(ask, address=address, query=query, problems=problems)


def understood(ask: Ask) -> None:
    """Refuse an address of which a part would be ignored: the rest asks something else than its maker meant.

    Raises:
        JourneyError: `address_value_ignored` and whatever else the address could not say.
    """
    if ask.problems:
        raise ask.problems[0]


def standings(services: Services, ask: Ask, records: Iterable[Scenario]) -> list[Standing]:
    """Every scenario by the data of now; scenarios that ask about the same cohort share it."""
    scenes: dict[object, Scene] = {}
    return [_standing(services, ask_of(ask, record.search), record, scenes) for record in records]


def _standing(services: Services, own: Ask, record: Scenario, scenes: dict[object, Scene]) -> Standing:
    options = frozenset((key, value) for key, value in own.extras.items() if not _is_lever(key))
    key = (own.query, options)
    try:
        understood(own)
        if key not in scenes:
            scenes[key] = scene_of(services, own)
        shared = scenes[key]
        scene = replace(shared, levers=levers_of(own.extras, shared.view.shown))
        found = services.answers.whatif(own.scope, scene.query, scene.levers)
    except JourneyError as error:
        return Standing(record, own.address, problem=error)
    return Standing(record, own.address, scene, found)


def _is_lever(key: str) -> bool:
    return key in ("dL", "dP", "dQ", "seg") or key.startswith("dC.")
