"""Words that CRMs, shops and counters use for stages, ends of deals and sources, in Russian and in English.

A phrase is the beginnings of words in their order: "перв контакт" is found in "2. Первичный контакт". The
longest phrase that a label holds decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

Meaning = TypeVar("Meaning", float, str)


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split(";"))


def _all(meanings: Mapping[str, Meaning]) -> Mapping[str, Meaning]:
    return {phrase: meaning for text, meaning in meanings.items() for phrase in _phrases(text)}


LOST: tuple[str, ...] = _phrases(
    """
    закрыт не реализ; не реализ; нереализ; провал; отказ; потерян; проигр; упущен; отмен; аннулир;
    возврат; возвращ; не куп; не состоял; неуспе; не успе; нецелев; не целев; некачествен; некачест
    лид; спам; дубл; брак; не интересн; не актуал; неактуал; закрыт отказ; ушел к конкурент;
    недейств; lost; closed lost; cancel; reject; declin; refus; refund; fail; junk; spam; disqualif;
    unqualif; void; not interest; not convert; not won; не продан; no decision; duplicate; return; churn; dead; abandon
    """
)
"""The deal has ended without a sale."""

OPEN: tuple[str, ...] = _phrases(
    """
    ожида; ждем; счет; выставл; не оплач; неоплач; на оплат; к оплат; предоплат; частич; на соглас;
    готов к; планир; отправ; будет; await; pending; unpaid; not paid; invoice; partial; to be paid;
    expect; plan; open; in progress; sent; begin; view; add; bought in; signed in
    """
)
"""The deal goes on, whatever is said of money beside."""

WON: tuple[str, ...] = _phrases(
    """
    успешн; сделк успеш; успех; реализован; закрыт реализ; оплачен; оплат получ; получ оплат; оплат
    прош; выигр; продан; продаж состоял; куплен; купил; выполнен; доставлен; отгружен; выдан;
    завершен; исполнен; сделк заключ; покупк; won; closed won; paid; payment receiv; purchase;
    purchased; sold; success; complet; deliver; fulfil; shipped; bought; deal done; converted; order
    placed; order complet
    """
)
"""The deal has ended with a sale."""

DEAL: tuple[str, ...] = _phrases(
    """
    заказ; order; сделк; deal; клиент; customer
    """
)
"""The deal itself, whether money has come or not."""

LEAD: Mapping[str, float] = _all(
    {
        # the first word of somebody: nobody has answered yet
        """
        новый; новая; новое; новые; неразобран; входящ; заявк; обращен; лид; интерес; первичн;
        показ; осведом; знаком; визит; посещен; просмотр; запрос; регистрац; подписк; главн; new;
        incoming; inbound; unsorted; lead; inquiry; enquiry; prospect; request; awareness; visit;
        session start; first visit; page view; view; registr; sign up; subscrib; initial;
        impression; scroll; click; user engagement; home; form; submit; open
        """: 0.0,
        # somebody speaks with them
        """
        перв контакт; первичн контакт; контакт установ; взят в работ; в работ; недозвон; не дозвон;
        дозвон; перезвон; звонок; связал; назнач; обработ; сбор информ; contact; attempt; called;
        connected; working; nurtur; appointment; engag; qualification; mql; marketing qualified
        """: 0.3,
        # they weigh what is offered
        """
        квалиф; потребност; выявлен; расчет; просчет; замер; встреч; презентац; демо; консультац;
        подбор; товар; карточк; каталог; подготовк документ; тест; сравнен; sql; opportunity; qualified; qualify;
        discover; needs analysis; value proposition; present; demo; meeting; perception; evaluat;
        consider; trial; view item; product; select item; decision maker; id decision; compar; view
        search; search; view promotion
        """: 0.5,
        # the offer is made
        """
        предложен; кп; коммерческ; смет; переговор; соглас; принима решен; принят решен; обсужден;
        корзин; думает; решен; в корзин; доработк; proposal; quot; price quote; offer; negotiat;
        review; decision; add to cart; cart; estimat; discuss; bought in; objection; approv; verbal
        """: 0.7,
        # nothing but the money is missing
        """
        договор; счет; выставл; ожида оплат; оплат; предоплат; не оплач; неоплач; бронь; оформл;
        резерв; контракт; финальн счет; доставк; contract; invoice; await payment; pending payment;
        pending; unpaid; checkout; begin checkout; add payment; add shipping; payment; billing;
        shipping; commit
        """: 0.9,
    }
)
"""Steps before the deal and how far along the way they lie, 0..1."""

REPEAT: Mapping[str, float] = _all(
    {
        """
        внедрен; адаптац; использован; onboard; implement; usage; постпокуп
        """: 0.0,
        """
        сервис; поддержк; обслуж; отзыв; обратн связь; support; service; feedback
        """: 0.3,
        """
        допродаж; триггер; upsell; cross sell; trigger; продлен; renewal
        """: 0.6,
        """
        повторн; лояльн; рекомендов; постоянн клиент; repeat; loyal; advoca; recommend
        """: 0.9,
    }
)
"""Steps after the deal, likewise."""

MEDIA: Mapping[str, str] = _all(
    {
        """
        cpc; cpm; cpa; cpv; ppc; ad; ads; adv; paid; banner; display; adwords; реклам; контекст;
        директ; таргет; баннер; объявлен; retarget; paid search; paid social; yandex direct; яндекс
        директ; google ads; vk ads; media; cross network
        """: "ads",
        """
        email; e mail; mail; newsletter; рассылк; почт; письм; sendpulse
        """: "email",
        """
        social; smm; соцсет; соц сет; социальн; post; stories; organic social
        """: "social",
        """
        messenger; мессендж; chat; чат; bot; бот; онлайн чат; live chat; instagram direct; инстаграм директ;
        sms; смс
        """: "messenger",
        """
        call; phone; звон; телефон; колл; входящ звон; исходящ звон; callback; contact cent; call
        cent; контакт центр
        """: "contact_centre",
        """
        organic; seo; сайт; форма; лендинг; landing; web; website; site; form; поиск; search;
        органик; internal; внутрен переход; блог; blog; квиз; saved
        """: "site",
        """
        direct; none; прям; typein
        """: "direct",
        """
        app; приложен; push; пуш; ios; android; mobile app; app store; google play
        """: "mobile_app",
        """
        конференц; conference; форум; forum
        """: "conference",
        """
        выставк; мероприят; семинар; вебинар; event; webinar; exhibition; trade show; tradeshow;
        seminar; мастер класс
        """: "event",
        """
        магазин; офис; салон; офлайн; оффлайн; точк; store; shop; retail; offline; walk in; qrcode;
        qr; шоурум
        """: "store",
        """
        маркетплейс; marketplace; ozon; озон; wildberries; вайлдбер; авито; avito
        """: "marketplace",
        """
        менеджер; manager; холодн; cold; outbound; sales rep; лично
        """: "manager",
        """
        рекоменд; сарафан; знаком; referral; recommend; word of mouth; partner; партнер; друго;
        other; реферал; affiliate; отзов; employee referral; purchased list; offline source;
        яндекс карт; google map; 2gis; 2гис
        """: "other",
    }
)
"""How somebody came: utm_medium, "source" of a CRM, traffic source of a counter."""
PLACES: Mapping[str, str] = _all(
    {
        """
        vk; vkontakte; вк; вконтакте; facebook; fb; instagram; ig; ok; одноклассник; youtube; ютуб;
        linkedin; twitter; tiktok; dzen; дзен; pinterest;
        инстаграм; фейсбук
        """: "social",
        """
        telegram; телеграм; tg; whatsapp; ватсап; вотсап; viber; вайбер; wazzup; max
        """: "messenger",
        """
        yandex; яндекс; google; гугл; bing; mytarget; meta ads; гугл реклам
        """: "ads",
    }
)
"""Where somebody came from, where nothing says how."""
