/* The wall screen: one scene after another, as large as the screen allows. Nothing is asked from here: figures come
   by live.js, in place, whichever scene is seen. */
(function () {
  "use strict";

  const BOX = [1120, 630]; // px of the design that the screen is a multiple of
  const SMALL = 1000; // px below which nothing is enlarged
  const QUIET = 4000; // ms without a hand after which the tools leave

  let shown = 0;
  let stopped = false;
  let since = 0; // moment at which the scene came
  let quiet = 0;
  let lock = null; // keeps the screen awake

  const wall = () => document.querySelector(".page--wall");
  const scenes = () => Array.from(document.querySelectorAll(".wall__scene"));
  const pace = () => Number(document.querySelector(".wall__dots")?.dataset.pace || 20) * 1000;

  function show(number) {
    const all = scenes();
    if (!all.length) return;
    shown = (number + all.length) % all.length;
    since = window.performance.now();
    all.forEach((one, place) => {
      one.classList.toggle("wall__scene--on", place === shown);
      one.toggleAttribute("inert", place !== shown);
    });
    marks();
  }

  function marks() {
    document.querySelectorAll(".wall__dot").forEach((one, place) => {
      if (place === shown) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
    });
    const hold = document.querySelector("[data-wall='pause']");
    if (!hold) return;
    const [sign, words] = hold.children;
    sign.className = `icon icon--${stopped ? "play" : "pause"}`;
    const text = stopped ? hold.dataset.other : hold.dataset.words;
    if (words.textContent !== text) words.textContent = text;
  }

  function size() {
    const [width, height] = BOX;
    const room = Math.min(window.innerWidth / width, window.innerHeight / height);
    document.documentElement.style.setProperty("--wall-zoom", window.innerWidth < SMALL ? 1 : Math.max(room, 1).toFixed(3));
  }

  async function stayAwake() {
    if (lock && !lock.released) return;
    try {
      lock = await window.navigator.wakeLock?.request("screen");
    } catch (error) {
      lock = null; // a browser that does not want to: the screen's own settings hold
    }
  }

  // ------------------------------------------------------------------ time

  let seen = null; // the wall that is open

  function tick() {
    const page = wall();
    if (page !== seen) {
      seen = page;
      stopped = false;
      if (page) {
        size();
        show(0);
        stayAwake();
      }
    }
    if (!page || document.hidden) return;
    marks(); // the tools are drawn anew with new figures
    if (!stopped && window.performance.now() - since >= pace()) show(shown + 1);
    page.classList.toggle("wall--quiet", window.performance.now() - quiet > QUIET);
  }

  // ------------------------------------------------------------------ hand

  function act(name) {
    if (name === "pause") {
      stopped = !stopped;
      since = window.performance.now(); // the scene has its whole time again
    }
    if (name === "full" && document.fullscreenElement) document.exitFullscreen();
    else if (name === "full") document.documentElement.requestFullscreen?.();
    marks();
  }

  function step(by) {
    stopped = true;
    show(shown + by);
  }

  document.addEventListener("click", (event) => {
    if (!wall()) return;
    const dot = event.target.closest(".wall__dot");
    const tool = event.target.closest("[data-wall]");
    if (dot) step(Array.from(document.querySelectorAll(".wall__dot")).indexOf(dot) - shown);
    if (tool) act(tool.dataset.wall);
  });

  const KEYS = { ArrowRight: () => step(1), ArrowLeft: () => step(-1), " ": () => act("pause"), f: () => act("full") };

  document.addEventListener("keydown", (event) => {
    if (!wall() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("button, a, input, select, textarea, dialog") && event.key === " ") return;
    const found = KEYS[event.key];
    if (!found) return;
    event.preventDefault();
    found();
  });

  for (const name of ["pointermove", "pointerdown", "keydown", "focusin"]) {
    document.addEventListener(name, () => { quiet = window.performance.now(); }, { passive: true });
  }
  window.addEventListener("resize", size);
  document.addEventListener("visibilitychange", () => { if (wall() && !document.hidden) stayAwake(); });
  window.setInterval(tick, 250);
})();
