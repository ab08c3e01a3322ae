/* The finder: Ctrl+K (Cmd+K) opens a field that leads anywhere, in both languages and on the wrong keyboard layout. */
(function () {
  "use strict";

  const MOST = 40;
  const RU = "йцукенгшщзхъфывапролджэячсмитьбюё";
  const EN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
  const ORDER = ["page", "view", "action", "tab", "stage", "segment", "channel", "touchpoint", "term", "engagement"];
  let known = null; // { engagement, language, finds }
  let shown = [];
  let place = 0;

  const dialog = () => document.getElementById("finder");
  const words = () => JSON.parse(dialog().dataset.words);
  const engagement = () => new URLSearchParams(window.location.search).get("e") || "";

  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  const plain = (text) => text.toLowerCase().replace(/ё/g, "е").replace(/[«»“”"]/g, "").trim();

  /** What the same keys write on the other layout: "цщкл" for "word", "hflbj" for "радио". */
  function swapped(text) {
    return Array.from(text, (sign) => {
      if (RU.includes(sign)) return EN[RU.indexOf(sign)];
      return EN.includes(sign) ? RU[EN.indexOf(sign)] : sign;
    }).join("");
  }

  /** 0 the name begins so, 1 a word of it does, 2 it stands inside, null not at all. */
  function nearness(name, text) {
    const at = name.indexOf(text);
    if (at < 0) return null;
    if (at === 0) return 0;
    return /[\s·:,(→-]/.test(name[at - 1]) ? 1 : 2;
  }

  function rank(find, tries) {
    let best = null;
    tries.forEach((text, penalty) => {
      [find.own, find.other].forEach((name, language) => {
        const near = nearness(name, text);
        if (near === null) return;
        const score = near * 10 + penalty * 3 + language;
        if (best === null || score < best) best = score;
      });
    });
    return best;
  }

  function matches(text) {
    const asked = plain(text);
    if (!asked) return known.finds.filter((find) => find.kind === "page" || find.kind === "view");
    const tries = [asked, plain(swapped(asked))].filter((one) => one);
    return known.finds
      .map((find) => ({ find, score: rank(find, tries) }))
      .filter((one) => one.score !== null)
      .sort((a, b) => a.score - b.score || ORDER.indexOf(a.find.kind) - ORDER.indexOf(b.find.kind)
        || a.find.own.length - b.find.own.length)
      .slice(0, MOST)
      .map((one) => one.find);
  }

  /** The address of a find: its keys over those of the open view that a link to another page keeps. */
  function href(find) {
    if (find.search !== undefined) return find.path + find.search;
    const params = find.alone ? new URLSearchParams() : JourneyAddress.shared(window.location.search);
    for (const [key, value] of Object.entries(find.set || {})) {
      params.set(key, Array.isArray(value) ? JourneyAddress.joined(value) : value);
    }
    return find.path + JourneyAddress.text(params) + (find.anchor ? "#" + find.anchor : "");
  }

  function draw() {
    if (!known) return; // the answer is on its way
    const said = words();
    const list = dialog().querySelector(".finder__list");
    shown = matches(dialog().querySelector("input").value);
    place = 0;
    list.replaceChildren(...shown.map((find, number) => make(
      "a", { class: "finder__find", role: "option", id: "find-" + number, href: href(find), tabindex: "-1" },
      make("span", { class: "finder__name" }, find[document.documentElement.lang] || find.en),
      make("span", { class: "finder__kind" }, said.kinds[find.kind]),
    )));
    const note = dialog().querySelector(".finder__note");
    note.textContent = shown.length ? "" : said.nothing;
    mark();
  }

  function mark() {
    const field = dialog().querySelector("input");
    dialog().querySelectorAll(".finder__find").forEach((one, number) => {
      one.setAttribute("aria-selected", String(number === place));
      if (number === place) one.scrollIntoView({ block: "nearest" });
    });
    if (shown.length) field.setAttribute("aria-activedescendant", "find-" + place);
    else field.removeAttribute("aria-activedescendant");
  }

  function build() {
    const said = words();
    const field = make("input", {
      class: "finder__field", type: "text", role: "combobox", autocomplete: "off", spellcheck: "false",
      "aria-expanded": "true", "aria-controls": "finder-list", "aria-autocomplete": "list",
      "aria-label": said.title, placeholder: said.hint,
    });
    const close = make("button", { class: "finder__close", type: "button", "aria-label": said.close });
    close.append(make("span", { class: "icon icon--close", "aria-hidden": "true" }));
    dialog().replaceChildren(
      make("div", { class: "finder__head" }, make("span", { class: "icon icon--search", "aria-hidden": "true" }), field, close),
      make("div", { class: "finder__list", id: "finder-list", role: "listbox", "aria-label": said.title }),
      make("p", { class: "finder__note", role: "status" }),
      make("p", { class: "finder__keys" }, said.keys),
    );
    field.addEventListener("input", draw);
    field.addEventListener("keydown", keys);
    close.addEventListener("click", () => dialog().close());
    dialog().addEventListener("click", (event) => {
      if (event.target === dialog()) dialog().close(); // the shade around it
    });
  }

  function keys(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown.length) {
      event.preventDefault();
      place = (place + step + shown.length) % shown.length;
      mark();
    }
    if (event.key === "Enter" && shown[place]) {
      event.preventDefault();
      open(shown[place]);
    }
  }

  function open(find) {
    dialog().close();
    JourneyAddress.go(href(find));
  }

  /** Everything that can be found, asked once for each engagement and after a view was saved. */
  async function learn() {
    const key = engagement();
    const language = document.documentElement.lang;
    if (known && known.engagement === key && known.language === language) return;
    const answer = await window.fetch("/finder" + (key ? "?e=" + encodeURIComponent(key) : ""));
    if (!answer.ok) throw new Error(String(answer.status));
    const other = language === "ru" ? "en" : "ru";
    const finds = (await answer.json()).map((find) => ({ ...find, own: plain(find[language]), other: plain(find[other]) }));
    known = { engagement: key, language, finds };
  }

  async function show() {
    if (!dialog() || dialog().open) return;
    if (!dialog().querySelector("input")) build();
    const field = dialog().querySelector("input");
    field.value = "";
    dialog().showModal();
    field.focus();
    try {
      await learn();
      draw();
    } catch (error) {
      dialog().querySelector(".finder__note").textContent = words().failed;
    }
  }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.code === "KeyK") {
      event.preventDefault();
      show();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-finder]")) show();
    const find = event.target.closest(".finder__find");
    if (!find || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    open(shown[Number(find.id.slice("find-".length))]);
  });
  document.addEventListener("journey:views", () => { known = null; });
})();
