"""The administrator's page answers: lists, and acts on people and engagements; each route checks the right itself."""

from __future__ import annotations

from typing import Any

from dash import Dash, Output

from callbacks.services import Services, Visit
from callbacks.settings import delivery, targets, worker
from dashboard.server.posts import post
from data_access.scope import Action, Role, UserRecord, may_manage
from data_access.state import engagements, passwords, users
from layouts.settings import (
    DELIVERY,
    ENGAGEMENTS,
    PEOPLE,
    TARGETS,
    WORKER,
    EngagementRow,
    Ids,
    PersonRow,
    add_engagement_card,
    add_person_card,
    engagements_card,
    people_card,
    tabs,
)


def register(app: Dash, services: Services) -> None:
    """Wire the page and its routes below `/settings`."""
    _wire_people(app, services)
    manager = _manager(services)

    targets.register(app, services)
    delivery.register(app, services)
    shown = {  # tab -> what stands above, what stands below
        TARGETS: (targets.show_targets, targets.show_changes),
        DELIVERY: (delivery.show_delivery, delivery.show_messages),
        WORKER: (worker.show_worker, worker.show_jobs),
    }

    @services.card(app, "settings", Output(Ids.TABS, "children"), action=Action.APPROVE)
    def head(visit: Visit) -> Any:
        return tabs(visit.words, visit.address, tab_of(visit), may_manage=visit.user.may(Action.MANAGE))

    @services.card(app, "settings", Output(Ids.LIST, "children"), action=Action.APPROVE)
    def listed(visit: Visit) -> Any:
        above, _ = shown.get(tab_of(visit), (show_list, show_add))
        return above(services, visit)

    @services.card(app, "settings", Output(Ids.ADD, "children"), action=Action.APPROVE)
    def adding(visit: Visit) -> Any:
        _, below = shown.get(tab_of(visit), (show_list, show_add))
        return below(services, visit)

    @post(
        app.server,
        "/settings/engagements",
        "settings.engagement",
        check=manager,
        name=str,
        key=str,
        currency=str,
        zone=str,
    )
    def add_engagement(wish: dict[str, str]) -> None:
        engagements.add(
            services.state(),
            wish["key"].strip(),
            wish["name"],
            zone=wish["zone"].strip(),
            currency=wish["currency"].strip(),
            actor=manager().login,
        )


def tab_of(visit: Visit) -> str:
    """The open tab, where the person may open it; who manages nobody finds targets and messages alone.

    Raises:
        JourneyError: `no_right` (403).
    """
    said = visit.address.extras.get("tab", "")
    if said == DELIVERY:
        return DELIVERY
    if said == TARGETS or (said not in (ENGAGEMENTS, WORKER) and not visit.user.may(Action.MANAGE)):
        return TARGETS
    may_manage(visit.user)
    if said == WORKER:
        return WORKER
    return ENGAGEMENTS if said == ENGAGEMENTS else PEOPLE


def _manager(services: Services) -> Any:
    return lambda: may_manage(services.viewer())


def _wire_people(app: Dash, services: Services) -> None:
    server, manager = app.server, _manager(services)
    place = "/settings/people"

    @post(
        server,
        place,
        "settings.person",
        check=manager,
        name=str,
        login=str,
        email=str,
        role=str,
        language=str,
        engagements=list,
    )
    def add(wish: dict[str, Any]) -> dict[str, Any]:
        return {"secret": add_person(services, manager(), wish)}

    @post(server, f"{place}/<int:user_id>/password", "settings.password", check=manager)
    def password(_wish: dict[str, Any], user_id: int) -> dict[str, Any]:
        actor, secret = manager().login, passwords.random_password()
        users.set_password(services.state(), user_id, secret, actor=actor)
        return {"secret": secret}

    @post(server, f"{place}/<int:user_id>/disable", "settings.disable", check=manager)
    def disable(_wish: dict[str, Any], user_id: int) -> None:
        users.disable(services.state(), user_id, actor=manager().login)

    @post(server, f"{place}/<int:user_id>/enable", "settings.enable", check=manager)
    def enable(_wish: dict[str, Any], user_id: int) -> None:
        users.enable(services.state(), user_id, actor=manager().login)

    @post(server, f"{place}/<int:user_id>/role", "settings.role", check=manager, role=str)
    def role(wish: dict[str, Any], user_id: int) -> None:
        actor = manager()
        users.set_role(services.state(), user_id, wish["role"], actor=actor.login, actor_id=actor.id)

    @post(server, f"{place}/<int:user_id>/email", "settings.email", check=manager, email=str)
    def email(wish: dict[str, Any], user_id: int) -> None:
        users.set_email(services.state(), user_id, wish["email"], actor=manager().login)

    @post(server, f"{place}/<int:user_id>/engagements", "settings.grants", check=manager, engagements=list)
    def grants(wish: dict[str, Any], user_id: int) -> None:
        actor = manager().login
        engagements.set_grants(services.state(), user_id, map(str, wish["engagements"]), actor=actor)


def add_person(services: Services, manager: UserRecord, wish: dict[str, Any]) -> str:
    """Add a person with a password that the product draws; it is told once and stored as a hash alone."""
    secret = passwords.random_password()
    users.add_user(
        services.state(),
        wish["login"],
        wish["name"],
        wish["role"],
        secret,
        language=wish["language"],
        engagements=map(str, wish["engagements"]),
        email=wish["email"],
        actor=manager.login,
    )
    return secret


def show_list(services: Services, visit: Visit) -> Any:
    """People, or engagements."""
    known = _engagements(services)
    if tab_of(visit) == ENGAGEMENTS:
        return engagements_card(visit.words, known)
    people = [
        PersonRow(
            account.record.id,
            account.record.name,
            account.record.login,
            account.record.role,
            tuple(sorted(account.record.engagements)),
            account.record.role is Role.ADMIN,
            account.disabled,
            account.record.id == visit.user.id,
            account.email,
        )
        for account in users.list_users(services.state())
    ]
    return people_card(visit.words, people, known, tuple(map(str, Role)))


def show_add(services: Services, visit: Visit) -> Any:
    """The form that adds to the open list."""
    if tab_of(visit) == ENGAGEMENTS:
        return add_engagement_card(visit.words, engagements.DEFAULT_CURRENCY, engagements.DEFAULT_ZONE)
    return add_person_card(visit.words, tuple(map(str, Role)), _engagements(services))


def _engagements(services: Services) -> list[EngagementRow]:
    return [
        EngagementRow(one.key, one.name, one.currency, one.zone, len(one.model.stages), one.demo)
        for one in engagements.list(services.state())
    ]
