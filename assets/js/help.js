/* The help page: the glossary narrows while one types, and an address with #term-... leads to its word. */
(function () {
  "use strict";

  function narrow(place) {
    const asked = place.querySelector("input").value.toLowerCase().replace(/ё/g, "е").trim();
    let left = 0;
    place.parentElement.querySelectorAll(".term").forEach((term) => {
      term.hidden = !term.textContent.toLowerCase().replace(/ё/g, "е").includes(asked);
      if (!term.hidden) left += 1;
    });
    place.querySelector("p").textContent = left ? "" : place.dataset.nothing;
  }

  function build(place) {
    const field = document.createElement("input");
    field.type = "search";
    field.className = "field";
    field.placeholder = place.dataset.label;
    field.setAttribute("aria-label", place.dataset.label);
    const note = document.createElement("p");
    note.setAttribute("role", "status");
    place.append(field, note);
    field.addEventListener("input", () => narrow(place));
  }

  /** Lead to the word of the address: when the page comes, and when the finder names another one. */
  function lead() {
    const term = window.location.pathname === "/help" && document.getElementById(window.location.hash.slice(1));
    if (!term || term.dataset.led === window.location.href) return;
    document.querySelectorAll(".term--on").forEach((one) => { one.classList.remove("term--on"); delete one.dataset.led; });
    term.dataset.led = window.location.href;
    term.hidden = false;
    term.classList.add("term--on");
    window.setTimeout(() => { term.scrollIntoView({ block: "center" }); term.focus({ preventScroll: true }); }, 50);
  }

  new MutationObserver(() => {
    document.querySelectorAll("[data-filter]:empty").forEach(build);
    lead();
  }).observe(document.documentElement, { childList: true, subtree: true });
  window.addEventListener("_dashprivate_pushstate", () => window.setTimeout(lead, 0));
})();
