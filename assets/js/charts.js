/* Charts follow the theme: each brings the templates of both along, so the switch asks nobody. */
(function () {
  "use strict";

  document.addEventListener("journey:theme", (event) => {
    document.querySelectorAll(".js-plotly-plot").forEach((plot) => {
      const templates = plot.layout && plot.layout.meta && plot.layout.meta.templates;
      if (templates) window.Plotly.relayout(plot, { template: templates[event.detail] });
    });
  });
})();
