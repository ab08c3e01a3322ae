/* Scenarios under the what-if: forms about the levers of now, which scenarios stand side by side, and levers that
   expect what forecasts have earned. */
(function () {
  "use strict";

  const MOST = 4; // side by side
  const DIGITS = 100; // levers are rounded to hundredths
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const turn = () => window.JourneyAddress.tell("scenarios-turn", { data: Date.now() });

  // ------------------------------------------------------------------ forms

  /** Draw a form when its place is opened: the levers of that moment go with it. */
  function opened(event) {
    const place = event.target.open && event.target.querySelector?.("[data-scenario-form]");
    if (!place || place.dataset.built === place.dataset.scenarioForm) return;
    place.dataset.built = place.dataset.scenarioForm;
    window.JourneyForms.draw(place, JSON.parse(place.dataset.built), () => ({ search: window.location.search }), turn);
    place.querySelector("input").focus();
  }

  /** A row that shows another scenario now, or another version, forgets the form of the one before. */
  function forget() {
    for (const place of all("[data-scenario-form][data-built]")) {
      if (place.dataset.built === place.dataset.scenarioForm) continue;
      delete place.dataset.built;
      place.replaceChildren();
      place.closest("details").open = false;
    }
  }

  // ------------------------------------------------------------------ side by side

  const ticked = () => all("[data-tick][aria-checked='true']");

  function count() {
    const chosen = ticked();
    for (const button of all("[data-compare]")) button.disabled = chosen.length < 2 || chosen.length > MOST;
    for (const tick of all("[data-tick]")) tick.disabled = chosen.length >= MOST && !chosen.includes(tick);
  }

  function tick(box) {
    box.setAttribute("aria-checked", String(box.getAttribute("aria-checked") !== "true"));
    count();
  }

  const compare = () => window.JourneyAddress.change({ cmp: ticked().map((one) => one.dataset.tick).join(",") });

  // ------------------------------------------------------------------ the rest

  async function copylink(button) {
    await navigator.clipboard.writeText(window.location.origin + button.dataset.copylink);
    button.textContent = button.dataset.copied;
  }

  /** Levers of conversions become ranges, as much as forecasts have come true; levers up to a level stay. */
  function earned(button) {
    const told = JSON.parse(button.dataset.earned);
    const { readLink, writeLink } = window.JourneyWhatif;
    const model = window.dash_clientside.whatif.shown();
    const { scope, levers } = readLink(model, window.location.search);
    const moves = (one) => one.target.includes(">") && (one.unit === "%" || one.unit === "pp") && one.low === undefined;
    if (!levers.some(moves)) {
      button.parentElement.querySelector(".form__note").textContent = button.dataset.none;
      return;
    }
    const set = levers.map((one) => {
      if (!moves(one)) return one;
      const ends = (told.steps[one.target] ?? told.any).map((times) => Math.round(one.value * times * DIGITS) / DIGITS);
      const [low, value, high] = one.value < 0 ? ends.reverse() : ends;
      return { ...one, low, value, high };
    });
    window.JourneyAddress.go(window.location.pathname + writeLink(model, window.location.search, scope, set));
  }

  const ACTS = { tick, compare, copylink, earned };

  document.addEventListener("click", (event) => {
    for (const [name, act] of Object.entries(ACTS)) {
      const button = event.target.closest(`[data-${name}]`);
      if (button && !button.disabled) act(button);
    }
  });
  document.addEventListener("toggle", opened, true);
  new MutationObserver(() => {
    if (!document.querySelector(".scenarios")) return;
    forget();
    count();
  }).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["data-scenario-form", "data-tick"] });
})();
