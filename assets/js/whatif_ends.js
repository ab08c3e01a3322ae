/* A lift that is not known exactly: a toggle opens two boxes, for the least and for the most that it may be. */
(function () {
  "use strict";

  const { el, filled, setText, typed, cents } = window.JourneyWhatifDom;
  const TURNS = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };

  /**
   * @param {object} about label, words, formats of the lever
   * @param {function} ended what new ends do: {low, high}
   * @param {function} ranged what the toggle does: true makes a range, false takes it back
   * @returns {{toggle: Element, root: Element, show: function}} `show` takes the lever's state, null where it is off
   */
  function ends({ label, words, formats }, ended, ranged) {
    const name = filled(words.as_range_of, { lever: label });
    const toggle = el("button", { type: "button", class: "lever__ranged", "aria-pressed": "false", "aria-label": name, text: words.as_range });
    const unit = el("span", { class: "lever__unit", "aria-hidden": "true" });
    const boxes = { low: box("least", "least_of"), high: box("most", "most_of") };
    const root = el("div", { class: "lever__ends", hidden: true }, boxes.low.root, boxes.high.root, unit);
    let shown = null;

    toggle.addEventListener("click", () => {
      const on = toggle.getAttribute("aria-pressed") !== "true";
      ranged(on);
      if (on) window.requestAnimationFrame(() => window.requestAnimationFrame(() => boxes.low.input.focus()));
    });

    const amount = (value) => formats.number(value, (String(cents(value)).split(".")[1] ?? "").length);
    const fits = (end, value) => (end === "low" ? value <= shown.value && (shown.unit !== "%" || value >= -100) : value >= shown.value);

    function move(end, value) {
      shown = { ...shown, ends: { ...shown.ends, [end]: value } };
      ended(shown.ends);
    }

    function box(text, of) {
      const end = text === "least" ? "low" : "high";
      const input = el("input", { type: "text", class: "lever__number lever__end", inputmode: "decimal", autocomplete: "off", "aria-label": filled(words[of], { lever: label }) });
      input.addEventListener("input", () => {
        const found = typed(input.value);
        const sound = found !== null && (found.unit ?? shown.unit) === shown.unit && fits(end, found.value);
        if (sound) input.removeAttribute("aria-invalid");
        else input.setAttribute("aria-invalid", "true");
        if (sound) move(end, found.value);
      });
      input.addEventListener("keydown", (event) => {
        const turn = TURNS[event.key];
        if (!turn) return;
        event.preventDefault();
        const value = cents(shown.ends[end] + turn * (shown.unit === "pp" ? 0.5 : 1));
        if (!fits(end, value)) return;
        move(end, value);
        input.value = amount(value);
      });
      input.addEventListener("focus", () => input.select());
      input.addEventListener("blur", () => {
        input.removeAttribute("aria-invalid");
        if (shown?.ends) input.value = amount(shown.ends[end]);
      });
      return { input, root: el("label", { class: "lever__ends-field" }, el("span", { text: words[text] }), input) };
    }

    function show(state) {
      shown = state;
      toggle.hidden = state === null;
      root.hidden = !state?.ends;
      toggle.setAttribute("aria-pressed", String(Boolean(state?.ends)));
      if (root.hidden) return;
      setText(unit, state.unit === "pp" ? formats.pointsUnit : "%");
      for (const [end, { input }] of Object.entries(boxes)) {
        if (document.activeElement !== input) input.value = amount(state.ends[end]);
      }
    }
    return { toggle, root, show };
  }

  window.JourneyWhatifEnds = ends;
})();
