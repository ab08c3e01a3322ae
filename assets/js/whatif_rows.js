/* Levers of the what-if as rows: what each one says of the answer, and how far the hand has moved it. */
(function () {
  "use strict";

  const { el, icon, setText, filled } = window.JourneyWhatifDom;
  const { lever, scopes } = window.JourneyWhatifLevers;
  const { LETTERS, figures } = window.JourneyWhatifResult;
  const MANY = 4; // more steps than this fold away

  function leverPanel(model, formats, state, steps, hand) {
    const { words } = model;
    const scope = (parts) => parts.filter((one) => state.scope === null || one.segment === state.scope);
    const units = new Map(); // a transition without a lever remembers the unit it was switched to
    const rows = new Map();

    const moves = {
      moved(target, unit, value, byRange) {
        hand.hold(byRange);
        state.set(target, unit, value);
        hand.changed();
      },
      released() {
        hand.hold(false);
        hand.changed();
      },
      switched(target, unit) {
        const { unit: before, value, rate, reached } = rows.get(target).state;
        const same = { pp: before === "%" ? value * rate : 100 * (reached - rate), "%": before === "pp" ? value / rate : 100 * (reached / rate - 1), target: 100 * reached }[unit];
        units.set(target, unit);
        hand.hold(false);
        if (state.own(target)) state.set(target, unit, Math.max(Math.round(same * 100) / 100, unit === "%" ? -100 : same));
        hand.changed();
      },
      cleared(target) {
        hand.hold(false);
        state.clear(target);
        hand.changed();
      },
      toBest: (target, on) => moves.moved(target, on ? "best" : "pp", 0, false),
    };

    function amountRow(target) {
      const control = lever({ target, label: words[target], letter: LETTERS[target], words, formats }, moves);
      const write = figures(formats)[target];
      function show(answer) {
        const found = state.holds(target);
        const side = state.scope === null ? answer : scope(answer.segments)[0];
        const nothing = target !== "leads" && !scope(model.segments).some((one) => one.deals);
        control.show({
          unit: "%",
          value: found?.value ?? 0,
          rate: 0.5,
          own: state.own(target),
          before: write(side.baseline),
          after: write(side.scenario),
          reason: nothing ? words.no_deals_here : null,
          inherited: Boolean(found) && found.segment !== state.scope,
          best: null,
        });
      }
      return { root: control.root, show };
    }

    function stepRow({ place, target, name }) {
      const control = lever({ target, label: name, letter: null, words, formats }, moves);
      const row = { target, root: control.root, state: { unit: "%", value: 0, rate: 0, reached: 0 } };
      row.show = (answer) => {
        const found = state.holds(target);
        const before = rate(scope(model.segments), place);
        const after = rate(scope(answer.segments), place);
        const best = found?.unit === "best";
        const unit = best ? "pp" : (found?.unit ?? units.get(target) ?? "%");
        const still = unit === "target" ? Math.round(before * 10_000) / 100 : 0;
        const value = best ? (after - before) * 100 : (found?.value ?? still);
        const offer = bestOf(scope(model.segments), place);
        row.state = { unit, value, rate: before, reached: after };
        control.show({
          unit,
          value,
          rate: before,
          own: state.own(target),
          before: formats.share(before, 1),
          after: formats.share(after, 1),
          reason: before ? null : words.nobody_here,
          inherited: Boolean(found) && found.segment !== state.scope,
          best: offer === null ? null : { text: offer, pressed: best },
        });
      };
      rows.set(target, row);
      return row;
    }

    function bestOf(segments, place) {
      const better = segments.filter((one) => one.best[place] !== null && one.best[place] > (rate([one], place) || 1));
      if (!better.length) return null;
      if (state.scope === null) return words.each_to_best;
      const whose = better[0].bestOf[place];
      const facts = { rate: formats.share(better[0].best[place], 1), segment: model.labels[whose] ?? whose };
      return filled(whose === null ? words.to_pooled : words.to_best, facts);
    }

    const path = steps.filter((one) => one.place < model.deal).map(stepRow);
    const repeat = steps.filter((one) => one.place >= model.deal).map(stepRow);
    const [leads, check, often] = ["leads", "average_check", "deals_per_buyer"].map(amountRow);
    const conversion = conversionRow(words, formats);
    const reset = resetButton(words, state, () => { state.reset(); units.clear(); hand.changed(); });
    const chooser = model.segments.length > 1
      ? scopes(model.segments, words, (chosen) => { state.scope = chosen; hand.changed(); })
      : null;
    const apart = el("p", { class: "levers__apart" });
    const group = (...parts) => el("div", { class: "levers__group" }, ...parts.map((one) => one.root ?? one));
    const root = el("div", {},
      el("div", { class: "levers__reset" }, reset.root), chooser?.root, apart,
      group(leads), group(conversion, ...folded(path)), group(check), group(often, ...folded(repeat)),
      ...model.notes.map((text) => el("p", { class: "meta", text })));

    /** Many steps stand behind one line, unless a link has moved one of them. */
    function folded(steps) {
      if (steps.length <= MANY) return steps;
      const moved = steps.some((one) => state.levers.some((lever) => lever.target === one.target));
      const line = el("summary", { class: "levers__more", text: filled(words.steps_of, { n: steps.length }) });
      return [el("details", { open: moved }, line, ...steps.map((one) => one.root))];
    }

    function show(answer) {
      for (const row of [leads, ...path, check, often, ...repeat]) row.show(answer);
      conversion.show(state.scope === null ? answer : scope(answer.segments)[0]);
      chooser?.show(state.scope, state.scopes());
      reset.show();
      const others = model.segments.filter((one) => state.scope === null && state.scopes().has(one.segment));
      apart.hidden = !others.length;
      setText(apart, filled(words.own_levers, { segments: others.map((one) => one.name).join(", ") }));
    }
    return { root, show };
  }

  /** Share of the customers at a step who go on, over some segments; null without customers. */
  function rate(segments, place) {
    const at = (step) => segments.reduce((total, one) => total + one.counts[step], 0);
    return at(place) ? at(place + 1) / at(place) : null;
  }

  /** The heading of C: its levers are the transitions under it. */
  function conversionRow(words, formats) {
    const before = el("span");
    const after = el("b");
    const write = figures(formats).conversion;
    const root = el("div", { class: "lever lever--head" },
      el("div", { class: "lever__head" },
        el("span", { class: "lever__letter", text: LETTERS.conversion, "aria-hidden": "true" }),
        el("span", { class: "lever__name", text: words.conversion }),
        el("span", { class: "lever__values" }, before, el("span", { text: " → ", "aria-hidden": "true" }), after)));
    function show(side) {
      setText(before, write(side.baseline));
      setText(after, write(side.scenario));
    }
    return { root, show };
  }

  function resetButton(words, state, act) {
    const label = el("span");
    const root = el("button", { type: "button", class: "button" }, icon("reset"), label);
    root.addEventListener("click", act);
    function show() {
      root.disabled = !(state.scope === null ? state.levers.length : state.own());
      setText(label, state.scope === null ? words.reset : words.reset_segment);
    }
    return { root, show };
  }

  /** `Evaluation → Purchase: +2 pp (Gift)`. */
  function leverWords({ target, unit, value, segment }, model, formats, leverName) {
    const { words } = model;
    const digits = (String(Math.round(value * 100) / 100).split(".")[1] ?? "").length;
    const amounts = { "%": () => formats.shareChange(value / 100, digits), pp: () => formats.points(value / 100, digits), best: () => words.each_to_best };
    const amount = (amounts[unit] ?? (() => `→ ${formats.share(value / 100, digits)}`))();
    return `${leverName(target)}: ${amount}${segment === null ? "" : ` (${model.labels[segment] ?? segment})`}`;
  }

  window.JourneyWhatifRows = { leverPanel, leverWords };
})();
