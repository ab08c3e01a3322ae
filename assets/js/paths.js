/* A click on a place of the drawing keeps the ways through it; the links above the list do the same by keyboard. */
(function () {
  "use strict";

  document.addEventListener("click", (event) => {
    const node = event.target.closest && event.target.closest("#paths-graph .sankey-node");
    const drawn = node && node.__data__ && node.__data__.node;
    const place = drawn && drawn.customdata && drawn.customdata[0];
    if (!place || /^\((bought|stopped|open|other)\)$/.test(place)) return;
    const open = new URLSearchParams(window.location.search).get("through");
    window.JourneyAddress.change({ through: open === place ? null : place });
  });
})();
