"""The one table of pages: what is in the menu and what is beside it, where, for whom, and what draws it.

A page is one row here and three files of its feature's name:

- `layouts/<feature>.py` holds `layout(words) -> list`: the page with skeletons, without data, and its `Ids`;
- `callbacks/<feature>.py` holds `register(app, services)`, which `callbacks/__init__.py` calls. Each card is

      @services.card(app, "overview", Output(Ids.HERO, "children"))
      def _(ask: Ask) -> Component:
          return show_hero(services, ask)

  The function runs when the page opens and whenever its address changes, with the rights already checked and the
  address already read: `ask.query`, `ask.info`, `ask.words`, `ask.formats`, `ask.extras["cell"]`,
  `ask.scope` for `services.answers`. A `JourneyError` becomes an error in that card alone.
- `assets/css/50-<feature>.css` where the components' styles are not enough.

Controls of a page are links with another address (`segmented`, `page_link(..., ask.address.with_extras(cell=...))`):
the address is the only state, so Back works and a pasted link shows the same picture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.i18n.words import Words, msgid
from layouts import (
    customer,
    customers,
    data,
    funnel,
    help,
    me,
    monitor,
    overview,
    plan,
    report,
    settings,
    touchpoints,
    wall,
    whatif,
)

FILTERS = ("period", "compare", "segments", "channels")


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes:
        key: name of the feature; also of its files.
        title, short: names in the rail and in the phone's bar.
        icon: a name of `layouts.components.icon`.
        group: heading above it in the rail; None for the first one.
        action: the right that opening it needs (a value of `data_access.scope.Action`).
        layout: the page without its data.
        ignores: filter -> why it changes nothing here; the filter is shown disabled with the reason.
        menu: False for a page that only links of other pages, the person's menu or the finder lead to.
        plain: shows no engagement's data: no filter bar, and its callbacks get a `Visit` instead of an `Ask`.
        tabs: value of `tab` in the address -> the right that this tab needs besides.
    """

    key: str
    title: str
    short: str
    icon: str
    group: str | None
    action: str
    layout: Callable[[Words], list[Any]]
    ignores: Mapping[str, str] = field(default_factory=dict)
    menu: bool = True
    plain: bool = False
    tabs: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where it lives."""
        return f"/{self.key}"


_ANALYSE, _DECIDE = msgid("Analyse"), msgid("Decide")

PAGES: tuple[Page, ...] = (
    Page("overview", msgid("Overview"), msgid("Overview"), "overview", None, "read", overview.layout),
    Page(
        "funnel",
        msgid("Funnels & bottlenecks"),
        msgid("Funnels"),
        "funnel",
        _ANALYSE,
        "read",
        funnel.layout,
    ),
    Page(
        "touchpoints",
        msgid("Touchpoints"),
        msgid("Contacts"),
        "touchpoints",
        _ANALYSE,
        "read",
        touchpoints.layout,
    ),
    Page(
        "whatif",
        msgid("What-if: LCPQ"),
        msgid("What-if"),
        "whatif",
        _DECIDE,
        "simulate",
        whatif.layout,
        {"compare": msgid("A scenario is compared with its own base, not with another period")},
    ),
    Page(
        "plan",
        msgid("Action plan"),
        msgid("Plan"),
        "plan",
        _DECIDE,
        "simulate",
        plan.layout,
        {"compare": msgid("A plan is of one time, it is not compared with another period")},
    ),
    Page(
        "monitor",
        msgid("Effect monitoring"),
        msgid("Impact"),
        "pulse",
        _DECIDE,
        "simulate",
        monitor.layout,
        {"compare": msgid("Effect of an action is measured from its own start, not against another period")},
    ),
    Page(
        "customers",
        msgid("Customers"),
        msgid("Customers"),
        "people",
        None,
        "people",
        customers.layout,
        {"compare": msgid("A list of customers is of one period")},
        menu=False,
    ),
    Page(
        "customer",
        msgid("One customer"),
        msgid("Customer"),
        "people",
        None,
        "people",
        customer.layout,
        dict.fromkeys(FILTERS, msgid("One customer is shown whole, whatever the filters")),
        menu=False,
    ),
    Page(
        "data",
        msgid("Sources & import"),
        msgid("Data"),
        "database",
        msgid("Data"),
        "import",
        data.layout,
        plain=True,
    ),
    Page(
        "settings",
        msgid("Settings"),
        msgid("Settings"),
        "gear",
        msgid("Data"),
        "approve",
        settings.layout,
        plain=True,
        tabs={settings.ENGAGEMENTS: "manage", settings.WORKER: "manage"},
    ),
    Page(
        "report",
        msgid("Report"),
        msgid("Report"),
        "book",
        None,
        "simulate",
        report.layout,
        menu=False,
    ),
    Page(
        "wall",
        msgid("Wall screen"),
        msgid("Wall"),
        "full",
        None,
        "read",
        wall.layout,
        dict.fromkeys(FILTERS, msgid("The wall follows the running period by itself")),
        menu=False,
    ),
    Page("me", msgid("Profile"), msgid("Profile"), "people", None, "read", me.layout, menu=False, plain=True),
    Page(
        "help",
        msgid("Help and glossary"),
        msgid("Help"),
        "info",
        None,
        "read",
        help.layout,
        menu=False,
        plain=True,
    ),
)

HOME: Mapping[str, str] = {  # role -> where it lands
    "executive": "overview",
    "marketer": "funnel",
    "consultant": "plan",
    "admin": "overview",
    "display": "wall",
}


def page_at(path: str | None) -> Page | None:
    """The page that lives at a path, or None."""
    return next((page for page in PAGES if page.path == path), None)


def home(role: str) -> Page:
    """Where a role lands."""
    return next(page for page in PAGES if page.key == HOME[role])


def address_store(page: Page) -> str:
    """Id of the store that holds the page's address while it is open; its cards listen to it."""
    return f"address-{page.key}"
