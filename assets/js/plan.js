/* The board under the keyboard: arrows move the focused card, or go to its neighbours; a moved card keeps the focus. */
(function () {
  "use strict";

  const card = (id) => document.querySelector(`[data-plan-action="${id}"]`);
  const title = (one) => one.querySelector(".board__title");
  let moved = null; // the card that is on its way to another column

  /** Choose the status beside the present one, as a hand would in the card's menu. */
  function move(one, step) {
    const select = one.querySelector("select");
    const next = select && select.selectedIndex + step;
    if (!select || next < 0 || next >= select.options.length) return;
    select.selectedIndex = next;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function step(one, by) {
    const all = Array.from(document.querySelectorAll("[data-plan-action]")).filter((other) => other.offsetParent);
    const next = all[all.indexOf(one) + by];
    if (next) title(next).focus();
  }

  document.addEventListener("keydown", (event) => {
    const one = event.target.closest?.(".board__title")?.closest("[data-plan-action]");
    const act = {
      ArrowRight: () => move(one, 1), ArrowLeft: () => move(one, -1), ArrowDown: () => step(one, 1), ArrowUp: () => step(one, -1),
    }[event.key];
    if (!one || !act || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act();
  });

  document.addEventListener("change", (event) => {
    const one = event.target.closest?.("[data-plan-action]");
    if (!one) return;
    moved = { id: one.dataset.planAction, status: event.target.value };
  }, true);

  /** The board was drawn again: the moved card gets the focus back, and readers hear where it is. */
  function settle() {
    const one = moved && card(moved.id);
    const select = one?.querySelector("select");
    if (one?.querySelector(".form__note--bad")) moved = null; // refused: why stands there
    if (!moved || one?.closest("[data-status]")?.dataset.status !== moved.status || select?.value !== moved.status) return;
    const voice = document.querySelector("[data-plan-voice]");
    if (voice) voice.textContent = `${voice.dataset.moved} ${select.selectedOptions[0].textContent}`;
    moved = null;
    title(one).focus();
  }

  /** A plan wider than the screen opens where today is. */
  function showToday() {
    const line = document.querySelector(".gantt__scroll");
    const today = line?.querySelector(".gantt__now");
    if (!today || line.dataset.shown) return;
    line.dataset.shown = "yes";
    line.scrollLeft = Math.max(0, today.parentElement.offsetLeft + today.offsetLeft - line.clientWidth * 0.7);
  }

  new MutationObserver(() => {
    if (moved) settle();
    showToday();
  }).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["data-plan-action", "data-choice", "data-status"] });
})();
