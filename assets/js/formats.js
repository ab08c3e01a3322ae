/* Numbers as dashboard/i18n/formats.py writes them, for what follows the hand. tests/js holds the two equal. */
(function (root) {
  "use strict";

  const NBSP = "\u00a0";
  const MINUS = "\u2212";
  const UNKNOWN = "\u2014";
  const SCALES = [
    [1e12, { ru: "трлн", en: "T" }],
    [1e9, { ru: "млрд", en: "B" }],
    [1e6, { ru: "млн", en: "M" }],
  ];
  const POINTS = { ru: "п.п.", en: "pp" };
  const cache = new Map();

  function plain(digits) {
    if (!cache.has(digits)) {
      cache.set(
        digits,
        new Intl.NumberFormat("en-US", {
          minimumFractionDigits: digits,
          maximumFractionDigits: digits,
          roundingMode: "halfEven", // as Python's decimal does
        }),
      );
    }
    return cache.get(digits);
  }

  const unknown = (value) => value === null || value === undefined || Number.isNaN(value);
  const zero = (text) => !/[1-9]/.test(text);
  const plus = (text, value) => (!unknown(value) && value > 0 && !zero(text) ? "+" + text : text);

  /**
   * Formats of one reader.
   * @param {"ru"|"en"} language
   * @param {string} symbol sign of the engagement's money, such as "₽"
   */
  function formats(language, symbol) {
    const russian = language === "ru";
    const percent = russian ? NBSP + "%" : "%";

    function number(value, digits = 0) {
      if (unknown(value)) return UNKNOWN;
      let text = plain(digits).format(Math.abs(value));
      if (russian) text = text.replaceAll(",", NBSP).replace(".", ",");
      return value < 0 && !zero(text) ? MINUS + text : text;
    }

    function withSymbol(figure, scale = "") {
      if (russian) return [figure, scale, symbol].filter(Boolean).join(NBSP);
      const sign = figure.startsWith(MINUS) ? MINUS : "";
      return sign + symbol + (symbol.length > 1 ? NBSP : "") + figure.slice(sign.length) + scale;
    }

    function money(value, decimals) {
      if (unknown(value)) return UNKNOWN;
      for (const [size, words] of SCALES) {
        if (Math.abs(value) >= size * 0.99995) {
          const scaled = value / size;
          return withSymbol(number(scaled, decimals ?? (Math.abs(scaled) < 10 ? 2 : Math.abs(scaled) < 100 ? 1 : 0)), words[language]);
        }
      }
      return withSymbol(number(value, Math.abs(value) >= 100 || value === 0 ? 0 : 2));
    }

    const signed = (value, digits = 0) => plus(number(value, digits), value);
    const share = (value, digits = 0) => (unknown(value) ? UNKNOWN : number(value * 100, digits) + percent);

    return {
      number,
      signed,
      money,
      share,
      moneyFull: (value) => (unknown(value) ? UNKNOWN : withSymbol(number(value, 2))),
      moneySigned: (value, decimals) => plus(money(value, decimals), value),
      moneyRange: (low, high) => `${plus(money(low), low)}\u2013${plus(money(high), high)}`,
      shareChange: (value, digits = 1) => plus(share(value, digits), value),
      points: (value, digits = 1) =>
        unknown(value) ? UNKNOWN : signed(value * 100, digits) + NBSP + POINTS[language],
      pointsUnit: POINTS[language],
    };
  }

  root.JourneyFormats = formats;
  if (typeof module !== "undefined") module.exports = formats;
})(typeof window === "undefined" ? globalThis : window);
