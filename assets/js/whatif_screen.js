/* The what-if screen: levers, result and segments from one dcc.Store; nothing here asks the server.

   The state is the list of levers and the open scope. It stands in the address (history.replaceState), so that a
   pasted link shows the same scenario; the page itself listens to other changes of the address alone. */
(function () {
  "use strict";

  const { whatif, readLink, writeLink } = window.JourneyWhatif;
  const { el, icon, setText, filled } = window.JourneyWhatifDom;
  const { lever, scopes } = window.JourneyWhatifLevers;
  const { LETTERS, figures, resultCard, resultBar, segmentTable } = window.JourneyWhatifResult;
  const ADDRESS_AFTER = 250; // ms of rest before the address is rewritten
  const SPEAK_AFTER = 700; // ms of rest before readers hear the result

  let open = null;
  /* What the hand has set on this visit of the page. Links of the filter bar are made by the server and carry the
     levers of the address that it last saw: where these come back, the hand's own state is newer. */
  let visit = { page: null, engagement: null, said: null, scenario: null };

  /** Build the screen for a new model; called whenever the store changes. */
  function mount(model) {
    const root = document.getElementById("whatif-app");
    if (!model || !root) return window.dash_clientside.no_update;
    open?.close();
    const page = root.closest(".page");
    const read = readLink(model, window.location.search);
    const said = writeLink(model, "", read.scope, read.levers);
    const same = visit.page === page && visit.engagement === model.engagement && visit.said === said;
    visit = { page, model, engagement: model.engagement, said, scenario: scenario(model, same ? visit.scenario : read) };
    open = screen(root, model, visit.scenario);
    return model.engagement;
  }

  // ------------------------------------------------------------------ state

  /** Levers and the open scope (null: everybody); a segment's own lever stands in place of the one for all. */
  function scenario(model, from) {
    const names = new Set([null, ...model.segments.map((one) => one.segment)]);
    const state = {
      levers: from.levers.filter((one) => names.has(one.segment)),
      scope: names.has(from.scope) ? from.scope : null,
    };
    const at = (target, scope) => state.levers.find((one) => one.target === target && one.segment === scope);

    return Object.assign(state, {
      holds: (target) => at(target, state.scope) ?? at(target, null),
      own: () => state.levers.filter((one) => one.segment === state.scope),
      scopes: () => new Set(state.levers.map((one) => one.segment)),
      set(target, unit, value) {
        const { scope } = state;
        const says = unit === "best" || value !== 0 || (scope !== null && at(target, null));
        state.levers = state.levers.filter((one) => one.target !== target || one.segment !== scope);
        if (says) state.levers.push({ target, unit, value, segment: scope });
      },
      reset() {
        state.levers = state.scope === null ? [] : state.levers.filter((one) => one.segment !== state.scope);
      },
    });
  }

  // ------------------------------------------------------------------ screen

  function screen(root, model, state) {
    const formats = window.JourneyFormats(model.language, model.symbol);
    const steps = model.steps.slice(1, model.priced + 1).map((step, place) => ({
      place,
      target: `${model.steps[place]}>${step}`,
      name: `${model.names[place]} → ${model.names[place + 1]}`,
    }));
    const leverName = (target) => model.words[target] ?? steps.find((one) => one.target === target)?.name ?? "";
    const timers = {};
    let frame = 0;
    let held = false;
    let answer = null;

    const hand = {
      changed() {
        frame ||= window.requestAnimationFrame(render);
        rest("address", ADDRESS_AFTER, writeAddress);
        rest("voice", SPEAK_AFTER, () => card.speak(answer));
      },
      hold(byRange) {
        held = byRange;
      },
    };
    const panel = leverPanel(model, formats, state, steps, hand);
    const card = resultCard(model, formats, leverName);
    const bar = resultBar(model, formats);
    const table = segmentTable(model, formats);

    function render() {
      frame = 0;
      answer = whatif(model, state.levers.map((one) => ({ ...one, amount: one.value / 100 })));
      panel.show(answer);
      card.show(answer, held);
      bar.show(answer);
      table?.show(answer);
    }

    function rest(name, wait, act) {
      window.clearTimeout(timers[name]);
      timers[name] = window.setTimeout(act, wait);
    }

    function writeAddress() {
      const search = writeLink(model, window.location.search, state.scope, state.levers);
      if (search === window.location.search) return;
      window.history.replaceState(window.history.state, "", window.location.pathname + search + window.location.hash);
    }

    function close() {
      window.cancelAnimationFrame(frame);
      Object.values(timers).forEach(window.clearTimeout);
    }

    const right = el("div", { class: "whatif__right" }, card.root, table?.root);
    root.replaceChildren(panel.root, right, bar.root);
    render();
    if (writeLink(model, "", state.scope, state.levers) !== visit.said) writeAddress();
    return { close };
  }

  // ------------------------------------------------------------------ levers

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
        const { value, rate } = rows.get(target).state;
        const same = unit === "pp" ? value * rate : value / rate;
        units.set(target, unit);
        moves.moved(target, unit, Math.max(Math.round(same * 100) / 100, unit === "%" ? -100 : same), false);
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
      const row = { root: control.root, state: { value: 0, rate: 0 } };
      row.show = (answer) => {
        const found = state.holds(target);
        const before = rate(scope(model.segments), place);
        const after = rate(scope(answer.segments), place);
        const best = found?.unit === "best";
        const unit = best ? "pp" : (found?.unit ?? units.get(target) ?? "%");
        const value = best ? (after - before) * 100 : (found?.value ?? 0);
        const offer = bestOf(scope(model.segments), place);
        row.state = { value, rate: before };
        control.show({
          unit,
          value,
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
    const group = (...parts) => el("div", { class: "levers__group" }, ...parts.map((one) => one.root));
    const root = el("section", { class: "card levers", "aria-labelledby": "whatif-levers" },
      el("div", { class: "card__head" },
        el("div", { class: "card__words" },
          el("h2", { class: "card__title", id: "whatif-levers", text: words.levers }),
          el("p", { class: "card__subtitle", text: words.levers_note })),
        el("div", { class: "card__aside" }, reset.root)),
      chooser?.root, apart, group(leads), group(conversion, ...path), group(check), group(often, ...repeat),
      ...model.notes.map((text) => el("p", { class: "meta", text })));

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
      root.disabled = !(state.scope === null ? state.levers : state.own()).length;
      setText(label, state.scope === null ? words.reset : words.reset_segment);
    }
    return { root, show };
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, { whatif: { mount, shown: () => visit.model } });
})();
