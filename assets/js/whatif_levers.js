/* Controls of the what-if: a native range and a number box for each lever, and whom the levers are for. */
(function () {
  "use strict";

  const { el, icon, setText, setStyle, filled, typed, cents } = window.JourneyWhatifDom;
  const RANGE = { // of the slider; the box takes what is beyond
    "%": { min: -30, max: 30, step: 1 },
    pp: { min: -15, max: 15, step: 0.5 },
    target: { min: 0, max: 100, step: 0.5 },
  };
  const LIMITS = { "%": [-100, Infinity], pp: [-Infinity, Infinity], target: [0, 100] };
  const TURNS = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
  const OFFERS = ["best", "own", "target"]; // conversions to rise to with one click
  const MANY = 6; // more scopes than this can be searched

  /**
   * One lever.
   * @param {object} about target, label, letter (null: a transition), words, formats
   * @param {object} hand what a change does: moved(target, unit, value, held), released(), switched(target, unit),
   *   offered(target, unit, value, on), ranged(target, on), ended(target, ends), cleared(target)
   * @returns {{root: Element, show: function}}
   */
  function lever(about, hand) {
    const parts = build(about);
    const { root, range, box, unit, offers, back, reason } = parts;
    const ends = window.JourneyWhatifEnds(about, (found) => hand.ended(target, found), (on) => hand.ranged(target, on));
    parts.more.append(ends.toggle);
    parts.more.after(ends.root);
    const { formats, target } = about;
    const within = (value, unitNow) => Math.min(Math.max(value, LIMITS[unitNow][0]), LIMITS[unitNow][1]);
    const amount = (value) => formats.number(value, (String(cents(value)).split(".")[1] ?? "").length);
    let shown = { unit: "%", value: 0 };

    /** The next key may come before the next frame: it goes on from here. */
    function move(unitNow, value, held) {
      shown = { unit: unitNow, value };
      hand.moved(target, unitNow, value, held);
    }

    range.addEventListener("input", () => move(shown.unit, Number(range.value), true));
    range.addEventListener("change", () => hand.released());
    box.addEventListener("input", () => {
      const found = typed(box.value);
      const goal = shown.unit === "target" && found?.unit !== "pp";
      const unitNow = goal ? "target" : (found?.unit ?? shown.unit);
      const sound = found !== null && (unitNow !== "pp" || unit.tagName === "SELECT") && within(found.value, unitNow) === found.value;
      if (sound) box.removeAttribute("aria-invalid");
      else box.setAttribute("aria-invalid", "true");
      if (sound) move(unitNow, found.value, false);
    });
    box.addEventListener("keydown", (event) => {
      const turn = TURNS[event.key];
      if (!turn) return;
      event.preventDefault();
      const value = within(cents(shown.value + turn * RANGE[shown.unit].step), shown.unit);
      move(shown.unit, value, false);
      box.value = amount(value);
    });
    box.addEventListener("focus", () => box.select());
    box.addEventListener("blur", () => {
      box.removeAttribute("aria-invalid");
      box.value = amount(shown.value);
    });
    unit.addEventListener("change", () => hand.switched(target, unit.value));
    back.addEventListener("click", () => { hand.cleared(target); range.focus(); });
    for (const offer of offers) {
      offer.addEventListener("click", () => {
        hand.offered(target, offer.dataset.offer, Number(offer.dataset.value), offer.getAttribute("aria-pressed") !== "true");
      });
    }

    function showRange(state) {
      const { min, max, step } = RANGE[state.unit];
      if (range.max !== String(max) || range.min !== String(min)) Object.assign(range, { min, max, step });
      if (Number(range.value) !== state.value) range.value = state.value;
      const place = (Math.min(Math.max(state.value, min), max) - min) / (max - min);
      const base = state.unit === "target" ? state.rate : 0.5;
      setStyle(range, "--from", Math.min(place, base));
      setStyle(range, "--to", Math.max(place, base));
      setStyle(parts.slider, "--base", base);
      const goal = state.unit === "target";
      const amountText = goal ? amount(state.value) : formats.signed(state.value, Number.isInteger(state.value) ? 0 : 1);
      range.setAttribute("aria-valuetext", `${amountText} ${state.unit === "pp" ? formats.pointsUnit : "%"}: ${state.after}`);
    }

    /**
     * Show {unit, value, ends: {low, high} or null, rate, before, after, own, inherited, reason (why it is off) or null,
     * offers: {best, own, target}, each {text, value, pressed} or null}.
     */
    function show(state) {
      shown = { unit: state.unit, value: state.value };
      if (unit.tagName === "SELECT" && unit.value !== state.unit) unit.value = state.unit;
      showRange(state);
      if (document.activeElement !== box) box.value = amount(state.value);
      setText(parts.before, state.before);
      setText(parts.after, state.after);
      root.classList.toggle("lever--moved", state.own);
      root.classList.toggle("lever--inherited", state.inherited);
      const off = state.reason !== null;
      for (const control of [range, box, unit]) control.disabled = off;
      reason.hidden = !off;
      setText(reason, state.reason ?? "");
      const rises = state.unit === "target" || Object.values(state.offers).some((one) => one?.pressed);
      ends.show(off || rises ? null : state);
      for (const offer of offers) {
        const found = state.offers[offer.dataset.offer];
        offer.hidden = off || found === null;
        if (offer.hidden) continue;
        setText(offer, found.text);
        offer.dataset.value = found.value;
        offer.setAttribute("aria-pressed", String(found.pressed));
      }
    }

    return { root, show };
  }

  /** The elements of a lever. */
  function build({ target, label, letter, words, formats }) {
    const id = `whatif-${target.replace(/[^\w-]/g, "-")}`;
    const step = letter === null;
    const before = el("span");
    const after = el("b");
    const range = el("input", { type: "range", class: "lever__range", id, "aria-label": label });
    const named = { "aria-label": filled(words.change_of, { lever: label }) };
    const box = el("input", { type: "text", class: "lever__number", inputmode: "decimal", autocomplete: "off", ...named });
    const unit = step
      ? el("select", { class: "lever__unit lever__unit--switch", "aria-label": filled(words.unit_of, { lever: label }) },
        el("option", { value: "%", text: "%" }), el("option", { value: "pp", text: formats.pointsUnit }),
        el("option", { value: "target", text: words.unit_target }))
      : el("span", { class: "lever__unit", text: "%", "aria-hidden": "true" });
    const offers = (step ? OFFERS : []).map((name) => el("button", { type: "button", class: "lever__best", "data-offer": name, "aria-pressed": "false", hidden: true }));
    const more = el("div", { class: "lever__more" }, ...offers);
    const undo = filled(words.reset_lever, { lever: label });
    const back = el("button", { type: "button", class: "lever__back", title: undo, "aria-label": undo }, icon("reset"));
    const slider = el("div", { class: "lever__slider" }, range, el("span", { class: "lever__zero", text: "0", "aria-hidden": "true" }));
    const reason = el("p", { class: "lever__reason", hidden: true });
    const mark = step ? el("span", { class: "lever__turn", "aria-hidden": "true" }) : el("span", { class: "lever__letter", text: letter, "aria-hidden": "true" });
    const arrow = el("span", { text: " → ", "aria-hidden": "true" });
    const root = el("div", { class: step ? "lever lever--step" : "lever", "data-target": target },
      el("div", { class: "lever__head" }, mark, el("label", { class: "lever__name", for: id, text: label }),
        el("span", { class: "lever__values" }, before, arrow, after)),
      el("div", { class: "lever__control" }, slider, el("div", { class: "lever__box" }, box, unit), back),
      more, reason);
    return { root, slider, range, box, unit, offers, more, back, reason, before, after };
  }

  /** Whom the levers are for; null is everybody. Many segments get a field that searches them. */
  function scopes(segments, words, choose) {
    const options = [{ segment: null, name: words.all }, ...segments];
    const label = el("span", { class: "scopes__label", id: "whatif-scope", text: words.for_segment });
    const made = options.map((one) => {
      const button = el("button", { type: "button", class: "switch__choice", text: one.name });
      button.addEventListener("click", () => choose(one.segment));
      return button;
    });
    const none = el("p", { class: "meta", text: words.found_none, hidden: true });
    const search = options.length > MANY
      ? el("input", { type: "search", class: "scopes__search", placeholder: words.find, "aria-label": words.find, autocomplete: "off" })
      : null;
    let open = null;

    /** The open scope and everybody stay in sight, whatever is searched. */
    function sift() {
      const wanted = (search?.value ?? "").trim().toLowerCase();
      const fits = options.map((one) => one.name.toLowerCase().includes(wanted));
      made.forEach((button, place) => {
        const { segment } = options[place];
        button.hidden = !(fits[place] || segment === null || segment === open);
      });
      none.hidden = fits.some(Boolean);
    }
    search?.addEventListener("input", sift);

    function show(scope, own) {
      open = scope;
      options.forEach((one, place) => {
        const changed = one.segment !== null && own.has(one.segment);
        made[place].setAttribute("aria-pressed", String(one.segment === scope));
        made[place].classList.toggle("switch__choice--on", one.segment === scope);
        made[place].classList.toggle("scopes__changed", changed);
        made[place].title = changed ? words.changed : "";
      });
    }
    const list = el("div", { class: "switch scopes__list", role: "group", "aria-labelledby": "whatif-scope" }, ...made);
    return { root: el("div", { class: "scopes" }, label, search, list, none), show };
  }

  window.JourneyWhatifLevers = { lever, scopes, LIMITS, RANGE };
})();
