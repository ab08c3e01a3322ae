/* Small helpers of the what-if's screen. Data become text nodes and attributes, never markup. */
(function () {
  "use strict";

  /** An element; `text` goes in as text, false and null attributes are left out. */
  function el(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "text") made.textContent = value;
      else if (value !== null && value !== false) made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  const icon = (name) => el("span", { class: `icon icon--${name}`, "aria-hidden": "true" });

  /** Write only what changed: a frame under the thumb touches few nodes. */
  function setText(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }

  function setStyle(node, name, value) {
    if (node.style.getPropertyValue(name) !== String(value)) node.style.setProperty(name, value);
  }

  const filled = (sentence, facts) => sentence.replace(/\{(\w+)\}/g, (found, name) => facts[name] ?? found);

  /** A number as people type it: decimal comma or point, any minus, perhaps a unit behind it; null: not one. */
  function typed(text) {
    const plain = text.replace(/\s/g, "").replace(/[\u2212\u2013]/g, "-").replace(",", ".").toLowerCase();
    const found = /^([+-]?(?:\d{1,9}\.?\d{0,9}|\.\d{1,9}))(%|pp|п\.?п\.?)?$/.exec(plain);
    if (!found) return null;
    return { value: Number.parseFloat(found[1]), unit: found[2] ? (found[2] === "%" ? "%" : "pp") : null };
  }

  const cents = (value) => Math.round(value * 100) / 100;

  /** A change of money in words of this screen: `▲ +4,1 млн ₽`, or `0`; and its tone. */
  function changes(formats) {
    const text = (part) => formats.moneySigned(part);
    const none = (part) => !/[1-9]/.test(text(part));
    return {
      words: (part) => (none(part) ? "0" : `${part > 0 ? "▲" : "▼"} ${text(part)}`),
      tone: (part) => (none(part) ? "" : part > 0 ? "good" : "bad"),
    };
  }

  window.JourneyWhatifDom = { el, icon, setText, setStyle, filled, typed, cents, changes };
})();
