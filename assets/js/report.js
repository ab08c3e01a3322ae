/* Cards that are collected for the report: kept in this tab, and opened as an address that says them all. */
(function () {
  "use strict";

  const bar = () => document.getElementById("report-bar");
  const key = () => `journey-report:${new URLSearchParams(window.location.search).get("e") ?? ""}`;
  const kept = () => JSON.parse(window.sessionStorage.getItem(key()) ?? "[]");

  function keep(tokens) {
    window.sessionStorage.setItem(key(), JSON.stringify(tokens));
    show();
  }

  function show() {
    const place = bar();
    if (!place) return;
    const tokens = kept();
    place.hidden = !tokens.length || window.location.pathname === "/report";
    if (place.hidden) return;
    const text = place.dataset.text.replace("{n}", tokens.length);
    const words = place.querySelector(".report-bar__text");
    if (words.textContent !== text) words.textContent = text;
    const params = window.JourneyAddress.shared(window.location.search);
    params.set("parts", tokens.join(","));
    const href = "/report" + window.JourneyAddress.text(params);
    const link = place.querySelector("a");
    if (link.getAttribute("href") !== href) link.setAttribute("href", href);
  }

  document.addEventListener("click", (event) => {
    const card = event.target.closest("[data-report]");
    if (card) {
      keep([...new Set([...kept(), card.dataset.report])]);
      card.closest("details")?.removeAttribute("open");
    }
    if (event.target.closest("[data-report-clear]")) keep([]);
  });
  window.setInterval(show, 500);
})();
