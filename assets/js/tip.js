/* One tip for all definitions: shown on hover and on focus, stays while the pointer is on it, Esc takes it away. */
(function () {
  "use strict";

  const SHOW_AFTER = 150; // ms, so that a pointer on its way shows nothing
  const HIDE_AFTER = 120; // ms, so that the pointer reaches the tip itself
  const GAP = 6; // px
  let tip = null;
  let owner = null;
  let timer = 0;

  function built() {
    if (tip) return tip;
    tip = document.createElement("div");
    tip.className = "tip";
    tip.popover = "manual";
    tip.setAttribute("role", "tooltip");
    document.body.append(tip);
    return tip;
  }

  function show(mark) {
    owner = mark;
    const box = built();
    box.textContent = mark.dataset.tip;
    if (!box.matches(":popover-open")) box.showPopover();
    const at = mark.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = box;
    const left = Math.min(Math.max(at.left + at.width / 2 - width / 2, GAP), window.innerWidth - width - GAP);
    const above = at.top - height - GAP;
    box.style.left = `${left}px`;
    box.style.top = `${above >= GAP ? above : at.bottom + GAP}px`;
  }

  function hide() {
    owner = null;
    if (tip?.matches(":popover-open")) tip.hidePopover();
  }

  function later(act, wait) {
    window.clearTimeout(timer);
    timer = window.setTimeout(act, wait);
  }

  const markOf = (event) => (event.target instanceof Element ? event.target.closest("[data-tip]") : null);

  document.addEventListener("pointerover", (event) => {
    const mark = markOf(event);
    if (mark) later(() => show(mark), SHOW_AFTER);
    else if (tip?.contains(event.target)) window.clearTimeout(timer);
    else if (owner && owner !== document.activeElement) later(hide, HIDE_AFTER);
    else if (!owner) window.clearTimeout(timer);
  });
  document.addEventListener("focusin", (event) => {
    const mark = markOf(event);
    if (mark) later(() => show(mark), 0);
    else if (owner) hide();
  });
  document.addEventListener("focusout", () => { if (owner) later(hide, HIDE_AFTER); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  document.addEventListener("scroll", hide, { capture: true, passive: true });
})();
