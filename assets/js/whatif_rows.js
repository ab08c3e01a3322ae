/* Levers of the what-if as rows: what each one says of the answer, and how far the hand has moved it. */
(function () {
  "use strict";

  const { el, icon, setText, filled, cents } = window.JourneyWhatifDom;
  const { lever, scopes, LIMITS, RANGE } = window.JourneyWhatifLevers;
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
        state.set(target, unit, value, endsAround(state.holds(target), unit, value));
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
        const goes = Math.max(Math.round(same * 100) / 100, unit === "%" ? -100 : same);
        if (state.own(target)) state.set(target, unit, goes, endsIn(state.holds(target), unit, rate));
        hand.changed();
      },
      ranged(target, on) {
        const { unit, value } = rows.get(target).state;
        const half = Math.max(Math.abs(value) / 2, RANGE[unit].step);
        hand.hold(false);
        state.set(target, unit, value, on ? within({ low: value - half, high: value + half }, unit) : null);
        hand.changed();
      },
      ended(target, ends) {
        const { unit, value } = rows.get(target).state;
        hand.hold(false);
        state.set(target, unit, value, ends);
        hand.changed();
      },
      cleared(target) {
        hand.hold(false);
        state.clear(target);
        hand.changed();
      },
      offered(target, unit, value, on) {
        hand.hold(false);
        if (on) state.set(target, unit, value);
        else state.clear(target);
        hand.changed();
      },
    };

    function amountRow(target) {
      const row = { state: { unit: "%", value: 0 } };
      rows.set(target, row);
      const control = lever({ target, label: words[target], letter: LETTERS[target], words, formats }, moves);
      const write = figures(formats)[target];
      function show(answer) {
        const found = state.holds(target);
        const side = state.scope === null ? answer : scope(answer.segments)[0];
        const nothing = target !== "leads" && !scope(model.segments).some((one) => one.deals);
        row.state = { unit: "%", value: found?.value ?? 0 };
        control.show({
          ...row.state,
          ends: endsOf(found),
          rate: 0.5,
          own: state.own(target),
          before: write(side.baseline),
          after: write(side.scenario),
          reason: nothing ? words.no_deals_here : null,
          inherited: Boolean(found) && found.segment !== state.scope,
          offers: {},
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
        const rises = found?.unit === "best" || found?.unit === "own";
        const unit = rises ? "pp" : (found?.unit ?? units.get(target) ?? "%");
        const still = unit === "target" ? Math.round(before * 10_000) / 100 : 0;
        const value = rises ? (after - before) * 100 : (found?.value ?? still);
        row.state = { unit, value, rate: before, reached: after };
        control.show({
          unit,
          value,
          ends: endsOf(found),
          rate: before,
          own: state.own(target),
          before: formats.share(before, 1),
          after: formats.share(after, 1),
          reason: before ? null : words.nobody_here,
          inherited: Boolean(found) && found.segment !== state.scope,
          offers: offersOf(model, scope(model.segments), state.scope === null, place, found, formats),
        });
      };
      rows.set(target, row);
      return row;
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

  // ------------------------------------------------------------------ lifts that are ranges

  const endsOf = (found) => (found?.low === undefined ? null : { low: found.low, high: found.high });
  const within = ({ low, high }, unit) => ({ low: Math.max(cents(low), LIMITS[unit][0]), high: Math.min(cents(high), LIMITS[unit][1]) });

  /** The ends of a range go along with its likely value. */
  function endsAround(found, unit, value) {
    if (endsOf(found) === null || found.unit !== unit) return null;
    return within({ low: Math.min(found.low - found.value + value, value), high: found.high - found.value + value }, unit);
  }

  /** The ends in another unit; a conversion to rise to has none. */
  function endsIn(found, unit, rate) {
    const factor = { "% pp": rate, "pp %": 1 / rate }[`${found.unit} ${unit}`];
    return endsOf(found) === null || !factor ? null : within({ low: found.low * factor, high: found.high * factor }, unit);
  }

  // ------------------------------------------------------------------ conversions to rise to

  /** What a transition may rise to with one click; null where that is not higher, or not known. */
  function offersOf({ words, labels }, segments, everybody, place, found, formats) {
    const share = (value) => formats.share(value, 1);
    const higher = (rates) => segments.filter((one) => one[rates]?.[place] > (rate([one], place) || 1));
    const offer = (unit, text, value = 0) => ({ text, value, pressed: found?.unit === unit && (unit !== "target" || found.value === value) });
    const [best, own, aimed] = ["best", "own", "targets"].map((rates) => higher(rates)[0]);
    const whose = best?.bestOf[place];
    const bestText = () => filled(whose === null ? words.to_pooled : words.to_best, { rate: share(best.best[place]), segment: labels[whose] ?? whose });
    const goal = aimed?.targets[place];
    const one = everybody && segments.length > 1;
    const common = segments.every((segment) => segment.targets?.[place] === goal);
    return {
      best: best ? offer("best", one ? words.each_to_best : bestText()) : null,
      own: own ? offer("own", one ? words.each_to_own : filled(words.to_own, { rate: share(own.own[place]) })) : null,
      target: goal && (common || !one) ? offer("target", filled(words.to_target, { rate: share(goal) }), cents(goal * 100)) : null,
    };
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
  function leverWords({ target, unit, value, low, high, segment }, model, formats, leverName) {
    const { words } = model;
    const digits = Math.max(...[value, low, high].map((one) => (String(cents(one ?? 0)).split(".")[1] ?? "").length));
    const written = (one) => (unit === "pp" ? formats.points : formats.shareChange)(one / 100, digits);
    const rises = { best: words.each_to_best, own: words.each_to_own, target: `→ ${formats.share(value / 100, digits)}` };
    const amount = rises[unit] ?? (low === undefined ? written(value) : `${written(value)} (${written(low)}–${written(high)})`);
    return `${leverName(target)}: ${amount}${segment === null ? "" : ` (${model.labels[segment] ?? segment})`}`;
  }

  window.JourneyWhatifRows = { leverPanel, leverWords };
})();
