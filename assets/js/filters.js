/* The filter bar under the hand: popovers, picking several labels, own dates. Each choice becomes an address. */
(function () {
  "use strict";

  const PATIENCE_MS = 250; // several ticks in a row become one question
  let waiting = null;
  let opened = null; // key of the open popover: an answer of the server draws the bar anew
  const known = new WeakSet(); // popovers that were open once: closing one is the person's wish
  let focused = null; // the tick that had the focus

  /* Popovers: one at a time; Esc and a click outside close it, Esc gives the focus back. */
  function openPopovers() {
    return document.querySelectorAll("details[data-popover][open]");
  }

  document.addEventListener("toggle", (event) => {
    const popover = event.target;
    if (!popover.matches("details[data-popover]")) return;
    if (popover.open) {
      opened = popover.dataset.popover;
      known.add(popover);
      openPopovers().forEach((other) => { if (other !== popover) other.open = false; });
      keepInside(popover.querySelector(".panel"));
    } else if (opened === popover.dataset.popover) {
      opened = null;
    }
  }, true);

  document.addEventListener("focusin", (event) => {
    const check = event.target.closest(".check");
    focused = check ? { key: check.dataset.key, value: check.dataset.value } : null;
  });

  /** After the bar was drawn anew: the same popover is open, the same tick has the focus. */
  function reopen() {
    const closed = opened && document.querySelector(`details[data-popover="${opened}"]:not([open])`);
    if (closed && !known.has(closed)) {
      closed.open = true;
      keepInside(closed.querySelector(".panel"));
    }
    if (!focused || document.activeElement !== document.body) return;
    const same = (one) => one.dataset.key === focused.key && one.dataset.value === focused.value;
    const check = Array.from(document.querySelectorAll(".check")).find((one) => same(one) && one.offsetParent);
    if (check) check.focus({ preventScroll: true });
  }

  document.addEventListener("pointerdown", (event) => {
    openPopovers().forEach((popover) => { if (!popover.contains(event.target)) popover.open = false; });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    openPopovers().forEach((popover) => {
      popover.open = false;
      popover.querySelector("summary").focus();
    });
  });

  /** A panel that would leave the window moves to the left. */
  function keepInside(panel) {
    if (!panel) return;
    panel.style.left = "0px";
    const over = panel.getBoundingClientRect().right - document.documentElement.clientWidth + 12;
    if (over > 0) panel.style.left = -over + "px";
  }

  /* A choice of one closes its popover; the sheet of a phone stays open for the next field. */
  document.addEventListener("click", (event) => {
    const option = event.target.closest(".option, .menu__item");
    if (option) choose(option, event);
    const check = event.target.closest(".check");
    if (check) tick(check);
    const apply = event.target.closest("[data-apply]");
    if (apply) applyDates(apply.closest("[data-dates]"));
  });

  /** The written link may be a moment old: only its own key is set in the address that is open now. */
  function choose(option, event) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (option.dataset.key) {
      event.preventDefault();
      window.JourneyAddress.change({ [option.dataset.key]: option.dataset.value });
    }
    const popover = option.closest("details[data-popover]");
    if (popover) popover.open = false;
  }

  function tick(check) {
    check.setAttribute("aria-checked", check.getAttribute("aria-checked") === "true" ? "false" : "true");
    const group = check.closest("[data-many]");
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => {
      const checks = Array.from(group.querySelectorAll(".check"));
      const picked = checks.filter((one) => one.getAttribute("aria-checked") === "true");
      const all = picked.length === checks.length;
      window.JourneyAddress.change({
        [group.dataset.many]: all ? "" : window.JourneyAddress.joined(picked.map((one) => one.dataset.value)),
      });
    }, PATIENCE_MS);
  }

  /* Own dates: native fields, which Dash does not have. Days in the address are half-open. */
  function dayAfter(day) {
    const next = new Date(day + "T00:00:00Z");
    next.setUTCDate(next.getUTCDate() + 1);
    return next.toISOString().slice(0, 10);
  }

  function applyDates(place) {
    const [since, last] = Array.from(place.querySelectorAll("input"));
    last.setCustomValidity("");
    if (!since.value || !last.value || since.value > last.value) {
      last.setCustomValidity(place.dataset.wordLast);
      (since.value ? last : since).reportValidity();
      return;
    }
    const separator = place.dataset.dates === "p" ? ".." : ":";
    window.JourneyAddress.change({ [place.dataset.dates]: since.value + separator + dayAfter(last.value) });
    const popover = place.closest("details[data-popover]");
    if (popover) popover.open = false;
  }

  function field(word, value) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.type = "date";
    input.required = true;
    input.value = value;
    label.append(word, input);
    return label;
  }

  function build(place) {
    const words = place.dataset;
    const title = document.createElement("p");
    title.className = "dates__title";
    title.textContent = words.wordTitle;
    const fields = document.createElement("div");
    fields.className = "dates__fields";
    const apply = document.createElement("button");
    apply.type = "button";
    apply.className = "button";
    apply.dataset.apply = "yes";
    apply.textContent = words.wordApply;
    fields.append(field(words.wordSince, words.since), field(words.wordLast, words.last), apply);
    place.replaceChildren(title, fields);
    place.dataset.built = words.since + words.last;
  }

  new MutationObserver(() => {
    document.querySelectorAll("[data-dates]").forEach((place) => {
      if (place.dataset.built !== place.dataset.since + place.dataset.last) build(place);
    });
    reopen();
  }).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["data-since", "data-last"] });
})();
