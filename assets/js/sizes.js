/* Skeletons as tall as what stood in their place last time: data decide how tall a card is, so a page remembers it. */
(function () {
  "use strict";

  const STORE = "journey-sizes";
  const MOST = 400; // places; the oldest go first
  let known = read();
  let changed = false;

  function read() {
    try {
      return JSON.parse(window.localStorage.getItem(STORE)) || {};
    } catch (error) {
      return {}; // somebody else's text, or storage is shut
    }
  }

  function save() {
    if (!changed) return;
    changed = false;
    const entries = Object.entries(known);
    known = Object.fromEntries(entries.slice(-MOST));
    try {
      window.localStorage.setItem(STORE, JSON.stringify(known));
    } catch (error) {
      known = {};
    }
  }

  function nameOf(place) {
    const view = new URLSearchParams(window.location.search).get("view") || "";
    return [window.location.pathname, view, window.innerWidth, place.id].join(" ");
  }

  function remember(place) {
    if (!place.isConnected || place.style.minHeight || place.querySelector(".loading")) return;
    const [name, height] = [nameOf(place), Math.round(place.getBoundingClientRect().height)];
    if (known[name] === height) return;
    delete known[name]; // so that it becomes the youngest
    known[name] = height;
    changed = true;
  }

  const resized = new ResizeObserver((all) => all.forEach((one) => remember(one.target)));

  function holdCard(skeleton) {
    const place = skeleton.parentElement.closest("#shell-page [id]");
    if (!place) return;
    resized.observe(place);
    const height = known[nameOf(place)];
    if (height === undefined) return;
    skeleton.style.height = `${Math.max(height - parseFloat(getComputedStyle(skeleton).marginBottom), 0)}px`;
    skeleton.hidden = height === 0;
  }

  /** The heading has no skeleton: its lines and tabs come with the figures. */
  function holdHead(head) {
    resized.observe(head);
    const height = known[nameOf(head)];
    if (height) head.style.minHeight = `${height}px`;
  }

  function release() {
    const head = document.querySelector("#shell-page .page__head[style]");
    if (!head || document.querySelector("#shell-page .loading")) return;
    head.removeAttribute("style");
    remember(head);
  }

  function look(added) {
    if (!(added instanceof Element)) return;
    if (added.matches(".loading")) holdCard(added);
    added.querySelectorAll(".loading").forEach(holdCard);
    added.querySelectorAll(".page__head").forEach(holdHead);
  }

  new MutationObserver((changes) => {
    changes.forEach((one) => one.addedNodes.forEach(look));
    release();
  }).observe(document.documentElement, { subtree: true, childList: true });
  window.addEventListener("pagehide", save);
  document.addEventListener("visibilitychange", save); // a phone may never say more
})();
