"""The what-if in a real browser: the money follows the hand without a request, links say the scenario."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect

from app import create_app
from callbacks.answers import Answers
from dashboard.analytics.lever_link import levers_of
from dashboard.analytics.levers import Lever, parse_lever
from dashboard.i18n.formats import Formats
from dashboard.journey.address import Address
from dashboard.journey.period import Period
from dashboard.journey.query import JourneyQuery, RepeatModel
from dashboard.journey.targets import Kpi, TargetKey
from data_access.state import targets, users
from data_access.state.targets import Wish
from layouts.components.scenario import scenario_address
from tests.browser.live import PHONE, quiet_page, served, sign_in, still_context
from tests.browser.whatif_stage import PERIOD, SCOPE, Stage, box_of, row_of, slider_of, stage_facts
from tests.thorough import first_now
from tests.web import OWN, ManyFacts, Site, make_site

LEADS = "leads"
FIRST_STEP = "initial_consideration>active_evaluation"
STEP = "active_evaluation>purchase"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("whatif")
    base, facts = make_site(folder), stage_facts(folder)
    goal = TargetKey(Kpi.CONVERSION, "active_evaluation", "", "2026-05")
    anna = users.find(base.state, "consultant").record
    targets.put(base.state, anna, OWN, [Wish(goal, Decimal("0.95"), 0)], ("active_evaluation",), ())
    app = create_app(base.settings, ManyFacts({OWN: facts}))
    with served(Site(app, base.settings, base.state)) as address:
        yield Stage(address, Answers(facts))


@pytest.fixture(scope="module")
def desk(browser: Browser, stage: Stage) -> Iterator[BrowserContext]:
    """A consultant has signed in."""
    context = still_context(browser, viewport={"width": 1440, "height": 925}, locale="en-GB")
    sign_in(context, stage.address, "consultant")
    yield context
    context.close()


@pytest.fixture
def page(desk: BrowserContext) -> Iterator[Page]:
    with quiet_page(desk) as opened:
        yield opened


def _open(page: Page, stage: Stage, more: str = "") -> None:
    page.goto(f"{stage.address}/whatif?e={OWN}&p={PERIOD.token()}{more}")
    expect(page.locator(".outcome .outcome__hero")).not_to_be_empty()
    page.wait_for_load_state("networkidle")  # draws are there: nothing is drawn anew under the hand


def _hero(page: Page) -> Locator:
    return page.locator(".outcome .outcome__hero")


def _levers(page: Page, stage: Stage) -> tuple[Lever, ...]:
    """What the address says."""
    return levers_of(Address.parse(page.url.partition("?")[2]).extras, stage.priced)


def _pull(page: Page, target: str, to: float) -> None:
    """Take the thumb at the baseline and pull it over many small moves; `to` is the share of the track."""
    place = slider_of(page, target).bounding_box()
    assert place is not None
    middle = place["y"] + place["height"] / 2
    page.mouse.move(place["x"] + place["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(place["x"] + place["width"] * to, middle, steps=40)


def test_dragging_moves_the_money_without_a_request(page: Page, stage: Stage) -> None:
    _open(page, stage)
    before = _hero(page).get_attribute("title")
    expect(page.locator(".tornado__end").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/live?" not in request.url:  # the shell's own heartbeat
            asked.append(request.post_data or request.url)

    page.on("request", note)
    _pull(page, LEADS, 0.75)
    page.wait_for_timeout(600)  # a thumb that is held still has not rested
    assert asked == []
    page.mouse.up()
    band = page.locator(".range__line b")
    first = band.inner_text()
    _pull(page, STEP, 0.9)
    page.mouse.up()
    expect(band).not_to_have_text(first)  # the band has followed the hand
    expect(page).to_have_url(re.compile(r"dC\.active_evaluation="))
    expect(page.locator(".whatif--stale")).to_have_count(0)
    questions = [one for one in asked if one.startswith("{")]  # the first chart of a page loads its library
    assert len(questions) <= 2
    assert all("whatif-time.children" in one for one in questions)  # the months alone are the server's
    expect(band).to_have_text(stage.likely(*_levers(page, stage)))
    assert _hero(page).get_attribute("title") != before
    assert float(slider_of(page, LEADS).input_value()) > 0
    assert "dL=" in page.url
    expect(page.locator(".outcome [role=status]")).not_to_be_empty()


def test_figures_equal_pythons_to_the_kopeck(page: Page, stage: Stage) -> None:
    _open(page, stage)
    expect(_hero(page)).to_have_attribute("title", stage.revenue())
    for target, typed in (
        (LEADS, "3"),
        (STEP, "2pp"),
        ("trigger>loyalty_loop", "10%"),
        ("deals_per_buyer", "-1.5"),
    ):
        box_of(page, target).fill(typed)
    levers = ("leads=+3%", f"{STEP}=+2pp", "trigger>loyalty_loop=+10%", "deals=-1.5%")
    expected = stage.revenue(*(parse_lever(text) for text in levers))
    expect(_hero(page)).to_have_attribute("title", expected)
    expect(page.locator(".bridge__row span:last-child")).to_have_count(6)


def test_a_pasted_link_shows_the_same_scenario(page: Page, stage: Stage, browser: Browser) -> None:
    _open(page, stage)
    page.get_by_role("button", name="Gift, fast").click()
    box_of(page, STEP).fill("4pp")
    page.get_by_role("button", name="All", exact=True).click()
    box_of(page, LEADS).fill("-7")
    expect(page).to_have_url(re.compile(r"dC\.active_evaluation=4pp@Gift.*dL=-7|dL=-7.*=4pp@Gift"))
    expected = stage.revenue(parse_lever("leads=-7%"), parse_lever(f"{STEP}=+4pp", "Gift, fast"))
    expect(_hero(page)).to_have_attribute("title", expected)
    other = page.context.new_page()
    other.goto(page.url)
    expect(_hero(other)).to_have_attribute("title", expected)
    expect(box_of(other, LEADS)).to_have_value("\u22127")
    expect(other.locator(".levers__apart")).to_contain_text("Gift, fast")


def test_model_it_is_worth_what_the_bottleneck_says_to_the_kopeck(page: Page, stage: Stage) -> None:
    worth = [row for row in stage.rows if row.recoverable and not row.low_n]
    assert len(worth) >= 3
    for row in worth[:3]:
        link = scenario_address(Address(OWN, PERIOD), row)
        page.goto(f"{stage.address}/whatif{link.search()}")
        delta = page.locator(".outcome .outcome__delta")
        expect(delta).to_have_attribute("title", Formats("en").money_full(row.recoverable))
        pressed = page.locator('.lever__best[aria-pressed="true"]')
        expect(pressed).to_have_count(1)


def test_levers_obey_the_keyboard(page: Page, stage: Stage) -> None:
    _open(page, stage)
    slider_of(page, LEADS).focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    expect(box_of(page, LEADS)).to_have_value("2")
    page.keyboard.press("PageUp")
    expect(box_of(page, LEADS)).not_to_have_value("2")
    assert float(slider_of(page, LEADS).input_value()) > 5
    page.keyboard.press("Home")
    expect(box_of(page, LEADS)).to_have_value("\u221230")
    box_of(page, LEADS).fill("2")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(_hero(page)).to_have_attribute("title", stage.revenue(parse_lever("leads=+1%")))
    reset = page.get_by_role("button", name="Reset", exact=True)
    reset.click()
    expect(_hero(page)).to_have_attribute("title", stage.revenue())
    expect(reset).to_be_disabled()


@pytest.mark.parametrize("language", first_now(["ru", "en"]))
def test_a_lift_may_be_a_range_by_keyboard_and_link(page: Page, stage: Stage, language: str) -> None:
    _open(page, stage, f"&lang={language}&qm=loop")
    row = row_of(page, STEP)
    box_of(page, STEP).fill("3pp")
    row.locator(".lever__ranged").focus()
    page.keyboard.press("Enter")
    least, most = row.locator(".lever__end").first, row.locator(".lever__end").last
    expect(least).to_be_focused()
    least.fill("9")
    expect(least).to_have_attribute("aria-invalid", "true")  # more than the likely one
    least.fill("1")
    most.fill("5")
    page.keyboard.press("ArrowUp")
    expect(page).to_have_url(re.compile(r"dC\.active_evaluation=1\.\.3\.\.5\.5pp"))
    lever = parse_lever(f"{STEP}=+1..3..5.5pp")
    likely = stage.likely(lever, language=language, model=RepeatModel.LOOP)
    line = page.locator(".range__line")
    expect(line.locator("b")).to_have_text(likely)
    expect(line).to_contain_text({"en": "middle", "ru": "середина"}[language])
    _open(page, stage, f"&lang={language}&qm=loop&dC.active_evaluation=1..3..5.5pp")
    expect(line.locator("b")).to_have_text(likely)
    slider_of(page, STEP).focus()
    page.keyboard.press("ArrowRight")  # the range goes along
    expect(page).to_have_url(re.compile(r"=1\.5\.\.3\.5\.\.6pp"))
    row.locator(".lever__ranged").click()
    expect(page).to_have_url(re.compile(r"=3\.5pp"))
    expect(row.locator(".lever__ends")).to_be_hidden()


def test_a_step_rises_to_its_own_best_and_to_its_target_with_one_click(page: Page, stage: Stage) -> None:
    month = Period.parse("2026-05")
    segment = "Protection"
    page.goto(f"{stage.address}/whatif?e={OWN}&p={month.token()}&seg={segment}")
    row = row_of(page, FIRST_STEP)
    row.locator(".lever__best[data-offer='own']").click()
    expect(page).to_have_url(re.compile(r"dC\.initial_consideration=own"))
    lever = parse_lever(f"{FIRST_STEP}=own", segment)
    query = JourneyQuery(OWN, month)
    expected = stage.answers.whatif(SCOPE, query, [lever]).gain
    assert expected > 0
    delta = page.locator(".outcome .outcome__delta")
    expect(delta).to_have_attribute("title", Formats("en").money_full(expected))
    row.locator(".lever__best[data-offer='target']").click()
    expect(page).to_have_url(re.compile(r"dC\.initial_consideration=to95"))
    expected = stage.answers.whatif(SCOPE, query, [parse_lever(f"{FIRST_STEP}=target:95%", segment)]).gain
    expect(delta).to_have_attribute("title", Formats("en").money_full(expected))
    expect(row.locator(".lever__best[aria-pressed='true']")).to_have_count(1)


@pytest.mark.parametrize("language", first_now(["ru", "en"]))
def test_a_bar_and_a_goal_set_levers_and_a_goal_says_what_it_takes(
    page: Page, stage: Stage, language: str
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _open(page, stage, f"&lang={language}")
    page.locator(f".tornado__end[data-levers*='{STEP}']").click()
    expected = stage.revenue(parse_lever(f"{STEP}=+1pp"), language=language)
    expect(_hero(page)).to_have_attribute("title", expected)
    page.locator(".goal__box").fill("0")
    page.keyboard.press("Enter")
    expect(page.locator(".goal__wrong")).not_to_be_empty()
    page.locator(".goal__box").fill("300")
    page.keyboard.press("Enter")
    expect(page.locator(".goal__sentence")).to_contain_text(
        {"en": "needs to go", "ru": "поднимите"}[language]
    )
    expect(page).to_have_url(re.compile("goal=300000"))
    page.locator(".goal__set").first.click()
    base = stage.answers.whatif(SCOPE, JourneyQuery(OWN, PERIOD), ()).baseline.revenue
    expect(_hero(page)).to_have_attribute("title", Formats(language).money_full(base + 300_000))
    expect(page.locator(".range__line")).to_contain_text("80")
    page.locator(".outcome__copy").click()
    expect(page.locator(".outcome__copy")).to_contain_text(
        {"en": "Text copied", "ru": "Текст скопирован"}[language]
    )
    copied = page.evaluate("navigator.clipboard.readText()")
    assert _hero(page).inner_text() in copied
    assert "/whatif?" in copied
    page.locator(".outcome .card-tools summary").click()
    with page.expect_download() as file:
        page.locator(".outcome a[href*='whatif-scenario.csv']").click()
    lines = file.value.path().read_text("utf-8-sig").splitlines()
    mark = {"en": ",", "ru": ";"}[language]
    figures = [float(line.rpartition(mark)[2].replace(",", ".")) for line in lines[-6:]]
    assert figures[0] == pytest.approx(base + 300_000, abs=0.005)
    found = stage.answers.gain_range(SCOPE, JourneyQuery(OWN, PERIOD), _levers(page, stage))
    ends = [found.low, found.high, found.low_95, found.high_95]
    assert figures[1:] == [pytest.approx(one, abs=0.005) for one in (300_000, *ends)]
    page.locator(".strongest .switch__choice").nth(1).click()
    expect(page).to_have_url(re.compile("tor=own"))
    expect(_hero(page)).to_have_attribute("title", Formats(language).money_full(base + 300_000))


def test_every_control_has_a_name_and_says_its_value(page: Page, stage: Stage) -> None:
    _open(page, stage, "&dL=3")
    for kind in ("input[type=range]", "input[type=text]:visible"):
        names = page.locator(f".levers {kind}").evaluate_all("all => all.map((one) => one.ariaLabel)")
        assert len(names) == len(set(names)) == 8
        assert all(names)
    assert (slider_of(page, LEADS).get_attribute("aria-valuetext") or "").startswith("+3 %: ")


def test_what_is_no_number_changes_nothing(page: Page, stage: Stage) -> None:
    _open(page, stage)
    for text in ("abc", "", "-101", "2pp", "1e9", "<b>"):
        box_of(page, LEADS).fill(text)
        expect(box_of(page, LEADS)).to_have_attribute("aria-invalid", "true")
    expect(_hero(page)).to_have_attribute("title", stage.revenue())
    page.keyboard.press("Tab")
    expect(box_of(page, LEADS)).to_have_value("0")


def test_percent_and_points_are_two_ways_to_say_one_scenario(page: Page, stage: Stage) -> None:
    _open(page, stage)
    page.get_by_role("button", name="Business").click()
    scenario = row_of(page, STEP).locator(".lever__values b")
    box_of(page, STEP).fill("10")
    expect(_hero(page)).to_have_attribute("title", stage.revenue(parse_lever(f"{STEP}=+10%", "Business")))
    after = scenario.inner_text()
    unit = row_of(page, STEP).locator(".lever__unit--switch")
    for other in ("pp", "target", "%", "target"):
        unit.select_option(other)
        expect(scenario).to_have_text(after)
    expect(page).to_have_url(re.compile(r"dC\.active_evaluation=to\d"))
    box_of(page, STEP).fill("60")
    expected = stage.revenue(parse_lever(f"{STEP}=target:60%", "Business"))
    expect(_hero(page)).to_have_attribute("title", expected)
    row_of(page, STEP).locator(".lever__back").click()
    expect(_hero(page)).to_have_attribute("title", stage.revenue())


def test_a_cap_is_named(page: Page, stage: Stage) -> None:
    _open(page, stage, "&dC.active_evaluation=90pp")
    expect(page.locator(".note")).to_contain_text("stops at 100%")
    expect(page.locator(".note")).to_contain_text("all segments")


def test_a_filter_keeps_what_the_hand_has_set_and_back_returns(page: Page, stage: Stage) -> None:
    _open(page, stage, "&dL=3")
    box_of(page, LEADS).fill("8")
    expect(page).to_have_url(re.compile("dL=8"))
    page.locator('[data-popover="period"] summary').click()
    page.get_by_role("link", name="Q1\u00a02026").click()
    expect(page).to_have_url(re.compile("p=2026Q1.*dL=8"))
    expect(box_of(page, LEADS)).to_have_value("8")
    page.go_back()
    expect(page).to_have_url(re.compile("p=2026Q2"))
    expect(_hero(page)).to_have_attribute("title", stage.revenue(parse_lever("leads=+8%")))


def test_the_screen_survives_other_pages_and_the_theme(page: Page, stage: Stage) -> None:
    _open(page, stage, "&dL=5")
    expected = stage.revenue(parse_lever("leads=+5%"))
    page.locator(".bar__theme").click()
    expect(_hero(page)).to_have_attribute("title", expected)
    page.locator(".rail a.nav[href^='/funnel']").click()
    page.wait_for_url("**/funnel*")
    page.go_back()
    expect(_hero(page)).to_have_attribute("title", expected)
    page.locator(".rail a.nav[href^='/funnel']").click()
    page.wait_for_url("**/funnel*")
    page.locator(".rail a.nav[href^='/whatif']").click()
    expect(_hero(page)).to_have_attribute("title", stage.revenue())


def test_russian_writes_and_reads_decimal_commas(page: Page, stage: Stage) -> None:
    _open(page, stage, "&lang=ru")
    box_of(page, LEADS).fill("2,5")
    expect(_hero(page)).to_have_attribute("title", stage.revenue(parse_lever("leads=+2.5%"), language="ru"))
    page.keyboard.press("Tab")
    expect(box_of(page, LEADS)).to_have_value("2,5")
    expect(page.locator(".levers h2")).to_have_text("Рычаги")
    shown = page.locator("#main").inner_text()
    assert not [word for word in ("Baseline", "Scenario", "Levers", "segment", "{") if word in shown]


@pytest.mark.parametrize("theme", first_now(["light", "dark"]))
def test_a_phone_keeps_the_result_in_sight(page: Page, stage: Stage, theme: str) -> None:
    page.set_viewport_size(PHONE)
    _open(page, stage, f"&dL=3&theme={theme}")
    bar, menu = page.locator(".outcome-bar"), page.locator(".bottom")
    expect(bar.locator(".outcome__hero")).to_have_text(_hero(page).inner_text())
    above, below = bar.bounding_box(), menu.bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] + above["height"] <= below["y"] + 0.5
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    small = page.locator(".whatif").evaluate(
        """(root) => [...root.querySelectorAll("button, input, select")]
          .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 40)
          .map((one) => one.className)"""
    )
    assert [name for name in small if "lever__number" not in name] == []
    expect(page.locator(".bridge__row")).to_have_count(6)


def test_names_from_data_are_text(page: Page, stage: Stage) -> None:
    _open(page, stage)
    page.evaluate(
        """() => {
          const bad = "<img src=x onerror=\\"window.broken = 1\\">";
          const counts = [100, 50, 20, 9, 5, 3];
          const segment = (name) => ({ segment: name, name: bad, dot: "dot", counts, deals: 30,
            revenue: 900, outside: 0, best: [0.6, null, null, null, null], bestOf: [bad, null, null, null, null] });
          const shown = window.dash_clientside.whatif.shown;
          window.dash_clientside.whatif.mount({ ...shown(), labels: { [bad]: bad }, notes: [bad], outcome: bad,
            names: [bad, bad, bad, bad, bad, bad], segments: [segment("a"), segment("b")] });
        }"""
    )
    expect(page.locator("#whatif-app")).to_contain_text("<img src=x")
    assert page.locator("#whatif-app img").count() == 0
    assert page.evaluate("window.broken") is None
