/* The what-if screen: one dcc.Store becomes levers, result and segments, in the places of layouts/whatif.py.

   The state is the list of levers and the open scope. It stands in the address (history.replaceState), so that a
   pasted link shows the same scenario; the page itself listens to other changes of the address alone. Nothing asks the
   server while the hand moves, the likely range follows it too: its draws come once, after the page. When the hand
   rests, the months are asked for. */
(function () {
  "use strict";

  const { whatif, readLink, writeLink } = window.JourneyWhatif;
  const { leverPanel, leverWords } = window.JourneyWhatifRows;
  const { resultCard, resultBar, segmentTable } = window.JourneyWhatifResult;
  const AT_REST = 300; // ms until the address is rewritten and the months are asked for
  const SPEAK_AFTER = 700; // ms of rest before readers hear the result
  const FRAMES = 120; // for the places to be drawn
  const PAGE = "/whatif"; // after a click on a link the address is already another page's

  let open = null;
  const late = { draws: null, own: null }; // what comes after the page; of the cohort that each names
  /* What the hand has set on this visit of the page. Links of the filter bar are made by the server and carry the
     levers of the address that it last saw: where these come back, the hand's own state is newer. */
  let visit = { page: null, asked: false, engagement: null, said: null, scenario: null };

  const place = (name) => document.getElementById(`whatif-${name}`);
  const ask = (store, data) => window.JourneyAddress.tell(`whatif-${store}`, { data });
  const frame = () => new Promise((done) => { window.requestAnimationFrame(done); });

  /** Build the screen for a new model; called whenever the store changes. Null: there is nothing to play with. */
  async function mount(model) {
    if (!model) return null;
    for (let tries = 0; !place("levers") && tries < FRAMES; tries += 1) await frame();
    const app = place("app");
    if (!app || !place("levers")) return null;
    open?.close();
    const page = app.closest(".page");
    const read = readLink(model, window.location.search);
    const said = writeLink(model, "", read.scope, read.levers);
    const same = visit.page === page && visit.engagement === model.engagement && visit.said === said;
    visit = { page, model, asked: visit.page === page && visit.asked, engagement: model.engagement, said, scenario: scenario(model, same ? visit.scenario : read) };
    open = screen(app, model, visit.scenario);
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
    const without = (target, scope) => state.levers.filter((one) => one.target !== target || one.segment !== scope);

    return Object.assign(state, {
      holds: (target) => at(target, state.scope) ?? at(target, null),
      own: (target) => state.levers.some((one) => one.segment === state.scope && (!target || one.target === target)),
      scopes: () => new Set(state.levers.map((one) => one.segment)),
      /** `ends`: {low, high} of a lift that is a range. */
      set(target, unit, value, ends = null) {
        const { scope } = state;
        const says = !["%", "pp"].includes(unit) || value !== 0 || ends || (scope !== null && at(target, null));
        state.levers = without(target, scope);
        if (says) state.levers.push({ target, unit, value, segment: scope, ...ends });
      },
      /** Levers of a bar or of a goal: each for the segment it names. */
      take(levers) {
        const known = levers.filter((one) => names.has(one.segment));
        for (const one of known) state.levers = [...without(one.target, one.segment), one];
        if (known.every((one) => one.segment === null)) state.scope = null;
      },
      clear(target) {
        state.levers = without(target, state.scope);
      },
      reset() {
        state.levers = state.scope === null ? [] : state.levers.filter((one) => one.segment !== state.scope);
      },
    });
  }

  /** A lever as the arithmetic takes it. */
  const inShares = ({ low, high, ...one }) => ({
    ...one, amount: one.value / 100, ...(low === undefined ? {} : { low: low / 100, high: high / 100 }),
  });

  // ------------------------------------------------------------------ screen

  function screen(app, model, state) {
    const formats = window.JourneyFormats(model.language, model.symbol);
    const steps = model.steps.slice(1, model.priced + 1).map((step, number) => ({
      place: number,
      target: `${model.steps[number]}>${step}`,
      name: `${model.names[number]} → ${model.names[number + 1]}`,
    }));
    const leverName = (target) => model.words[target] ?? steps.find((one) => one.target === target)?.name ?? "";
    const timers = {};
    let drawing = 0;
    let held = false;
    let resting = true; // false between a move and the question that follows it
    let answer = null;

    const hand = {
      changed() {
        drawing ||= window.requestAnimationFrame(render);
        resting = false;
        setStale(true);
        rest("settle", AT_REST, settle);
        rest("voice", SPEAK_AFTER, () => card.speak(answer));
      },
      hold(byRange) {
        held = byRange;
      },
    };
    const panel = leverPanel(model, formats, state, steps, hand);
    const told = () => state.levers.map((one) => leverWords(one, model, formats, leverName));
    const card = resultCard(model, formats, leverName, told);
    const bar = resultBar(model, formats);
    const table = place("segments") && segmentTable(model, formats);
    let band = null;

    function render() {
      drawing = 0;
      const levers = state.levers.map(inShares);
      answer = whatif(model, levers);
      answer.range = band && levers.length ? band.range(levers) : null;
      answer.ranged = levers.some((one) => one.low < one.high);
      panel.show(answer);
      card.show(answer, held);
      bar.show(answer);
      table?.show(answer);
    }

    /** What has come after the page: draws make the range, best own periods an offer. */
    function arrived() {
      const { draws, own } = late;
      if (draws?.cohort === model.cohort) band ??= window.JourneyWhatifBand(model, draws);
      if (own?.cohort === model.cohort) for (const one of model.segments) one.own = own.own[one.segment];
      drawing ||= window.requestAnimationFrame(render);
    }

    function rest(name, wait, act) {
      window.clearTimeout(timers[name]);
      timers[name] = window.setTimeout(act, wait);
    }

    /** A thumb that is still held has not rested; and a page that was left meanwhile has nothing to ask or to write. */
    function settle() {
      if (held || !app.isConnected || window.location.pathname !== PAGE) return;
      resting = true;
      visit.asked = true;
      writeAddress();
      ask("asked", { search: window.location.search, at: Date.now() });
    }

    function writeAddress() {
      const search = writeLink(model, window.location.search, state.scope, state.levers);
      if (search === window.location.search) return;
      window.history.replaceState(window.history.state, "", window.location.pathname + search + window.location.hash);
    }

    function setStale(on) {
      if (app.classList.contains("whatif--stale") !== on) app.classList.toggle("whatif--stale", on);
    }

    /** The server's months are there; of an older scenario where the hand has moved again. */
    function settled() {
      if (resting) setStale(false);
    }

    function seek(more) {
      writeAddress();
      const said = new URLSearchParams({ goal: String(more) }).toString();
      const kept = window.location.search.replace(/^\?/, "").split("&").filter((pair) => pair && !pair.startsWith("goal="));
      window.history.replaceState(window.history.state, "", `${window.location.pathname}?${[...kept, said].join("&")}`);
      ask("sought", { search: window.location.search, more, at: Date.now() });
    }

    /** Bars of the tornado and ways to a goal set levers; files and actions are of the scenario that is shown now. */
    function clicked(event) {
      const setter = event.target.closest("[data-levers]");
      if (setter) {
        state.take(JSON.parse(setter.dataset.levers));
        hand.changed();
      }
      const file = event.target.closest("a[href^='/export/']");
      const plan = event.target.closest("a[href^='/plan?']");
      if (file || plan || event.target.closest("[data-how]")) writeAddress();
      if (file) file.href = new URL(file.href).pathname + window.location.search;
      if (plan) plan.href = `/plan${window.location.search}${window.location.search ? "&" : "?"}new=levers`;
    }

    function close() {
      window.cancelAnimationFrame(drawing);
      Object.values(timers).forEach(window.clearTimeout);
      app.removeEventListener("click", clicked, true);
    }

    const goal = Number(new URLSearchParams(window.location.search).get("goal"));
    place("levers").replaceChildren(panel.root);
    place("result").replaceChildren(...card.top);
    place("bridge").replaceChildren(...card.below);
    place("range").replaceChildren(card.range);
    place("sticky").replaceChildren(bar.root);
    place("goal").replaceChildren(window.JourneyWhatifGoal(model, formats, goal > 0 ? goal : null, seek));
    if (table) place("segments").replaceChildren(table.root);
    app.addEventListener("click", clicked, true);
    arrived();
    window.cancelAnimationFrame(drawing);
    render();
    const moved = writeLink(model, "", state.scope, state.levers) !== visit.said;
    if (moved) settle();
    else if (visit.asked) ask("asked", null); // what was asked before was another scenario
    visit.asked = moved;
    return { close, settled, arrived };
  }

  const came = (what) => (data) => {
    if (data) late[what] = data;
    open?.arrived();
    return null;
  };
  const settled = () => { open?.settled(); return null; };
  const own = { mount, drawn: came("draws"), owned: came("own"), settled, shown: () => visit.model };
  window.dash_clientside = Object.assign({}, window.dash_clientside, { whatif: own });
})();
