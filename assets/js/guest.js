/* A guest sees one view: what would lead away from it is words for them, and buttons that lead away are gone. */
(function () {
  "use strict";

  function shut() {
    document.querySelectorAll(".shell--guest .main a[href]").forEach((link) => {
      if (link.pathname === window.location.pathname && link.host === window.location.host) return;
      if (link.matches(".button, .menu__item, .menu a")) link.hidden = true;
      link.removeAttribute("href");
      link.classList.add("link--shut");
    });
  }

  new MutationObserver(shut).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["href"] });
})();
