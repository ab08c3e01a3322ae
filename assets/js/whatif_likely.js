/* How sure the change is, in words: the line under the figure, and the short one of the phone's bar. */
(function () {
  "use strict";

  const { el, icon, setText, filled } = window.JourneyWhatifDom;

  /**
   * @param {object} model words
   * @returns {{root: Element, brief: Element, show: function, spoken: function}} `show` takes the answer with its
   *   `range` (null: no lever, or the draws are not there yet) and `ranged`, true where a lift is a range itself
   */
  function likely({ words }, formats) {
    const both = el("b");
    const middle = el("span");
    const mark = el("button", { type: "button", class: "definition" }, icon("info"));
    const root = el("p", { class: "range__line", hidden: true }, `${words.range} `, both, ` · ${formats.share(0.8)}`, middle, mark);
    const brief = el("span", { class: "outcome__likely" });
    let shown = "";

    function show({ range, ranged }) {
      root.hidden = range === null;
      shown = range === null ? "" : formats.moneyRange(range.low, range.high);
      setText(brief, shown && `${formats.share(0.8)}: ${shown}`);
      if (range === null) return;
      setText(both, shown);
      setText(middle, ranged ? ` · ${filled(words.range_middle, { money: formats.moneySigned(range.middle) })}` : "");
      const wider = filled(words.range_wider, { range: formats.moneyRange(range.low_95, range.high_95) });
      if (both.title === wider) return;
      both.title = wider;
      mark.dataset.tip = wider;
      mark.setAttribute("aria-label", `${words.range}: ${wider}`);
    }
    const spoken = () => (shown ? `, ${filled(words.spoken_range, { range: shown })}` : "");
    return { root, brief, show, spoken };
  }

  window.JourneyWhatifLikely = likely;
})();
