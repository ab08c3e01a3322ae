/* The shell in the browser: the address feeds the stores, the menu follows it. No request leaves from here. */
(function () {
  "use strict";

  const skip = () => window.dash_clientside.no_update;
  let path = null;

  function address(pathname, search, before) {
    if (!pathname) return skip();
    const now = search || "";
    return before && before.path === pathname && before.search === now ? skip() : { path: pathname, search: now };
  }

  /** Changes only when another page or engagement opens, so that a filter does not build the page anew. */
  function route(pathname, search, before) {
    if (!pathname) return skip();
    const engagement = new URLSearchParams(search || "").get("e");
    if (before && before.path === pathname && before.engagement === engagement) return skip();
    return { path: pathname, search: search || "", engagement: engagement };
  }

  /** The open page's own store: its cards listen to nothing else, so a page that is leaving asks nothing.
      Answers also when the page opens: cards behind a store that is left alone would never be asked. */
  function page(pathname, search, store) {
    if (!store || store.path !== pathname) return skip();
    return { path: store.path, search: search || "", turn: store.turn };
  }

  function menu(place, ids) {
    if (!place) return [skip(), skip()];
    const search = JourneyAddress.text(JourneyAddress.shared(place.search));
    const on = (id) => "/" + id.page === place.path;
    window.setTimeout(() => settle(place.path), 0);
    return [ids.map((id) => "/" + id.page + search), ids.map((id) => (on(id) ? "nav nav--on" : "nav"))];
  }

  /** Title of the window, current page for readers, focus on the new page. */
  function settle(now) {
    let title = "";
    document.querySelectorAll("a.nav").forEach((link) => {
      if (link.pathname === now) {
        link.setAttribute("aria-current", "page");
        title = title || link.title;
      } else {
        link.removeAttribute("aria-current");
      }
    });
    document.title = title ? title + " · Journey BI" : "Journey BI";
    if (path !== null && path !== now) document.getElementById("main").focus({ preventScroll: true });
    path = now;
  }

  function sheet(clicks, place) {
    const by = window.dash_clientside.callback_context.triggered_id;
    return by === "shell-chip" && clicks > 0;
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    shell: { address, route, page, menu, sheet },
  });

  function announce(text) {
    const live = document.getElementById("live");
    live.textContent = "";
    window.setTimeout(() => { live.textContent = text; }, 50);
  }

  /** The address that shows the same view to somebody else: language and theme stay their own. */
  function sharedLink() {
    const url = new URL(window.location.href);
    const kept = new URLSearchParams(url.search);
    kept.delete("lang");
    kept.delete("theme");
    return url.origin + url.pathname + JourneyAddress.text(kept);
  }

  async function share(button) {
    const label = button.querySelector("span:last-child");
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText(sharedLink());
    } catch (error) {
      window.prompt(before, sharedLink());
      return;
    }
    label.textContent = button.dataset.share;
    button.classList.add("button--done");
    announce(button.dataset.share);
    window.setTimeout(() => { label.textContent = before; button.classList.remove("button--done"); }, 2000);
  }

  window.JourneyShell = Object.assign(window.JourneyShell ?? {}, { announce });

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    if (at("[data-retry]")) JourneyAddress.refresh();
    else if (at("[data-share]")) share(at("[data-share]"));
    else if (at("[data-print]")) window.print();
  });
})();
