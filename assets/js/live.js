/* New figures on an open page: asks every few seconds which generation is current, and lets the cards ask again when
   it is another one. Nothing is rebuilt: the answers land in the places that show the old ones. */
(function () {
  "use strict";

  const EVERY = 3000; // ms between two looks
  const SLOWEST = 30000; // ms, where the server does not answer
  const SETTLED = 1200; // ms after which every process of the server knows the new generation
  const HAND_RESTS = 1500; // ms without a touch of the hand before figures change under it
  const WATCHED = 5000; // ms in which a changed number is one of the new generation
  const UNITS = [[1, 60], [60, 3600], [3600, 172800], [86400, Infinity]];

  let tag = null; // of the last answer
  let answered = null; // {engagement, switched}: what the page was last brought up to
  let misses = 0;
  let timer = 0;
  let down = false;
  let handAt = -Infinity;

  const engagement = () => new URLSearchParams(window.location.search).get("e");

  // ------------------------------------------------------------------ looking

  async function look() {
    window.clearTimeout(timer);
    const key = engagement();
    if (document.hidden || !key) return; // begins again when somebody looks, or when the address names one
    if (down) { // nothing is asked while a lever is held
      timer = window.setTimeout(look, HAND_RESTS);
      return;
    }
    try {
      const headers = tag && tag.key === key ? { "If-None-Match": tag.value } : {};
      const answer = await window.fetch("/live?e=" + encodeURIComponent(key), { headers, cache: "no-store" });
      if (answer.status >= 500) throw new Error(String(answer.status));
      reached();
      if (answer.ok) {
        tag = { key, value: answer.headers.get("ETag") };
        compare(key, await answer.json());
      }
    } catch (error) {
      missed();
    }
    timer = window.setTimeout(look, Math.min(EVERY * 2 ** misses, SLOWEST));
  }

  function reached() {
    if (misses) ask(); // what failed meanwhile is asked again
    misses = 0;
    say(false);
  }

  function missed() {
    misses += 1;
    say(true);
  }

  /** Show the bar or hide it; a slow machine may look before the shell is drawn. */
  function say(offline) {
    const bar = document.getElementById("offline");
    if (bar) bar.hidden = !offline;
  }

  /** Shown figures are those of the bar's age; where a page has none yet, those of the first look. */
  function compare(key, told) {
    const shown = document.querySelector("[data-switched]");
    const before = answered && answered.engagement === key ? answered.switched : -1;
    const known = Math.max(shown ? Number(shown.dataset.switched) : -1, before);
    answered = { engagement: key, switched: told.switched };
    if (known < 0 || told.switched === known) return;
    window.setTimeout(whenHandRests, Math.max(SETTLED - told.age * 1000, 0));
  }

  // ------------------------------------------------------------------ bringing the page up to date

  function whenHandRests() {
    const rest = down ? HAND_RESTS : handAt + HAND_RESTS - window.performance.now();
    if (rest > 0) window.setTimeout(whenHandRests, rest);
    else ask();
  }

  function ask() {
    if (!document.getElementById("shell-page")) return; // what is not drawn yet asks by itself
    watch();
    const { pathname, search } = window.location;
    const data = { path: pathname, search, turn: Date.now(), live: true };
    const page = document.querySelector("#shell-page > .page");
    const props = window.dash_clientside.set_props;
    if (!page) {
      props("shell-route", { data: { ...data, engagement: engagement() } }); // it said that there is nothing
      return;
    }
    props("shell-address", { data });
    window.JourneyAddress.refresh({ turn: data.turn, live: true });
  }

  // ------------------------------------------------------------------ changed numbers

  let watching = null;

  function watch() {
    watching?.disconnect();
    const focused = document.activeElement;
    let said = false;
    watching = new MutationObserver((changes) => {
      const places = new Set(changes.filter(isNewNumber).map((one) => one.target.parentElement ?? one.target));
      for (const place of places) {
        if (!place.closest("svg")) place.setAttribute("data-changed", "");
      }
      if (places.size && !said) window.JourneyShell.announce(document.getElementById("offline").dataset.updated);
      said ||= places.size > 0;
      if (!focused.isConnected && document.activeElement === document.body) again(focused)?.focus({ preventScroll: true });
    });
    watching.observe(document.getElementById("shell-page"), {
      subtree: true, childList: true, characterData: true, characterDataOldValue: true,
    });
    window.setTimeout((one) => one.disconnect(), WATCHED, watching);
  }

  const isNewNumber = ({ type, target, oldValue }) =>
    type === "characterData" && oldValue !== target.data && /\d/.test(target.data) && target.parentElement !== null;

  /** The control that stands where a lost one stood: of the same kind and name. */
  function again(lost) {
    const name = (one) => one.id || one.getAttribute("aria-label") || one.textContent;
    return Array.from(document.querySelectorAll(`#shell-page ${lost.localName}`)).find((one) => name(one) === name(lost));
  }

  document.addEventListener("animationend", (event) => {
    if (event.animationName === "changed") event.target.removeAttribute("data-changed");
  });

  // ------------------------------------------------------------------ age

  const born = new WeakMap(); // tag of an age -> what it was made of, and the moment of age 0

  function tick() {
    for (const shown of document.querySelectorAll("[data-age]")) {
      const { age, switched, texts } = shown.dataset;
      const made = switched + "/" + age;
      if (born.get(shown)?.made !== made) born.set(shown, { made, at: window.performance.now() - Number(age) * 1000 });
      const seconds = Math.max((window.performance.now() - born.get(shown).at) / 1000, 0);
      const place = UNITS.findIndex(([, end]) => seconds < end);
      const text = JSON.parse(texts)[place].replace("{n}", Math.floor(seconds / UNITS[place][0]));
      if (shown.firstChild && shown.firstChild.data !== text) shown.firstChild.data = text;
    }
  }

  // ------------------------------------------------------------------ when to look

  const touched = () => { handAt = window.performance.now(); };
  document.addEventListener("pointerdown", () => { down = true; touched(); }, true);
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => { down = false; touched(); }, true);
  for (const name of ["keydown", "input"]) document.addEventListener(name, touched, true);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("online", look);
  window.addEventListener("popstate", look);
  window.addEventListener("_dashprivate_pushstate", look);
  window.setInterval(tick, 1000);
  timer = window.setTimeout(look, EVERY);
})();
