/* The what-if under the thumb: the arithmetic of dashboard/analytics/whatif.py, and the scenario in a link
   as callbacks/whatif/link.py reads it.

   Pure: no document, no requests. tests/js replays cases made by Python and expects the same figures. */
(function (root) {
  "use strict";

  const AMOUNTS = ["leads", "average_check", "deals_per_buyer"];
  const FACTORS = ["leads", "conversion", "average_check", "deals_per_buyer"];
  const MOST_REPEATED = 0.99; // at 1 a customer would never stop buying
  const ROUNDING = 1e-12; // a conversion of 0.9 + 0.1 is no cap
  const RISES = new Set(["best", "own", "headroom"]);

  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const product = (values) => values.reduce((total, value) => total * value, 1);

  // ------------------------------------------------------------------ arithmetic

  /**
   * A scenario beside its baseline.
   * @param {object} model steps, deal, priced (how many transitions move revenue), segments with counts, deals,
   *   revenue, outside, best and own (for each transition the rate of the best other segment and of its own best
   *   period, or null); repeat: "loop" where every deal is followed by another with one chance, else linear
   * @param {Array} levers {target, unit: "%" | "pp" | "best" | "own" | "target" | "headroom", amount: share,
   *   segment: name or null}
   */
  function whatif(model, levers) {
    const names = transitionsOf(model);
    const sides = model.segments.map((segment) => moved(model, names, segment, leversOf(segment, levers)));
    return {
      baseline: figures(total(sides.map((side) => side.before))),
      scenario: figures(total(sides.map((side) => side.after))),
      gain: sum(sides.map((side) => side.gain)),
      parts: keyed(FACTORS.map((_, place) => sum(sides.map((side) => side.parts[place])))),
      caps: sides.flatMap((side) => side.caps),
      reasons: sides.flatMap((side) => side.reasons),
      segments: sides.map((side) => ({
        segment: side.segment,
        baseline: figures(side.before),
        scenario: figures(side.after),
        gain: side.gain,
        parts: keyed(side.parts),
        counts: side.counts,
      })),
    };
  }

  const transitionsOf = (model) => model.steps.slice(1).map((step, place) => `${model.steps[place]}>${step}`);

  /** What holds in a segment: its own lever, else the total's. */
  function leversOf(segment, levers) {
    const found = new Map();
    for (const lever of levers) if (lever.segment === null) found.set(lever.target, lever);
    for (const lever of levers) if (lever.segment === segment.segment) found.set(lever.target, lever);
    return found;
  }

  function moved(model, names, segment, levers) {
    const side = { segment: segment.segment, caps: [], reasons: [] };
    const steps = names.map((name, place) =>
      levers.has(name) ? transitionRatio(segment, place, levers.get(name), side) : 1,
    );
    const [leads, check, often] = AMOUNTS.map((name) => 1 + (levers.get(name)?.amount ?? 0));
    const path = product(steps.slice(0, model.deal));
    const repeat = product(steps.slice(model.deal));
    const first = segment.counts[0];
    const buyers = segment.counts[model.deal];
    let { deals } = segment;
    side.gain = 0;
    side.parts = [0, 0, 0, 0];
    if (deals && buyers) {
      const frequency = deals / buyers;
      const ratios = [leads, path, check, frequencyRatio(model, frequency, repeat, side) * often];
      const before = [first, buyers / first, segment.revenue / deals, frequency];
      side.gain = segment.revenue * (product(ratios) - 1);
      side.parts = contributions(before, before.map((factor, place) => factor * ratios[place]));
      deals *= ratios[0] * ratios[1] * ratios[3];
    } else {
      for (const target of ["average_check", "deals_per_buyer"]) {
        if (levers.has(target)) side.reasons.push({ segment: segment.segment, target, code: "no_deals" });
      }
    }
    side.before = sums(first, buyers, segment.deals, segment.revenue, segment.outside);
    side.after = sums(first * leads, buyers * leads * path, deals, segment.revenue + side.gain, segment.outside);
    side.counts = segment.counts.map((count, place) => count * leads * product(steps.slice(0, place)));
    return side;
  }

  /** Q'/Q where the conversions after the deal became `repeat` times as high: the first deal stays. */
  function frequencyRatio(model, frequency, repeat, side) {
    if (repeat === 1) return 1;
    if (model.repeat !== "loop") return (1 + (frequency - 1) * repeat) / frequency;
    const share = 1 - 1 / frequency;
    const most = Math.max(MOST_REPEATED, share);
    if (share * repeat > most + ROUNDING) {
      side.caps.push({ segment: side.segment, target: "repeat_share", limit: most });
    }
    return 1 / (1 - Math.min(most, share * repeat)) / frequency;
  }

  /** c'/c of one transition, c' between 0 and 1; 1 where the lever has nothing to work on. */
  function transitionRatio(segment, place, lever, side) {
    const rate = segment.counts[place] ? segment.counts[place + 1] / segment.counts[place] : 0;
    const still = (code) => {
      side.reasons.push({ segment: segment.segment, target: lever.target, code });
      return 1;
    };
    if (!rate) return still("nobody_passed");
    if (lever.unit === "target") return Math.max(rate, lever.amount) / rate;
    if (RISES.has(lever.unit)) {
      const rise = riseOf(segment, place, lever.unit);
      const share = lever.unit === "headroom" ? lever.amount : 1;
      return rise === null ? still("nothing_to_compare") : 1 + share * (Math.max(rate, rise) / rate - 1);
    }
    const wanted = lever.unit === "%" ? rate * (1 + lever.amount) : rate + lever.amount;
    const reached = Math.min(Math.max(wanted, 0), 1);
    if (Math.abs(wanted - reached) > ROUNDING) {
      side.caps.push({ segment: segment.segment, target: lever.target, limit: reached });
    }
    return reached / rate;
  }

  /** What a lever of this unit rises to; null: there is nothing to compare with. */
  const riseOf = (segment, place, unit) => (unit === "own" ? segment.own : segment.best)?.[place] ?? null;

  /** Effect of each factor on the product: LMDI-I, or Shapley where a factor is zero or negative. */
  function contributions(before, after) {
    if (Math.min(...before, ...after) <= 0) return shapley(before, after);
    const logs = before.map((old, place) => Math.log(after[place] / old));
    const change = sum(logs);
    const mean = product(before) * (change ? Math.expm1(change) / change : 1);
    return logs.map((part) => mean * part);
  }

  function shapley(before, after) {
    const factorial = (n) => (n > 1 ? n * factorial(n - 1) : 1);
    const places = before.map((_, place) => place);
    return places.map((factor) => {
      const others = places.filter((place) => place !== factor);
      let total = 0;
      for (let set = 0; set < 1 << others.length; set += 1) {
        const chosen = others.map((_, place) => (set >> place) & 1);
        const size = sum(chosen);
        const weight = (factorial(size) * factorial(others.length - size)) / factorial(before.length);
        total += weight * product(others.map((place, k) => (chosen[k] ? after[place] : before[place])));
      }
      return (after[factor] - before[factor]) * total;
    });
  }

  const sums = (leads, buyers, deals, money, outside) => ({ leads, buyers, deals, money, outside });
  const keyed = (parts) => Object.fromEntries(FACTORS.map((factor, place) => [factor, parts[place]]));

  function total(parts) {
    const of = (name) => sum(parts.map((part) => part[name]));
    return sums(of("leads"), of("buyers"), of("deals"), of("money"), of("outside"));
  }

  function figures(part) {
    return {
      leads: part.leads,
      conversion: part.leads ? part.buyers / part.leads : null,
      average_check: part.deals ? part.money / part.deals : null,
      deals_per_buyer: part.buyers ? part.deals / part.buyers : null,
      revenue: part.money + part.outside,
      outside: part.outside,
    };
  }

  // ------------------------------------------------------------------ the scenario in a link

  /* `seg=new&dL=5,3@&dC.active_evaluation=2pp`: for segment "new" leads +5 % and two points more from active
     evaluation, for all (`@` without a name) leads +3 %. `1..3..5pp` is a lift that is not known exactly: least, likely,
     most. `to35` is up to a conversion of 35 %, `best` up to the best other segment, `own` up to the segment's own best
     period. `dL`, `dP`, `dQ`, and `dC.<stage the step starts from>`. Amounts without `@` belong to `seg`, or to all where
     there is none; that one is also the open scope. */

  const KEYS = { leads: "dL", average_check: "dP", deals_per_buyer: "dQ" };
  const NUMBER = "[+-]?\\d{1,9}(?:\\.\\d{1,18})?(?:e-\\d{1,2})?";
  const GOAL = "to(?<goal>\\d{1,3}(?:\\.\\d{1,18})?)";
  const CHANGE = `(?:(?<low>${NUMBER})\\.\\.)?(?<likely>${NUMBER})(?:\\.\\.(?<high>${NUMBER}))?(?<points>pp)?`;
  const AMOUNT = new RegExp(`^(?:(?<rise>best|own)|${GOAL}|${CHANGE})(?:@(?<whose>.*))?$`, "s");

  const targetsOf = (model) => {
    const found = new Map(AMOUNTS.map((name) => [KEYS[name], name]));
    for (let place = 0; place < model.priced; place += 1) {
      found.set(`dC.${model.steps[place]}`, `${model.steps[place]}>${model.steps[place + 1]}`);
    }
    return found;
  };

  /** Read a query string: {scope, levers: [{target, unit, value, segment}]}; what makes no sense is left out. */
  function readLink(model, search) {
    const said = new URLSearchParams(search);
    const known = new Set(model.segments.map((segment) => segment.segment));
    const scope = known.has(said.get("seg")) ? said.get("seg") : null;
    const levers = [];
    if (said.has("seg") && scope === null) return { scope, levers };
    for (const [key, target] of targetsOf(model)) {
      for (const part of splitList(said.get(key) ?? "")) {
        const lever = leverOf(part, target, scope);
        if (lever && (lever.segment === null || known.has(lever.segment))) levers.push(lever);
      }
    }
    return { scope, levers };
  }

  /** One amount of a key; null for what makes no sense. `low` and `high` are there for a range alone. */
  function leverOf(text, target, scope) {
    const said = AMOUNT.exec(text)?.groups;
    if (!said || (said.low === undefined) !== (said.high === undefined)) return null;
    const unit = said.rise ?? (said.goal ? "target" : said.points ? "pp" : "%");
    if (unit !== "%" && AMOUNTS.includes(target)) return null;
    const value = said.rise ? 0 : Number.parseFloat(said.goal ?? said.likely);
    const ends = said.low === undefined ? {} : { low: Number.parseFloat(said.low), high: Number.parseFloat(said.high) };
    const { low = value, high = value } = ends;
    const sound = low <= value && value <= high && (unit !== "%" || low >= -100) && (unit !== "target" || value <= 100);
    return sound ? { target, unit, value, segment: said.whose === undefined ? scope : said.whose || null, ...ends } : null;
  }

  /** The query string with the scenario in it; every other key stays as it is. */
  function writeLink(model, search, scope, levers) {
    const keys = [...targetsOf(model).keys(), "seg"];
    const kept = search
      .replace(/^\?/, "")
      .split("&")
      .filter((pair) => pair && !keys.some((key) => new URLSearchParams(pair).has(key)));
    if (scope !== null) kept.push(`seg=${encodeURIComponent(scope)}`);
    for (const [key, target] of targetsOf(model)) {
      const amounts = levers.filter((lever) => lever.target === target).map((lever) => amountText(lever, scope));
      if (amounts.length) kept.push(`${key}=${amounts.map(readable).join(",")}`);
    }
    return kept.length ? "?" + kept.join("&") : "";
  }

  function amountText(lever, scope) {
    const { unit, value, low, high } = lever;
    const change = low === undefined ? `${value}` : `${low}..${value}..${high}`;
    const amount = { best: "best", own: "own", target: `to${value}`, pp: `${change}pp` }[unit] ?? change;
    return lever.segment === scope ? amount : `${amount}@${(lever.segment ?? "").replace(/[\\,]/g, "\\$&")}`;
  }

  const readable = (text) => encodeURIComponent(text).replaceAll("%40", "@");

  /** Split at commas that no backslash stands before. */
  function splitList(text) {
    const parts = [""];
    for (let place = 0; place < text.length; place += 1) {
      if (text[place] === "\\" && place + 1 < text.length) parts[parts.length - 1] += text[(place += 1)];
      else if (text[place] === ",") parts.push("");
      else parts[parts.length - 1] += text[place];
    }
    return parts.filter(Boolean);
  }

  const engine = { whatif, readLink, writeLink, transitionsOf, leversOf, riseOf, AMOUNTS, FACTORS, MOST_REPEATED };
  root.JourneyWhatif = engine;
  if (typeof module !== "undefined") module.exports = engine;
})(typeof window === "undefined" ? globalThis : window);
