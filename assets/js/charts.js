/* Charts follow the theme: each brings the templates of both along, so the switch asks nobody. */
(function () {
  "use strict";

  /** Give every chart the colours of a theme; `still` leaves out those that fade into them and would be half-drawn. */
  function paint(theme, still = false) {
    document.querySelectorAll(".js-plotly-plot").forEach((plot) => {
      const meta = (plot.layout && plot.layout.meta) || {};
      const template = meta.templates && { template: meta.templates[theme] };
      if (!template || (still && meta.paint)) return;
      if (!meta.paint) {
        window.Plotly.relayout(plot, template);
        return;
      }
      const colours = Object.entries(meta.paint[theme]).map(([name, value]) => [name, [value]]);
      window.Plotly.update(plot, Object.fromEntries(colours), template);
    });
  }

  document.addEventListener("journey:theme", (event) => paint(event.detail));

  // ------------------------------------------------------------------ on paper

  const theme = () => document.documentElement.getAttribute("data-bs-theme");
  const drawings = () => document.querySelectorAll(".js-plotly-plot .main-svg");

  /** Paper is light in every theme, and narrower or wider than the window: with a view box a drawing can shrink. */
  window.addEventListener("beforeprint", () => {
    if (theme() !== "light") paint("light", true);
    drawings().forEach((svg) => svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${svg.getAttribute("height")}`));
  });
  window.addEventListener("afterprint", () => {
    drawings().forEach((svg) => svg.removeAttribute("viewBox"));
    if (theme() !== "light") paint(theme(), true);
  });
})();
