/* Bars of the what-if: baseline -> L, C, P, Q -> scenario as SVG; only attributes and text change with the hand. */
(function () {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const PLOT = 248; // height of the plot, without the names under it
  const TOP = 34; // room for the labels above the bars
  const STUB = 40; // height of what stands below the break of the scale
  const WIDTH = 9.6; // of a bar [% of the drawing]
  const SPANS = [0.02, 0.05, 0.1, 0.2, 0.35, 0.6, 1, 2, 4, 8, 16]; // shares of the baseline that the scale can show
  const BREAK_ABOVE = 0.25; // a floor lower than this share of the baseline is no reason to break the scale

  const middle = (place) => (100 / 6) * (place + 0.5);
  const left = (place) => `${middle(place) - WIDTH / 2}%`;
  const right = (place) => `${middle(place) + WIDTH / 2}%`;

  function node(name, attributes, ...children) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function text(attributes, words) {
    const made = node("text", { "text-anchor": "middle", ...attributes });
    made.textContent = words;
    return made;
  }

  /**
   * Where values stand. Changes are small beside the revenue, so the scale shows a window around the baseline and
   * breaks below it; `spans` ([above, below], shares of the baseline) come in steps, so that bars grow, not the scale.
   */
  function scaleOf(base, steps, spans) {
    const [above, below] = spans;
    const floor = base * (1 - (below || above * 0.3));
    const broken = floor > base * BREAK_ABOVE && base > 0;
    const bottom = broken ? floor : Math.min(0, ...steps);
    const ceiling = base > 0 ? base * (1 + above) : Math.max(...steps, 0);
    const ground = broken ? PLOT - STUB : PLOT;
    const y = (value) =>
      broken && value < floor ? PLOT : ground - ((value - bottom) / (ceiling - bottom || 1)) * (ground - TOP);
    return { y, broken };
  }

  function spansFor(base, steps, least) {
    const needs = [Math.max(...steps) - base, base - Math.min(...steps)].map((need) => need / Math.abs(base || 1));
    const fit = (need) => SPANS.find((span) => span >= need) ?? need;
    return [Math.max(fit(needs[0]), least[0]), Math.max(needs[1] > 1e-9 ? fit(needs[1]) : 0, least[1])];
  }

  /** The drawing. `draw(answer, held)` moves it and says whether the scale is broken; held: it may only widen. */
  function bars(formats, words) {
    const columns = ["baseline", "leads", "conversion", "average_check", "deals_per_buyer", "scenario"].map(column);
    const links = columns.slice(1).map((_, place) => node("line", { class: "bars__link", x1: right(place), x2: left(place + 1) }));
    const cuts = [0, 5].map((place) =>
      node("line", { class: "bars__cut", x1: left(place), x2: right(place), y1: PLOT - 14, y2: PLOT - 24 }));
    const axis = node("line", { class: "bars__axis", x1: "0%", x2: "100%" });
    const hatch = node("pattern",
      { id: "whatif-hatch", width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      node("rect", { width: 1.6, height: 5, class: "bars__stripe" }));
    const drawing = node("svg", { class: "bars", height: PLOT + 40, "aria-hidden": "true" },
      node("defs", {}, hatch), ...links, ...columns.map((one) => one.group), ...cuts, axis);
    let spans = [0, 0];

    function column(name, place) {
      const kind = { 0: "base", 5: "scenario" }[place] ?? "step";
      const bar = node("rect", { class: `bars__bar bars__bar--${kind}`, x: left(place), width: `${WIDTH}%`, rx: 2 });
      const label = text({ class: "bars__label", x: `${middle(place)}%` }, "");
      const group = node("g", {}, bar, label);
      const letter = words.letters[name];
      if (letter) group.append(text({ class: "bars__letter", x: `${middle(place)}%`, y: PLOT + 18 }, letter));
      group.append(text({ class: "bars__name", x: `${middle(place)}%`, y: PLOT + (letter ? 34 : 18) }, words.bars[name]));
      return { group, bar, label };
    }

    function place(one, from, to, y, label, tone) {
      const [high, low] = [y(Math.max(from, to)), y(Math.min(from, to))];
      one.bar.setAttribute("y", high);
      one.bar.setAttribute("height", Math.max(low - high, 1));
      one.label.setAttribute("y", high - 9);
      if (one.label.textContent !== label) one.label.textContent = label;
      one.group.setAttribute("class", tone);
    }

    function draw(answer, held) {
      const parts = Object.values(answer.parts);
      const steps = [answer.baseline.revenue];
      for (const part of parts) steps.push(steps.at(-1) + part);
      spans = spansFor(steps[0], steps, held ? spans : [0, 0]);
      const { y, broken } = scaleOf(steps[0], steps, spans);
      place(columns[0], 0, steps[0], y, formats.money(steps[0]), "");
      place(columns[5], 0, answer.scenario.revenue, y, formats.money(answer.scenario.revenue), "");
      parts.forEach((part, k) => place(columns[k + 1], steps[k], steps[k + 1], y, words.change(part), words.tone(part)));
      links.forEach((link, k) => {
        link.setAttribute("y1", y(steps[k]));
        link.setAttribute("y2", y(steps[k]));
      });
      axis.setAttribute("y1", y(0));
      axis.setAttribute("y2", y(0));
      drawing.classList.toggle("bars--broken", broken);
      return broken;
    }

    return { drawing, draw };
  }

  window.JourneyWhatifBars = bars;
})();
