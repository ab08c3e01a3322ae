/* Controls of the what-if: a native range and a number box for each lever, and whom the levers are for. */
(function () {
  "use strict";

  const { el, setText, filled, typed } = window.JourneyWhatifDom;
  const RANGE = { "%": { max: 30, step: 1 }, pp: { max: 15, step: 0.5 } }; // the box takes what is beyond
  const LEAST = { "%": -100, pp: -Infinity };
  const TURNS = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
  const MANY = 5; // more scopes than this are chosen in a list

  const cents = (value) => Math.round(value * 100) / 100;

  /**
   * One lever.
   * @param {object} about target, label, letter (null: a transition), words, formats
   * @param {object} hand what a change does: moved(target, unit, value, held), released(), switched(target, unit),
   *   toBest(target, on)
   * @returns {{root: Element, show: function}}
   */
  function lever(about, hand) {
    const parts = build(about);
    const { root, range, box, unit, best, reason } = parts;
    const { formats, target } = about;
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
      const unitNow = found?.unit ?? shown.unit;
      const sound = found !== null && (unitNow === "%" || unit.tagName === "BUTTON") && found.value >= LEAST[unitNow];
      if (sound) box.removeAttribute("aria-invalid");
      else box.setAttribute("aria-invalid", "true");
      if (sound) move(unitNow, found.value, false);
    });
    box.addEventListener("keydown", (event) => {
      const turn = TURNS[event.key];
      if (!turn) return;
      event.preventDefault();
      const value = Math.max(cents(shown.value + turn * RANGE[shown.unit].step), LEAST[shown.unit]);
      move(shown.unit, value, false);
      box.value = amount(value);
    });
    box.addEventListener("focus", () => box.select());
    box.addEventListener("blur", () => {
      box.removeAttribute("aria-invalid");
      box.value = amount(shown.value);
    });
    unit.addEventListener("click", () => hand.switched?.(target, shown.unit === "%" ? "pp" : "%"));
    best?.addEventListener("click", () => hand.toBest(target, best.getAttribute("aria-pressed") !== "true"));

    function showRange(state) {
      const { max, step } = RANGE[state.unit];
      if (range.max !== String(max)) Object.assign(range, { min: -max, max, step });
      if (Number(range.value) !== state.value) range.value = state.value;
      const place = (Math.min(Math.max(state.value, -max), max) / max + 1) / 2;
      range.style.setProperty("--from", Math.min(place, 0.5));
      range.style.setProperty("--to", Math.max(place, 0.5));
      range.setAttribute("aria-valuetext", `${formats.signed(state.value, Number.isInteger(state.value) ? 0 : 1)} ${unit.textContent}: ${state.after}`);
    }

    /** Show {unit, value, before, after, reason (why it is off) or null, inherited, best: {text, pressed} or null}. */
    function show(state) {
      shown = { unit: state.unit, value: state.value };
      setText(unit, state.unit === "%" ? "%" : formats.pointsUnit);
      showRange(state);
      if (document.activeElement !== box) box.value = amount(state.value);
      setText(parts.before, state.before);
      setText(parts.after, state.after);
      root.classList.toggle("lever--moved", state.value !== 0);
      root.classList.toggle("lever--inherited", state.inherited);
      const off = state.reason !== null;
      for (const control of [range, box, unit]) control.disabled = off;
      reason.hidden = !off;
      setText(reason, state.reason ?? "");
      if (!best) return;
      best.hidden = off || state.best === null;
      setText(best, state.best?.text ?? "");
      best.setAttribute("aria-pressed", String(state.best?.pressed ?? false));
    }

    return { root, show };
  }

  /** The elements of a lever. */
  function build({ target, label, letter, words }) {
    const id = `whatif-${target.replace(/[^\w-]/g, "-")}`;
    const step = letter === null;
    const before = el("span");
    const after = el("b");
    const range = el("input", { type: "range", class: "lever__range", id, "aria-label": label });
    const named = { "aria-label": filled(words.change_of, { lever: label }) };
    const box = el("input", { type: "text", class: "lever__number", inputmode: "decimal", autocomplete: "off", ...named });
    const unit = step
      ? el("button", { type: "button", class: "lever__unit lever__unit--switch", title: words.switch_unit })
      : el("span", { class: "lever__unit", "aria-hidden": "true" });
    const best = step ? el("button", { type: "button", class: "lever__best", "aria-pressed": "false" }) : null;
    const reason = el("p", { class: "lever__reason", hidden: true });
    const mark = step ? el("span", { class: "lever__turn", "aria-hidden": "true" }) : el("span", { class: "lever__letter", text: letter, "aria-hidden": "true" });
    const arrow = el("span", { text: " → ", "aria-hidden": "true" });
    const root = el("div", { class: step ? "lever lever--step" : "lever", "data-target": target },
      el("div", { class: "lever__head" }, mark, el("label", { class: "lever__name", for: id, text: label }),
        el("span", { class: "lever__values" }, before, arrow, after)),
      el("div", { class: "lever__control" },
        el("div", { class: "lever__slider" }, range, el("span", { class: "lever__zero", text: "0", "aria-hidden": "true" })),
        el("div", { class: "lever__box" }, box, unit)),
      best, reason);
    return { root, range, box, unit, best, reason, before, after };
  }

  /** Whom the levers are for: buttons, or a list where there are many; null is everybody. */
  function scopes(segments, words, choose) {
    const options = [{ segment: null, name: words.all }, ...segments];
    const label = el("span", { class: "scopes__label", id: "whatif-scope", text: words.for_segment });
    const control = (options.length > MANY ? list : buttons)(options, words, choose);
    return { root: el("div", { class: "scopes" }, label, control.root), show: control.show };
  }

  function list(options, words, choose) {
    const entries = options.map((one, place) => el("option", { value: String(place), text: one.name }));
    const root = el("select", { class: "scopes__list", "aria-labelledby": "whatif-scope" }, ...entries);
    root.addEventListener("change", () => choose(options[Number(root.value)].segment));
    const show = (scope, own) =>
      options.forEach((one, place) => {
        setText(entries[place], own.has(one.segment) && one.segment !== null ? `${one.name} · ${words.changed}` : one.name);
        if (one.segment === scope) root.value = String(place);
      });
    return { root, show };
  }

  function buttons(options, words, choose) {
    const made = options.map((one) => {
      const button = el("button", { type: "button", class: "switch__choice", text: one.name });
      button.addEventListener("click", () => choose(one.segment));
      return button;
    });
    const show = (scope, own) =>
      options.forEach((one, place) => {
        const changed = one.segment !== null && own.has(one.segment);
        made[place].setAttribute("aria-pressed", String(one.segment === scope));
        made[place].classList.toggle("switch__choice--on", one.segment === scope);
        made[place].classList.toggle("scopes__changed", changed);
        made[place].title = changed ? words.changed : "";
      });
    return { root: el("div", { class: "switch", role: "group", "aria-labelledby": "whatif-scope" }, ...made), show };
  }

  window.JourneyWhatifLevers = { lever, scopes };
})();
