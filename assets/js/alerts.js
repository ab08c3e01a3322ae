/* The number of open alerts beside the menu's link: what the page says last, else what the shell has asked. */
(function () {
  "use strict";

  function tell() {
    const told = document.querySelector("#shell-page [data-open-alerts]") || document.querySelector("[data-open-alerts]");
    if (!told) return;
    const count = Number(told.dataset.openAlerts);
    for (const place of document.querySelectorAll(".nav__count")) {
      if (place.dataset.count === String(count) && Boolean(count) === place.hasChildNodes()) continue;
      place.dataset.count = count;
      const name = document.createElement("span");
      name.className = "visually-hidden";
      name.textContent = ", " + place.dataset.word + " ";
      place.replaceChildren(...(count ? [name, String(count)] : []));
    }
  }

  new MutationObserver(tell).observe(document.documentElement, {
    subtree: true, childList: true, attributeFilter: ["data-open-alerts"],
  });
})();
