"""Counters of sites: Google Analytics 4 (lines of remarks, 20260314) and Yandex Metrica (lists in brackets)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from tests.exporting.tables import csv_text
from tests.exporting.truth import Expected, Sample, by_month

_STEPS = ("session_start", "view_item", "add_to_cart", "begin_checkout", "purchase")
_WAYS = (
    "google / cpc",
    "google / organic",
    "(direct) / (none)",
    "newsletter / email",
    "vk / social",
    "t.co / referral",
)
_GA_HEAD = (
    *("Event name", "Client ID", "Date", "Session source / medium", "Landing page", "Device category"),
    *("Transaction ID", "Event count", "Purchase revenue"),
)


def ga4_csv() -> Sample:
    """A free-form exploration: remarks above the header, a grand total below it, "(not set)" for nothing."""
    random = Random(541)
    rows: list[tuple[str, ...]] = []
    sales: list[tuple[datetime, Decimal]] = []
    clients = [f"{random.randrange(10**8, 10**9)}.{1_767_000_000 + number * 7_919}" for number in range(70)]
    for client in clients:
        day = datetime(2026, 1, 5) + timedelta(days=random.randrange(80))
        way, device = random.choice(_WAYS), random.choice(("desktop", "mobile"))
        for step in _STEPS[: random.choice((1, 1, 2, 2, 3, 4, 5, 5))]:
            paid = Decimal(random.randrange(50_000, 2_000_000)) / 100 if step == "purchase" else Decimal(0)
            order = f"T-{1_000 + len(sales)}" if paid else "(not set)"
            if paid:
                sales.append((day, paid))
            row = (
                step,
                client,
                f"{day:%Y%m%d}",
                way,
                random.choice(("/", "/catalog", "/sale")),
                device,
                order,
            )
            rows.append((*row, str(random.randrange(1, 4)) if not paid else "1", f"{paid}" if paid else "0"))
    total = sum((money for _, money in sales), Decimal(0))
    remark = "# ----------------------------------------\r\n"
    above = f"{remark}# Demo shop\r\n# Path to purchase-Free form 1\r\n# 20260101-20260331\r\n{remark}\r\n"
    grand = csv_text([("",) * 7 + (str(len(rows)), f"{total}", "Grand total")])
    name = "path-to-purchase-free-form.csv"
    text = above + csv_text([_GA_HEAD]) + grand + csv_text(rows)
    expected = Expected(
        rows={name: len(rows) + 1},
        customers=len(clients),
        deals=len(sales),
        revenue=by_month(sales),
        rejected=1,
    )
    return Sample({name: text.encode()}, {name: "ga4"}, expected)


_METRICA_HEAD = (
    *("ym:s:visitID", "ym:s:counterID", "ym:s:dateTime", "ym:s:date", "ym:s:clientID", "ym:s:isNewUser"),
    *("ym:s:startURL", "ym:s:endURL", "ym:s:pageViews", "ym:s:visitDuration", "ym:s:bounce", "ym:s:goalsID"),
    *("ym:s:goalsDateTime", "ym:s:lastTrafficSource", "ym:s:lastAdvEngine", "ym:s:UTMSource"),
    *("ym:s:regionCity", "ym:s:deviceCategory", "ym:s:purchaseID", "ym:s:purchaseDateTime"),
    *("ym:s:purchaseRevenue", "ym:s:purchaseCurrency"),
)


def metrica_tsv() -> Sample:
    """Visits of the Logs API: tabs, lists in brackets ([], [101,102], ['A-17'], [1250.5])."""
    random = Random(551)
    clients = [str(1_767_000_000_000_000_000 + number * 104_729) for number in range(90)]
    lines: list[tuple[str, ...]] = [_METRICA_HEAD]
    sales: list[tuple[datetime, Decimal]] = []
    for number in range(220):
        at = datetime(2026, 2, 1, 8) + timedelta(
            minutes=random.randrange(85 * 24 * 60), seconds=random.randrange(60)
        )
        client = clients[number] if number < len(clients) else random.choice(clients)
        bought = [
            (f"A-{5_000 + len(sales) + place}", at + timedelta(minutes=7 * place), _price(random))
            for place in range(random.choice((0, 0, 0, 0, 0, 0, 0, 1, 1, 2)))
        ]
        sales += [(moment, price) for _, moment, price in bought]
        goals = [
            goal for goal, share in ((300_101, 0.3), (300_102, 0.15)) if random.random() < share or bought
        ]
        source = random.choice(
            ("ad", "organic", "direct", "social", "email", "referral", "messenger", "internal")
        )
        lines.append(
            (
                *(
                    str(5_400_000_000_000_000_000 + number * 15_485_863),
                    "90000001",
                    f"{at:%Y-%m-%d %H:%M:%S}",
                ),
                *(
                    f"{at:%Y-%m-%d}",
                    client,
                    str(int(number < len(clients))),
                    "https://shop.example.com/?utm=1",
                ),
                *(
                    "https://shop.example.com/cart",
                    str(random.randrange(1, 14)),
                    str(random.randrange(5, 900)),
                ),
                *(str(int(random.random() < 0.2)), _listed(map(str, goals))),
                _listed(repr(f"{at:%Y-%m-%d %H:%M:%S}") for _ in goals),
                *(source, "ya_direct" if source == "ad" else "", "yandex" if source == "ad" else ""),
                *(random.choice(("Москва", "Самара", "Пермь")), random.choice(("1", "2"))),
                _listed(repr(order) for order, _, _ in bought),
                _listed(repr(f"{moment:%Y-%m-%d %H:%M:%S}") for _, moment, _ in bought),
                _listed(f"{price.normalize():f}" for _, _, price in bought),
                _listed("'RUB'" for _ in bought),
            )
        )
    name = "metrica_visits.tsv"
    text = "".join("\t".join(line) + "\n" for line in lines)
    expected = Expected(
        rows={name: len(lines) - 1}, customers=len(clients), deals=len(sales), revenue=by_month(sales)
    )
    return Sample({name: text.encode()}, {name: "metrica"}, expected)


def _price(random: Random) -> Decimal:
    return Decimal(random.randrange(50_000, 900_000)) / 100


def _listed(words: Iterable[str]) -> str:
    """A list as the Logs API writes it."""
    return f"[{','.join(words)}]"
