/* What the scenario comes to: the figure, the equation, the bars, the notes, and the table of segments. */
(function () {
  "use strict";

  const { el, icon, setText, filled, changes } = window.JourneyWhatifDom;
  const LETTERS = { leads: "L", conversion: "C", average_check: "P", deals_per_buyer: "Q" };
  const COLUMNS = ["baseline", "scenario", "gain", ...Object.keys(LETTERS)];
  const POSSIBLE = 1 - 1e-9; // a buyer has at least one deal

  /** How each figure is written. */
  const figures = (formats) => ({
    leads: (side) => formats.number(side.leads),
    conversion: (side) => formats.share(side.conversion, 1),
    average_check: (side) => formats.money(side.average_check),
    deals_per_buyer: (side) => formats.number(side.deals_per_buyer, 2),
  });

  /** Revenue of the scenario and its change, in the card and in the phone's bar. */
  function headline({ words }, formats) {
    const hero = el("span", { class: "outcome__hero" });
    const delta = el("span", { class: "outcome__delta" });
    const against = el("span", { class: "outcome__against" });
    const { words: worded, tone } = changes(formats);

    function changeText({ baseline, gain }) {
      if (worded(gain) === "0") return words.no_change;
      return worded(gain) + (baseline.revenue > 0 ? ` (${formats.shareChange(gain / baseline.revenue)})` : "");
    }

    function show(answer) {
      setText(hero, formats.money(answer.scenario.revenue));
      hero.title = formats.moneyFull(answer.scenario.revenue);
      setText(delta, changeText(answer));
      delta.title = formats.moneyFull(answer.gain);
      delta.className = `outcome__delta ${tone(answer.gain)}`;
      setText(against, filled(words.against_baseline, { money: formats.money(answer.baseline.revenue) }));
    }

    const spoken = (answer) =>
      filled(words.spoken, { money: hero.textContent, change: changeText(answer).replace(/[▲▼] /, "") });
    return { hero, delta, against, show, spoken };
  }

  /** `L 64 684 × C 15,2 % × P 26 645 ₽ × Q 1,42 + 4,5 млн ₽ outside`. */
  function equation({ words }, formats) {
    const write = figures(formats);
    const values = Object.keys(LETTERS).map(() => el("b"));
    const outside = el("span");
    const root = el("p", { class: "equation" });
    Object.entries(LETTERS).forEach(([name, letter], place) => {
      if (place) root.append(el("span", { class: "equation__sign", text: "×" }));
      const mark = el("span", { class: "lever__letter", text: letter, "aria-hidden": "true" });
      const spoken = el("span", { class: "visually-hidden", text: words[name] });
      root.append(el("span", { class: "equation__part", title: words[name] }, mark, spoken, values[place]));
    });
    root.append(outside);
    function show({ scenario }) {
      Object.keys(LETTERS).forEach((name, place) => setText(values[place], write[name](scenario)));
      const more = scenario.outside ? filled(words.outside_part, { money: formats.money(scenario.outside) }) : "";
      setText(outside, more);
    }
    const text = () => Object.values(LETTERS).map((letter, place) => `${letter} ${values[place].textContent}`).join(" × ") + (outside.textContent && ` ${outside.textContent}`);
    return { root, show, text };
  }

  /** The bars as a list: what a phone shows, and what readers hear in place of the drawing. */
  function bridge({ words }, formats) {
    const { words: worded, tone } = changes(formats);
    const rows = ["baseline", ...Object.keys(LETTERS), "scenario"].map((name) => {
      const value = el("span");
      const label = LETTERS[name] ? `${LETTERS[name]} · ${words.bars[name]}` : words.bars[name];
      return { name, value, root: el("li", { class: "bridge__row" }, el("span", { text: label }), value) };
    });
    function show(answer) {
      for (const { name, value } of rows) {
        const part = answer.parts[name];
        setText(value, part === undefined ? formats.money(answer[name].revenue) : worded(part));
        value.className = part === undefined ? "" : tone(part);
      }
    }
    const text = () => rows.map(({ root, value }) => `${root.firstChild.textContent}: ${value.textContent}`);
    return { root: el("ul", { class: "bridge" }, ...rows.map((one) => one.root)), show, text };
  }

  /** Caps that bind and levers that move nothing: one line for each kind and lever, its segments named. */
  function notes({ words, segments }, leverName) {
    const root = el("ul", { class: "notes" });
    const nameOf = new Map(segments.map((one) => [one.segment, one.name]));
    let shown = "";

    function found(answer) {
      const lines = new Map();
      const add = (code, target, segment) => {
        const key = `${code} ${target}`;
        if (!lines.has(key)) lines.set(key, { code, target, segments: [] });
        lines.get(key).segments.push(nameOf.get(segment));
      };
      for (const { limit, target, segment } of answer.caps) add(limit ? "capped_high" : "capped_low", target, segment);
      for (const { code, target, segment } of answer.reasons) add(code, target, segment);
      for (const { segment, scenario } of answer.segments) {
        if (scenario.deals_per_buyer !== null && scenario.deals_per_buyer < POSSIBLE) add("below_one", "", segment);
      }
      return [...lines.values()];
    }

    function show(answer) {
      const lines = found(answer);
      const key = JSON.stringify(lines);
      if (key === shown) return;
      shown = key;
      const everywhere = (where) => where.length > 1 && where.length === segments.length;
      const sentence = ({ code, target, segments: where }) =>
        filled(words[code], { lever: leverName(target), segments: everywhere(where) ? words.everywhere : where.join(", ") });
      root.replaceChildren(...lines.map((line) => el("li", { class: "note" }, icon("info"), el("span", { text: sentence(line) }))));
    }
    return { root, show };
  }

  /**
   * The card with the result: what stands above the likely range, the range, and what stands below.
   * `show(answer, held)` follows the hand, `speak()` tells readers at rest; `told()` lists the levers in words.
   */
  function resultCard(model, formats, leverName, told) {
    const { words } = model;
    const head = headline(model, formats);
    const line = equation(model, formats);
    const sure = window.JourneyWhatifLikely(model, formats);
    const { words: change, tone } = changes(formats);
    const chart = window.JourneyWhatifBars(formats, { letters: LETTERS, bars: words.bars, change, tone });
    const list = bridge(model, formats);
    const said = notes(model, leverName);
    const broken = el("p", { class: "meta bars__note", text: words.broken_scale });
    const voice = el("p", { class: "visually-hidden", role: "status", "aria-live": "polite" });
    const copy = el("button", { type: "button", class: "button outcome__copy" }, icon("table"), el("span", { text: words.copy_text }));
    const top = [
      el("div", { class: "outcome__figures" }, head.hero, el("div", { class: "outcome__change" }, head.delta, head.against), copy),
      line.root,
    ];
    const below = [
      el("div", { class: "bars__place" }, chart.drawing), list.root, broken,
      model.outside ? el("p", { class: "meta", text: model.outside }) : null, said.root, voice,
    ].filter(Boolean);
    copy.addEventListener("click", () => copyText(copy));

    /** What the card says, line by line, with the levers and the link: for a message or a slide. */
    async function copyText(button) {
      const parts = [
        model.outcome, `${head.hero.textContent} (${head.delta.textContent} · ${head.against.textContent})`,
        sure.root.hidden ? "" : sure.root.textContent, line.text(), "",
        ...list.text(), ...(told().length ? ["", ...told()] : []), "", ...model.notes, window.location.href,
      ];
      const text = parts.filter((one, place) => one || parts[place - 1]).join("\n");
      try {
        await navigator.clipboard.writeText(text);
      } catch (error) {
        window.prompt(words.copy_text, text);
        return;
      }
      const label = button.querySelector("span:last-child");
      setText(label, words.text_copied);
      window.JourneyShell.announce(words.text_copied);
      window.setTimeout(() => setText(label, words.copy_text), 2000);
    }

    function show(answer, held) {
      for (const part of [head, sure, line, list, said]) part.show(answer);
      broken.hidden = !chart.draw(answer, held);
    }
    return { top, range: sure.root, below, show, speak: (answer) => setText(voice, head.spoken(answer) + sure.spoken()) };
  }

  /** The bar above the phone's menu: the result stays in sight while the levers scroll. */
  function resultBar(model, formats) {
    const { words } = model;
    const head = headline(model, formats);
    const name = el("span", { class: "visually-hidden", text: words.share });
    const share = el("button", { type: "button", class: "button button--icon", "data-share": words.copied }, icon("link"), name);
    const sure = window.JourneyWhatifLikely(model, formats);
    const change = el("span", { class: "outcome-bar__change" }, head.delta, sure.brief);
    const root = el("div", { class: "outcome-bar" }, head.hero, change, share);
    function show(answer) {
      head.show(answer);
      sure.show(answer);
    }
    return { root, show };
  }

  /** Each segment of the scenario; null where there is one alone. */
  function segmentTable({ words, segments }, formats) {
    if (segments.length < 2) return null;
    const write = figures(formats);
    const { words: worded, tone } = changes(formats);
    const kind = (name) => `number segments__${name}`;
    const lines = segments.map((segment) => {
      const cells = Object.fromEntries(COLUMNS.map((name) => [name, el("td", { class: kind(name) })]));
      const name = el("span", { class: "segments__name" }, el("span", { class: segment.dot, "aria-hidden": "true" }), el("span", { text: segment.name }));
      const [was, is] = ["was", "is"].map((kind) => el("i", { class: `segments__bar segments__bar--${kind}` }));
      const bars = el("td", { class: "segments__bars", "aria-hidden": "true" }, was, is);
      return { cells, was, is, root: el("tr", {}, el("th", { scope: "row" }, name), bars, ...Object.values(cells)) };
    });
    const titles = COLUMNS.map((name) => el("th", { scope: "col", class: kind(name), text: words.columns[name] }));
    const largest = Math.max(...segments.map((one) => one.revenue + one.outside), 1);
    const region = { class: "table__scroll", role: "region", tabindex: "0", "aria-label": words.segments };
    const root = el("div", region, el("table", { class: "table" },
      el("thead", {}, el("tr", {}, el("th", { scope: "col", text: words.segment }), el("th", { class: "segments__bars", "aria-hidden": "true" }), ...titles)),
      el("tbody", {}, ...lines.map((one) => one.root))));

    function show(answer) {
      answer.segments.forEach(({ baseline, scenario, gain }, place) => {
        const { cells, was, is } = lines[place];
        const width = (side) => `${Math.min(Math.max((100 * side.revenue) / largest, 0), 130) / 1.3}%`;
        was.style.width = width(baseline);
        is.style.width = width(scenario);
        setText(cells.baseline, formats.money(baseline.revenue));
        setText(cells.scenario, formats.money(scenario.revenue));
        setText(cells.gain, worded(gain));
        cells.gain.className = `${kind("gain")} ${tone(gain)}`;
        for (const name of Object.keys(LETTERS)) setText(cells[name], write[name](scenario));
      });
    }
    return { root, show };
  }

  window.JourneyWhatifResult = { LETTERS, figures, resultCard, resultBar, segmentTable };
})();
