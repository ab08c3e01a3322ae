/* How sure the gain is, under the thumb: the draws of dashboard/analytics/scenario_draws.py multiplied by the levers as
   dashboard/analytics/uncertainty.py does it. tests/js holds the two equal.

   Pure: no document, no requests. The same draws serve baseline and scenario. */
(function (root) {
  "use strict";

  const { transitionsOf, leversOf, riseOf, AMOUNTS, MOST_REPEATED } = root.JourneyWhatif;
  const DEALS = 0; // rows of the orders: deals, money, a row for each transition; the last one is of the lifts
  const MONEY = 1;
  const STEPS = 2;
  const CHANGES = new Set(["%", "pp", "target"]); // the others rise to a rate
  const ENDS = { low_95: 0.025, low: 0.1, middle: 0.5, high: 0.9, high_95: 0.975 };

  /** Numbers that the server has packed: little endian, in base64. */
  function unpacked(text, Kind) {
    const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    return new Kind(bytes.buffer);
  }

  /**
   * The draws of a cohort, ready for the hand.
   * @param {object} model what the scripts work on, see layouts/whatif_model.py
   * @param {object} draws see layouts/whatif_draws.py
   * @returns {{gains: function, range: function}} of levers as `JourneyWhatif.whatif` takes them, also with low and high
   */
  function band(model, draws) {
    const { count, stride, scopes } = draws;
    const scores = unpacked(draws.scores, Float64Array);
    const orders = unpacked(draws.orders, Uint16Array);
    const names = transitionsOf(model);
    const at = (row, draw, start) => orders[row * count + ((draw + start) % count)];
    const lifts = orders.length / count - 1;
    const drawn = new Map(model.segments.filter((one) => draws.segments[one.segment]).map((one) => [one.segment, segmentDraws(one)]));

    /** Deals, conversions and revenue of a segment, draw by draw. */
    function segmentDraws({ segment, counts }) {
      const { place, deals, money, rates } = draws.segments[segment];
      const score = (row, draw) => scores[at(row, draw, stride * place)];
      const curves = unpacked(rates, Float64Array);
      const steps = curves.length / draws.knots.count;
      const made = { often: new Float64Array(count), revenue: new Float64Array(count), rates: [] };
      for (let draw = 0; draw < count; draw += 1) {
        const along = score(DEALS, draw);
        made.often[draw] = Math.max(1, deals[0] + deals[1] * along);
        made.revenue[draw] = counts[0] * (money[0] + money[1] * along + money[2] * score(MONEY, draw));
      }
      for (let step = 0; step < steps; step += 1) {
        const curve = curves.subarray(step * draws.knots.count, (step + 1) * draws.knots.count);
        const rate = new Float64Array(count);
        for (let draw = 0; draw < count; draw += 1) rate[draw] = onCurve(curve, score(STEPS + step, draw));
        if (step < model.deal) rate.forEach((value, draw) => { made.revenue[draw] *= value; });
        made.rates.push(rate);
      }
      return made;
    }

    function onCurve(curve, score) {
      const place = (score - draws.knots.first) / draws.knots.step;
      const below = Math.min(Math.floor(place), curve.length - 2);
      return curve[below] + (place - below) * (curve[below + 1] - curve[below]);
    }

    /** The lever's amount, draw by draw, made once for a frame. */
    function amountsOf(lever, made) {
      if (!made.has(lever)) made.set(lever, amounts(lever));
      return made.get(lever);
    }

    /** Of a range from its triangle, the same in every segment that it moves. */
    function amounts(lever) {
      const { low = null, high = null, amount } = lever;
      const found = new Float64Array(count).fill(amount);
      if (low === null || high === null || low === high) return found;
      const known = AMOUNTS.indexOf(lever.target);
      const target = known >= 0 ? known : AMOUNTS.length + names.indexOf(lever.target);
      const start = target * scopes + (lever.segment === null ? 0 : draws.segments[lever.segment].place + 1);
      const span = high - low;
      for (let draw = 0; draw < count; draw += 1) {
        const share = (at(lifts, draw, start) + 0.5) / count;
        found[draw] = share * span < amount - low
          ? low + Math.sqrt(share * span * (amount - low))
          : high - Math.sqrt((1 - share) * span * (high - amount));
      }
      return found;
    }

    function moved(segment, levers, gains, made) {
      const { rates, often, revenue } = drawn.get(segment.segment);
      const path = new Float64Array(count).fill(1);
      const repeat = new Float64Array(count).fill(1);
      for (const [target, lever] of levers) {
        const place = names.indexOf(target);
        if (place < 0) multiply(path, amountsOf(lever, made));
        else if (segment.counts[place + 1]) {
          const ratios = place < model.deal ? path : repeat;
          const rise = riseOf(segment, place, lever.unit);
          if (CHANGES.has(lever.unit)) change(ratios, rates[place], lever.unit, amountsOf(lever, made));
          else if (rise !== null) raise(ratios, rates[place], rise, lever.unit === "headroom" ? lever.amount : 1);
        }
      }
      for (let draw = 0; draw < count; draw += 1) {
        gains[draw] += revenue[draw] * (path[draw] * frequencyRatio(often[draw], repeat[draw]) - 1);
      }
    }

    function multiply(ratios, by) {
      for (let draw = 0; draw < count; draw += 1) ratios[draw] *= 1 + by[draw];
    }

    /** c'/c of one transition that moves by an amount, or up to one. */
    function change(ratios, rates, unit, by) {
      for (let draw = 0; draw < count; draw += 1) {
        const rate = rates[draw];
        const wanted = unit === "%" ? rate * (1 + by[draw]) : unit === "pp" ? rate + by[draw] : Math.max(rate, by[draw]);
        ratios[draw] *= Math.min(Math.max(wanted, 0), 1) / rate;
      }
    }

    /** c'/c of one transition that goes a share of the way up to a rate. */
    function raise(ratios, rates, rise, share) {
      for (let draw = 0; draw < count; draw += 1) ratios[draw] *= 1 + share * (Math.max(rates[draw], rise) / rates[draw] - 1);
    }

    /** Q'/Q of both models. */
    function frequencyRatio(often, repeat) {
      if (model.repeat !== "loop") return (1 + (often - 1) * repeat) / often;
      const share = 1 - 1 / often;
      return 1 / (1 - Math.min(Math.max(MOST_REPEATED, share), share * repeat)) / often;
    }

    /** The gain, draw by draw. */
    function gains(levers) {
      const found = new Float64Array(count);
      const made = new Map();
      for (const segment of model.segments) {
        const own = leversOf(segment, levers);
        if (own.size && drawn.has(segment.segment)) moved(segment, own, found, made);
      }
      return found;
    }

    /** Ends of the 80 % and the 95 % interval of the gain, and its middle. */
    function range(levers) {
      const ordered = gains(levers).sort();
      const quantile = (share) => {
        const place = share * (count - 1);
        const below = Math.floor(place);
        return ordered[below] + (place - below) * (ordered[Math.min(below + 1, count - 1)] - ordered[below]);
      };
      return Object.fromEntries(Object.entries(ENDS).map(([name, share]) => [name, quantile(share)]));
    }

    return { gains, range };
  }

  root.JourneyWhatifBand = band;
  if (typeof module !== "undefined") module.exports = band;
})(typeof window === "undefined" ? globalThis : window);
