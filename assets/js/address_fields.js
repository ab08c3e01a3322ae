/* Native fields whose values are keys of the address (layouts/components/address_fields.py). */
(function () {
  "use strict";

  const AT_REST = 600; // ms after the last key or turn of a wheel; longer than the what-if waits to write its levers
  const waiting = new Map(); // key -> what sends it: a hand may go to the next field at once
  let path = null; // of the page where it was typed
  let timer = null;
  let focused = null; // key of the field that had the focus: the answer draws the fields anew

  /** A number as people write it, as text for an address; null: not one. */
  function plain(text) {
    const bare = text.replace(/[\s\u00a0\u202f]/g, "");
    const grouped = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(bare) ? bare.replaceAll(",", "") : bare.replace(",", ".");
    return /^\d{1,13}(\.\d{1,4})?$/.test(grouped) ? String(Number(grouped)) : null;
  }

  function read(input, field) {
    if (!input.value) return input.validity.badInput ? null : "";
    const value = field.kind === "date" ? input.value : plain(input.value);
    if (value === null) return null;
    const [said, low, high] = field.kind === "date" ? [value, field.low, field.high] : [value, field.low, field.high].map((one) => (one === "" ? "" : Number(one)));
    if ((low !== "" && said < low) || (high !== "" && said > high)) return null;
    return value === field.default ? "" : value;
  }

  function wait(key, value) {
    waiting.set(key, value);
    path = window.location.pathname;
  }

  /** Every field that was changed since, in one change of the address; not in that of another page. */
  function sendAll() {
    window.clearTimeout(timer);
    const values = Object.assign({}, ...Array.from(waiting.values(), (value) => value()));
    waiting.clear();
    if (path === window.location.pathname) window.JourneyAddress.change(values);
  }

  /** One of a few values: chosen at once. */
  function select(field) {
    const { make } = window.JourneyForms;
    const options = field.choices.map(([value, text]) => make("option", { value, selected: value === field.value }, text));
    const input = make("select", { class: "field", "data-key": field.key }, ...options);
    input.addEventListener("change", () => {
      wait(field.key, () => ({ [field.key]: input.value === field.default ? "" : input.value }));
      sendAll();
    });
    return input;
  }

  function row(field, note, wrong) {
    const { make } = window.JourneyForms;
    const parts = [make("span", {}, field.label), field.kind === "select" ? select(field) : typed(field, note, wrong)];
    if (field.hint) parts.push(make("span", { class: "address-fields__hint" }, field.hint));
    return make("label", {}, ...parts);
  }

  function typed(field, note, wrong) {
    const { make } = window.JourneyForms;
    const input = make("input", {
      class: "field", type: field.kind === "date" ? "date" : "text", value: field.value, "data-key": field.key, min: field.low,
      max: field.high, inputmode: field.kind === "number" ? "decimal" : "", autocomplete: "off", spellcheck: "false",
    });
    const value = () => {
      const found = read(input, field);
      if (found === null) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
      note.textContent = found === null ? wrong : "";
      return found === null ? {} : { [field.key]: found };
    };
    input.addEventListener("input", () => {
      wait(field.key, value);
      window.clearTimeout(timer);
      timer = window.setTimeout(sendAll, AT_REST);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      wait(field.key, value);
      sendAll();
    });
    return make("span", { class: "address-fields__box" }, input, ...(field.unit ? [make("span", { class: "address-fields__unit" }, field.unit)] : []));
  }

  function build(place) {
    const { make } = window.JourneyForms;
    const spec = JSON.parse(place.dataset.fields);
    const note = make("p", { class: "address-fields__note", role: "alert" });
    place.replaceChildren(...spec.fields.map((field) => row(field, note, spec.wrong)), note);
    place.dataset.built = place.dataset.fields;
    const again = focused && document.activeElement === document.body && place.querySelector(`[data-key="${focused}"]`);
    if (!again) return;
    again.focus({ preventScroll: true });
    if (again.type === "text") again.setSelectionRange(again.value.length, again.value.length);
  }

  document.addEventListener("focusin", (event) => {
    focused = event.target.closest("[data-fields]") ? event.target.dataset.key : null;
  });

  new MutationObserver(() => {
    document.querySelectorAll("[data-fields]").forEach((place) => {
      if (place.dataset.built !== place.dataset.fields) build(place);
    });
  }).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["data-fields"] });
})();
