"""Channels that ship with the product: keys, names in both languages, and other spellings of the names."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel with a name of its own in each language.

    Attributes:
        key: stable word in files, URLs and SQL.
        names: name by language (`en`, `ru`).
        spellings: further spellings of the same name (plural, hyphen, British or American).
    """

    key: str
    names: Mapping[str, str]
    spellings: tuple[str, ...] = ()

    def name(self, language: str) -> str:
        """Name in the language, else in English."""
        return self.names.get(language) or self.names["en"]


def _channel(key: str, english: str, russian: str, *spellings: str) -> Channel:
    return Channel(key, {"en": english, "ru": russian}, spellings)


CHANNELS: Mapping[str, Channel] = {
    channel.key: channel
    for channel in (
        _channel("site", "Site", "Сайт", "sites", "web site", "web sites", "сайты"),
        _channel("mobile_app", "Mobile app", "Мобильное приложение", "mobile apps", "мобильные приложения"),
        _channel(
            "social", "Social media", "Соцсети", "socials", "соцсеть", "социальные сети", "социальная сеть"
        ),
        _channel(
            "ads",
            "Banners and ads",
            "Рекламные баннеры и объявления",
            "ad",
            "banner",
            "banners",
            "рекламный баннер",
            "рекламные баннеры",
            "рекламное объявление",
            "рекламные объявления",
        ),
        _channel(
            "store",
            "Offline store",
            "Офлайн-точка",
            "stores",
            "offline stores",
            "офлайн-точки",
            "оффлайн-точка",
        ),
        _channel("conference", "Conference", "Конференция", "conferences", "конференции"),
        _channel("event", "Event", "Мероприятие", "events", "мероприятия"),
        _channel(
            "email", "E-mail", "Email-рассылка", "emails", "email-рассылки", "e-mails", "электронная почта"
        ),
        _channel(
            "contact_centre",
            "Contact centre",
            "Контакт-центр",
            "contact center",
            "contact centres",
            "contact centers",
            "call centre",
            "call center",
            "контакт-центры",
            "колл-центр",
        ),
        _channel("manager", "Manager", "Менеджер", "managers", "менеджеры"),
        _channel(
            "service",
            "Service specialist",
            "Сервис-специалист",
            "services",
            "service specialists",
            "сервис-специалисты",
        ),
        _channel("marketplace", "Marketplace", "Маркетплейс", "marketplaces", "маркетплейсы"),
        _channel("messenger", "Messenger", "Мессенджер", "messengers", "мессенджеры"),
        _channel("direct", "Direct", "Прямой", "прямые"),
        _channel("other", "Other", "Другое", "others", "другие"),
    )
}


def channel_key(label: str) -> str:
    """The shipped key where the label is another spelling of a shipped name, else the label itself.

    Case, blanks, hyphens and underscores, Russian or English, singular or plural make no difference;
    every other label is a channel of its own.
    """
    return _KEYS.get(_bare(label), label)


def channel_name(key: str, language: str) -> str:
    """What screens call a channel: the shipped name, or the label as in the file."""
    return CHANNELS[key].name(language) if key in CHANNELS else key


def _bare(label: str) -> str:
    folded = unicodedata.normalize("NFKC", label).casefold().replace("ё", "е")
    return "".join(sign for sign in folded if sign.isalnum())


_KEYS: dict[str, str] = {
    _bare(spelling): channel.key
    for channel in CHANNELS.values()
    for spelling in (channel.key, *channel.names.values(), *channel.spellings)
}
