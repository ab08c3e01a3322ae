/* Targets: a grid of native fields drawn from `data-targets`. What was typed stays until it is saved or dropped, also
   while other segments or years are open; a block copied from a spreadsheet is pasted from a cell on. */
window.JourneyTargets = (function () {
  "use strict";

  const { make, post, refresh } = window.JourneyForms;
  const typed = new Map(); // name of a cell -> { cell, text, version, base }
  let told = { text: "", tone: "", list: [], bad: new Set() };
  let saving = false;

  const name = (engagement, kpi, stage, segment, month) => JSON.stringify([engagement, kpi, stage, segment, month]);
  const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (whole, key) => (key in facts ? String(facts[key]) : whole));
  const say = (text, tone = "", list = [], bad = []) => { told = { text, tone, list, bad: new Set(bad) }; };
  const mine = (spec) => Array.from(typed.entries()).filter(([, one]) => one.cell.engagement === spec.engagement);

  /** Keep what stands in a cell now; what equals the stored target is no change. */
  function note(key, cell, text, version, base) {
    if (text.trim() === base) typed.delete(key);
    else typed.set(key, { cell, text, version, base });
  }

  /** What somebody else has stored since, beside what was typed here; the next save is about the new version. */
  function meet(spec, row, month, key, stored) {
    const own = typed.get(key);
    if (!own || own.version === stored.version) return;
    if (own.text.trim() === stored.text) {
      typed.delete(key);
      return;
    }
    typed.set(key, { ...own, version: stored.version, base: stored.text });
    const value = stored.text || spec.words.empty;
    told.list.push(fill(spec.words.now, { cell: `${row.name}, ${month.name}`, value, own: own.text || spec.words.empty }));
  }

  function field(spec, row, month, place, bar) {
    const cell = { engagement: spec.engagement, kpi: row.kpi, stage: row.stage, segment: spec.segment, month: month.key };
    const key = name(...Object.values(cell));
    const stored = row.cells[place];
    meet(spec, row, month, key, stored);
    const own = typed.get(key);
    const box = make("input", {
      class: "field targets__cell", type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false",
      maxlength: "60", "aria-label": `${row.name}, ${month.name}`,
    });
    box.value = own ? own.text : stored.text;
    const mark = () => {
      box.classList.toggle("targets__cell--typed", typed.has(key));
      if (told.bad.has(key)) box.setAttribute("aria-invalid", "true");
      else box.removeAttribute("aria-invalid");
    };
    const write = (text) => {
      box.value = text;
      note(key, cell, text, stored.version, stored.text);
      told.bad.delete(key);
      mark();
      bar();
    };
    box.addEventListener("input", () => write(box.value));
    box.addEventListener("keydown", (event) => { if (event.key === "Escape") write(stored.text); });
    mark();
    return { box, write };
  }

  /** Rows and columns of a copied block; a single value is left to the browser. */
  function block(text) {
    const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
    return lines.length > 1 || lines[0].length > 1 ? lines : null;
  }

  function paste(spec, fields, at, lines, bar) {
    let outside = 0;
    lines.forEach((line, down) => line.forEach((text, right) => {
      const target = (fields[at.row + down] || [])[at.column + right];
      if (target) target.write(text.trim());
      else outside += 1;
    }));
    say(outside ? fill(spec.words.outside, { n: outside }) : "", outside ? "bad" : "");
    bar();
  }

  function move(fields, at, step) {
    const next = (fields[at.row + step] || [])[at.column];
    if (next) next.box.select();
    if (next) next.box.focus();
  }

  function wire(spec, fields, bar) {
    fields.forEach((line, row) => line.forEach(({ box }, column) => {
      const at = { row, column };
      box.addEventListener("paste", (event) => {
        const lines = block(event.clipboardData.getData("text/plain"));
        if (!lines) return;
        event.preventDefault();
        paste(spec, fields, at, lines, bar);
      });
      box.addEventListener("keydown", (event) => {
        const step = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        move(fields, at, step);
      });
    }));
  }

  async function save(spec) {
    saving = true;
    const sent = mine(spec);
    const cells = sent.map(([, { cell, text, version }]) => {
      const { kpi, stage, segment, month } = cell;
      return { kpi, stage, segment, month, text, version };
    });
    const { ok, answer } = await post(spec.action, { engagement: spec.engagement, language: spec.language, cells });
    if (!ok) say(answer.problem, "bad");
    else if (answer.bad) {
      say(answer.said, "bad", answer.bad.map((one) => one.said), answer.bad.map((one) => name(spec.engagement, ...one.cell)));
    } else {
      sent.forEach(([key]) => typed.delete(key));
      say(answer.said);
    }
    refresh();
    if (ok && answer.bad) redraw(); // the stored targets are as they were: the server's answer is the same
  }

  async function take(spec, source) {
    const { ok, answer } = await post(spec.take, {
      engagement: spec.engagement, language: spec.language, source, year: spec.year,
    });
    if (!ok) say(answer.problem, "bad");
    else {
      for (const { cell, text, version, base } of answer.cells) {
        const whole = { engagement: spec.engagement, ...cell };
        note(name(spec.engagement, cell.kpi, cell.stage, cell.segment, cell.month), whole, text, version, base);
      }
      say(answer.said);
    }
    redraw();
  }

  function taker(spec) {
    if (!spec.sources.length) return [];
    const [label, button, title] = spec.takeWords;
    const list = make("select", { class: "field targets__source", "aria-label": title });
    list.append(...spec.sources.map(([value, text]) => make("option", { value }, text)));
    const go = make("button", { type: "button", class: "button" }, button);
    go.addEventListener("click", () => take(spec, list.value));
    return [make("div", { class: "targets__take" }, make("span", {}, label), list, go)];
  }

  /** The bar below the grid: how much is not saved, the two buttons, and what was said last. */
  function foot(spec) {
    const count = make("span", { class: "targets__count", role: "status" });
    const keep = make("button", { type: "button", class: "button button--primary" }, spec.words.save);
    const drop = make("button", { type: "button", class: "button" }, spec.words.discard);
    const said = make("div", { class: "form__note", role: "alert" });
    const bar = () => {
      const all = mine(spec);
      const away = all.filter(([, { cell }]) => cell.segment !== spec.segment || !cell.month.startsWith(String(spec.year)));
      const parts = all.length ? [fill(spec.words.changes, { n: all.length })] : [];
      if (away.length) parts.push(fill(spec.words.elsewhere, { n: away.length }));
      count.textContent = parts.join(", ");
      keep.disabled = drop.disabled = !all.length;
      said.className = "form__note" + (told.tone === "bad" ? " form__note--bad" : "");
      said.replaceChildren(...(told.text ? [make("p", {}, told.text)] : []));
      if (told.list.length) said.append(make("ul", {}, ...told.list.map((text) => make("li", {}, text))));
    };
    keep.addEventListener("click", () => { keep.disabled = true; save(spec); });
    drop.addEventListener("click", () => {
      mine(spec).forEach(([key]) => typed.delete(key));
      say("");
      redraw();
    });
    const node = make("div", { class: "targets__foot" }, make("div", { class: "targets__bar" }, keep, drop, count), said);
    return { node, bar, keep };
  }

  function draw(place, spec) {
    const { node, bar, keep } = foot(spec);
    const heads = spec.months.map((month) => make("th", { scope: "col" }, make("abbr", { title: month.name }, month.short)));
    const head = make("tr", {}, make("th", { scope: "col" }, spec.words.figure), ...heads);
    const fields = spec.rows.map((row) => spec.months.map((month, column) => field(spec, row, month, column, bar)));
    const rows = spec.rows.map((row, number) => make(
      "tr", {},
      make("th", { scope: "row" }, row.name, make("span", { class: "targets__unit" }, row.unit)),
      ...fields[number].map(({ box }, column) => make("td", { "data-label": spec.months[column].short }, box)),
    ));
    wire(spec, fields, bar);
    const table = make("table", { class: "targets__grid" }, make("thead", {}, head), make("tbody", {}, ...rows));
    place.replaceChildren(...taker(spec), make("div", { class: "targets__scroll" }, table), node);
    bar();
    if (saving) keep.disabled ? fields[0][0].box.focus({ preventScroll: true }) : keep.focus({ preventScroll: true });
    saving = false;
  }

  function redraw() {
    document.querySelectorAll("[data-targets]").forEach((place) => draw(place, JSON.parse(place.dataset.targets)));
  }

  new MutationObserver(() => {
    document.querySelectorAll("[data-targets]").forEach((place) => {
      if (place.built === place.dataset.targets) return;
      place.built = place.dataset.targets;
      draw(place, JSON.parse(place.dataset.targets));
    });
  }).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["data-targets"] });

  window.addEventListener("beforeunload", (event) => { if (typed.size) event.preventDefault(); });

  return { block };
})();
