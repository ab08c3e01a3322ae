/* Saved views and links for outsiders, in a dialog: the list, and two small forms about the view that is open. */
(function () {
  "use strict";

  const { make, post, draw } = window.JourneyForms;
  const dialog = () => document.getElementById("views");
  const setup = () => JSON.parse(dialog().dataset.setup);
  const engagement = () => new URLSearchParams(window.location.search).get("e") || "";
  const place = () => ({ engagement: engagement(), path: window.location.pathname, search: window.location.search });
  const changed = () => document.dispatchEvent(new CustomEvent("journey:views")); // the finder asks again

  function button(text, act) {
    const made = make("button", { type: "button", class: "button views__act" }, text);
    made.addEventListener("click", act);
    return made;
  }

  function renaming(view, words, item) {
    const spec = {
      action: "/views/" + view.id, submit: words.change, done: words.done,
      fields: [
        { name: "name", label: words.name, kind: "text", value: view.name, required: true, autocomplete: "off", hint: "" },
        { name: "shared", label: words.shared, kind: "check", value: view.shared },
      ],
    };
    const form = make("div", { class: "form" });
    draw(form, spec, null, () => { changed(); list(); });
    item.append(form);
    form.querySelector("input").focus();
  }

  function row(view, words) {
    const link = make("a", { class: "views__name", href: view.path + view.search }, view.name);
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      dialog().close();
      JourneyAddress.go(view.path + view.search);
    });
    const whose = view.own ? (view.shared ? words.team : "") : words.by.replace("{name}", view.owner);
    const item = make("li", { class: "views__view" }, make("span", { class: "views__words" }, link, make("span", { class: "views__whose" }, whose)));
    if (view.own) {
      item.append(
        button(words.rename, () => { if (!item.querySelector(".form")) renaming(view, words, item); }),
        button(words.delete, async () => {
          if (!window.confirm(words.sure)) return;
          await post("/views/" + view.id + "/delete", {});
          changed();
          list();
        }),
      );
    }
    return item;
  }

  /** Ask for the views of the open engagement and list them. */
  async function list() {
    const words = setup().words;
    const answer = await window.fetch("/views?e=" + encodeURIComponent(engagement()));
    const views = answer.ok ? (await answer.json()).views : [];
    const shown = views.length ? [make("ul", {}, ...views.map((view) => row(view, words)))] : [words.none];
    dialog().querySelector(".views__list").replaceChildren(...shown);
  }

  function saving(words) {
    const form = make("div", { class: "form" });
    const spec = {
      action: "/views", submit: words.save, done: words.done, primary: true,
      fields: [
        { name: "name", label: words.name, kind: "text", value: "", required: true, autocomplete: "off", hint: "" },
        { name: "shared", label: words.shared, kind: "check", value: false },
      ],
    };
    draw(form, spec, place, () => { changed(); list(); });
    return form;
  }

  function publishing(words, days) {
    const form = make("div", { class: "form" });
    const spec = {
      action: "/shares", submit: words.make, done: words.made,
      fields: [{ name: "days", label: words.days, kind: "select", choices: days, value: days[1][0] }],
    };
    draw(form, spec, place, () => {});
    return form;
  }

  function section(title, ...content) {
    return make("section", { class: "views__part" }, make("h3", {}, title), ...content);
  }

  function show() {
    if (dialog().open) return;
    const { words, publishes, days, pages, readable } = setup();
    const here = window.location.pathname;
    const close = make("button", { class: "finder__close", type: "button", "aria-label": words.close });
    close.append(make("span", { class: "icon icon--close", "aria-hidden": "true" }));
    close.addEventListener("click", () => dialog().close());
    const parts = [
      make("div", { class: "views__head" }, make("h2", {}, words.title), close),
      section(words.saved, make("div", { class: "views__list" })),
      section(words.save, pages.includes(here) ? saving(words) : make("p", {}, words.plain)),
    ];
    if (publishes) {
      const may = readable.includes(here);
      parts.push(section(words.outside, make("p", {}, may ? words.outsideText : words.outsideNot), ...(may ? [publishing(words, days)] : [])));
    }
    dialog().replaceChildren(...parts);
    dialog().showModal();
    list();
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-views]")) show();
    if (event.target === dialog()) dialog().close();
  });
})();
