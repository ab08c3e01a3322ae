"""People who do not exist, and what they buy: the same for the same seed, on every machine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

START = datetime(2026, 1, 8, 9, 0)
DAYS = 210


@dataclass(frozen=True)
class Person:
    """Somebody with a phone and an address that nobody has."""

    number: int
    name: str
    company: str = ""

    @property
    def phone(self) -> str:
        """Ten digits behind +7; no such area code is given out."""
        return f"000{self.number:07}"

    @property
    def email(self) -> str:
        """At a domain that is kept for examples."""
        return f"client{self.number}@example.com"


@dataclass(frozen=True)
class Deal:
    """A deal as its CRM knows it today."""

    number: int
    person: Person | None
    manager: str
    source: str
    campaign: str
    created: datetime
    changed: datetime
    closed: datetime | None
    status: str
    won: bool
    lost: bool
    amount: Decimal | None
    reason: str
    products: tuple[tuple[str, int, Decimal], ...] = ()


@dataclass(frozen=True)
class Words:
    """The words of a product's language for what a deal is made of."""

    stages: tuple[str, ...]
    won: str
    lost: str
    sources: tuple[str, ...]
    managers: tuple[str, ...]
    reasons: tuple[str, ...]
    products: tuple[str, ...]
    first: tuple[str, ...]
    last: tuple[str, ...]
    companies: tuple[str, ...]


RUSSIAN = Words(
    stages=(),
    won="",
    lost="",
    sources=(
        "Сайт",
        "Яндекс.Директ",
        "Звонок",
        "Выставка",
        "Рекомендация",
        "Telegram",
        "ВКонтакте",
        "Email-рассылка",
    ),
    managers=("Орлова Анна", "Петров Илья", "Сидоренко Мария"),
    reasons=("Дорого", "Выбрали конкурента", "Нет бюджета", "Не выходит на связь"),
    products=("Кухня «Лира»", "Шкаф-купе", "Комод Норд", "Стол обеденный", "Доставка и сборка"),
    first=(
        "Алексей",
        "Ольга",
        "Ирина",
        "Павел",
        "Наталья",
        "Сергей",
        "Юлия",
        "Михаил",
        "Вера",
        "Тимур",
        "Лев",
        "Зоя",
    ),
    last=("Абрикосов", "Берёзкин", "Ветров", "Громов", "Дубров", "Ежов", "Жуков", "Зимин", "Ильин", "Клёнов"),
    companies=("ООО «Ромашка»", "АО «Северный ветер»", "ИП Лесной", "ООО «Вектор плюс»", "ООО «Дом; сад»"),
)
ENGLISH = Words(
    stages=(),
    won="",
    lost="",
    sources=(
        "Organic Search",
        "Paid Search",
        "Direct Traffic",
        "Email Marketing",
        "Referrals",
        "Offline Sources",
    ),
    managers=("Nora Field", "Sam Brook", "Ada Stone"),
    reasons=("Too expensive", "Chose a competitor", "No budget", "No answer"),
    products=("Starter plan", "Team plan", "Onboarding", "Support"),
    first=(
        "Alice",
        "Bob",
        "Clara",
        "David",
        "Emma",
        "Frank",
        "Grace",
        "Henry",
        "Iris",
        "Jack",
        "Kate",
        "Leo",
    ),
    last=("Appleton", "Birch", "Carter", "Dale", "Elm", "Frost", "Grove", "Hill", "Ivory", "Juniper"),
    companies=("Acme, Inc.", "Northwind Ltd", 'Bright "Star" LLC', "Oak & Sons", "Blue Harbour"),
)


def people(words: Words, count: int, companies: bool = True) -> list[Person]:
    """Different names; every fourth works for a company of its own."""
    found = []
    for number in range(count):
        name = f"{words.first[number % len(words.first)]} {words.last[number // len(words.first)]}"
        company = ""
        if companies and number % 4 == 0:
            place, turn = number // 4 % len(words.companies), number // 4 // len(words.companies)
            company = words.companies[place] + (f" {turn + 1}" if turn else "")
        found.append(Person(number + 1, name, company))
    return found


def deals(random: Random, words: Words, count: int, first: int, whole: bool = False) -> list[Deal]:
    """Deals of two thirds as many people; three deals belong to nobody, two won ones have no budget.

    Args:
        first: number of the first deal.
        whole: every deal has somebody and money.
    """
    known = people(words, count * 2 // 3)
    made = []
    for index in range(count):
        person: Person | None = known[index] if index < len(known) else random.choice(known)
        made.append(_deal(random, words, first + index * 3, person))
    if whole:
        return made
    for index in (11, 37, 53):
        if index < len(known):  # only who has another deal too stays known
            made[index] = replace(made[index], person=None)
    won = [index for index, deal in enumerate(made) if deal.won and deal.person]
    for index in won[3:9:5]:
        made[index] = replace(made[index], amount=None)
    return made


def _deal(random: Random, words: Words, number: int, person: Person | None) -> Deal:
    created = START + timedelta(
        days=random.randrange(DAYS), minutes=random.randrange(600), seconds=random.randrange(60)
    )
    took = timedelta(days=random.randrange(1, 45), minutes=random.randrange(500))
    fate = random.random()
    won, lost = fate < 0.4, 0.4 <= fate < 0.65
    products = tuple(
        (name, random.randrange(1, 4), Decimal(random.randrange(90_000, 4_000_000)) / 100)
        for name in random.sample(words.products, random.choice((1, 1, 2, 3)))
    )
    amount = sum((quantity * price for _, quantity, price in products), Decimal(0))
    return Deal(
        number=number,
        person=person,
        manager=random.choice(words.managers),
        source=random.choice(words.sources),
        campaign=random.choice(("brand", "spring_2026", "remarketing", "")),
        created=created,
        changed=created + took,
        closed=created + took if won or lost else None,
        status=words.won if won else words.lost if lost else random.choice(words.stages),
        won=won,
        lost=lost,
        amount=amount if won or random.random() < 0.8 else None,
        reason=random.choice(words.reasons) if lost else "",
        products=products,
    )


def customers(made: list[Deal]) -> int:
    """How many people the deals know; a deal that names nobody is somebody's of its own."""
    return len({deal.person or deal.number for deal in made})
