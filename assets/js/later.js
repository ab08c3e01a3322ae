/* Libraries that few pages need come when one of them opens: AG Grid for long lists, Plotly for charts (Dash asks for
   that one itself, under an address that browsers check again each time; this page's is kept for a year). Bars and lines
   are drawn by a quarter of Plotly; the first figure of another kind brings the whole. */
(function () {
  "use strict";

  const { createElement, lazy, Suspense } = window.React;
  const { grid, charts, plotly } = document.currentScript.dataset;
  const BASIC = new Set(["bar", "scatter"]);

  let drawing;
  let whole = null;
  Object.defineProperty(window, "_dashPlotlyJSURL", { get: () => charts, set: () => {} });
  Object.defineProperty(window, "Plotly", {
    get: () => drawing,
    set: (library) => { drawing = whole ? library : basic(library); },
  });

  function basic(library) {
    function react(place, figure, ...others) {
      const known = figure.data.every((trace) => BASIC.has(trace.type || "scatter"));
      if (known) return library.react(place, figure, ...others);
      whole = whole || script(plotly).catch((error) => { whole = null; throw error; });
      return whole.then(() => window.Plotly.react(place, figure, ...others));
    }
    return { ...library, react };
  }

  function script(source) {
    return new Promise((done, failed) => {
      const place = Object.assign(document.createElement("script"), { src: source, onload: done, onerror: failed });
      document.body.appendChild(place);
    });
  }

  let asked = null;
  let here = false;

  /** The library writes itself over what stands for it here; the grids on screen go on being the same component. */
  function load() {
    asked = asked || script(grid).then(() => {
      const library = window.dash_ag_grid;
      window.dash_ag_grid = { ...library, AgGrid };
      here = true;
      return library.AgGrid;
    });
    return asked;
  }

  const Grid = lazy(() => load().then((library) => ({ default: library })));

  function AgGrid(props) {
    return createElement(Suspense, { fallback: null }, createElement(Grid, props));
  }

  AgGrid.dashRenderType = true; // as the library's own: it is told what has changed
  Object.defineProperty(AgGrid, "_dashprivate_isLazyComponentReady", { get: () => here || load().then(() => true) });
  window.dash_ag_grid = { AgGrid };
})();
