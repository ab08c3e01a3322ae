/* Charts follow the theme: each brings the templates of both along, so the switch asks nobody. */
(function () {
  "use strict";

  document.addEventListener("journey:theme", (event) => {
    document.querySelectorAll(".js-plotly-plot").forEach((plot) => {
      const meta = (plot.layout && plot.layout.meta) || {};
      const template = meta.templates && { template: meta.templates[event.detail] };
      if (!template) return;
      if (!meta.paint) {
        window.Plotly.relayout(plot, template);
        return;
      }
      const colours = Object.entries(meta.paint[event.detail]).map(([name, value]) => [name, [value]]);
      window.Plotly.update(plot, Object.fromEntries(colours), template);
    });
  });
})();
