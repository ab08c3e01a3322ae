/* What a card does at its corner: the panel "how is this number made", and its picture. */
(function () {
  "use strict";

  const place = () => ({ path: window.location.pathname, search: window.location.search });

  document.addEventListener("click", (event) => {
    const how = event.target.closest("[data-how]");
    if (how) {
      const asked = { ...place(), card: how.dataset.how, at: Date.now() };
      window.dash_clientside.set_props("shell-how", { children: [] }); // not what another card said
      window.dash_clientside.set_props("shell-how-asked", { data: asked });
    }
    const copy = event.target.closest("[data-copy]");
    if (copy) copyText(copy);
  });

  async function copyText(button) {
    const texts = Array.from(button.closest("details").querySelectorAll("pre"), (one) => one.textContent);
    await navigator.clipboard.writeText(texts.join(";\n\n"));
    const label = button.querySelector("span:last-child");
    const before = label.textContent;
    label.textContent = button.dataset.copied;
    window.setTimeout(() => { label.textContent = before; }, 2000);
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    card: { how: (asked) => Boolean(asked && asked.card) },
  });
})();
