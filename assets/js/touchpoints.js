/* The heat table under the hand: a cell opened by keyboard keeps the focus although the map is drawn anew, and on a
   phone, where the panel stands under the list, who opens a contact is taken to it. */
(function () {
  "use strict";

  let keep = false;

  document.addEventListener("click", (event) => {
    keep = event.detail === 0 && Boolean(event.target.closest(".heat__cell"));
    const opener = event.target.closest(".heat-list__line, .table--list tbody a, .touchpoints .point");
    const panel = document.getElementById("touchpoints-detail");
    if (!opener || !panel || !window.matchMedia("(max-width: 1100px)").matches) return;
    window.setTimeout(() => panel.scrollIntoView({ block: "start" }), 60);
  });

  new MutationObserver(() => {
    if (!keep || document.activeElement !== document.body) return;
    const opened = document.querySelector(".heat__cell--open");
    if (opened) opened.focus();
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
