/* The goal of the what-if: a sum to earn; the server says what it takes, see callbacks/whatif/goal.py. */
(function () {
  "use strict";

  const { el, filled, typed } = window.JourneyWhatifDom;

  /** The form. `seek(money)` asks; `more` is the sum that stands in it at first, or null. */
  function goal({ words, goal: { size, unit } }, formats, more, seek) {
    const name = filled(words.goal_name, { unit });
    const first = more === null ? "" : formats.number(more / size, (String(Math.round((more / size) * 100) / 100).split(".")[1] ?? "").length);
    const box = el("input", { type: "text", class: "goal__box", inputmode: "decimal", autocomplete: "off", "aria-label": name, value: first });
    const wrong = el("p", { class: "goal__wrong", role: "alert" });
    const root = el("form", { class: "goal__form", novalidate: true },
      el("span", { text: words.goal_before }), el("span", { class: "goal__field" }, box, el("span", { class: "goal__unit", text: unit })),
      el("span", { text: words.goal_after }), el("button", { type: "submit", class: "button", text: words.goal_find }), wrong);
    root.addEventListener("submit", (event) => {
      event.preventDefault();
      const found = typed(box.value);
      const sound = found !== null && found.unit === null && found.value > 0;
      wrong.textContent = sound ? "" : words.goal_wrong;
      if (sound) seek(found.value * size);
      else box.focus();
    });
    return root;
  }

  window.JourneyWhatifGoal = goal;
})();
