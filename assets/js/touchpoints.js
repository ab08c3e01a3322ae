/* On a phone the panel of a cell stands under the list: who opens a cell is taken there. */
(function () {
  "use strict";

  document.addEventListener("click", (event) => {
    const opener = event.target.closest(".heat-list__line, .table--list tbody a, .touchpoints .point");
    const panel = document.getElementById("touchpoints-detail");
    if (!opener || !panel || !window.matchMedia("(max-width: 1100px)").matches) return;
    window.setTimeout(() => panel.scrollIntoView({ block: "start" }), 60);
  });
})();
