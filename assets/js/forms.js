/* Forms of native fields: drawn from `data-form`, sent as JSON with the token, answered in words. */
window.JourneyForms = (function () {
  "use strict";

  const said = (name) => document.getElementById("finder").dataset[name];

  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if ((value !== "" || name === "value") && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children);
    return node;
  }

  function token() {
    const found = document.cookie.split("; ").find((part) => part.startsWith("journey_csrf="));
    return found ? decodeURIComponent(found.slice("journey_csrf=".length)) : "";
  }

  /** Send a wish; gives { ok, answer }, and a sentence in answer.problem where it was refused. */
  async function post(action, body) {
    try {
      const answer = await window.fetch(action, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
        body: JSON.stringify(body),
      });
      const told = await answer.json().catch(() => ({}));
      return { ok: answer.ok, answer: answer.ok ? told : { ...told, problem: told.problem || said("wordFailed") } };
    } catch (error) {
      return { ok: false, answer: { problem: said("wordFailed") } };
    }
  }

  const refresh = () => window.JourneyAddress.refresh();

  function choice(field, [value, text], number) {
    const box = make("input", {
      type: "checkbox", name: field.name, value, checked: (field.value || []).includes(value), id: `${field.id}-${number}`,
    });
    return make("label", { class: "form__check" }, box, make("span", {}, text));
  }

  function control(field) {
    if (field.kind === "select") {
      const options = field.choices.map(([value, text]) => make("option", { value, selected: value === field.value }, text));
      return make("select", { class: "field", name: field.name, id: field.id }, ...options);
    }
    const hint = field.hint ? field.id + "-hint" : "";
    const shared = {
      class: "field", name: field.name, id: field.id, required: field.required, "aria-describedby": hint,
    };
    if (field.kind === "textarea") return make("textarea", { ...shared, rows: "3", maxlength: "4000" }, field.value);
    return make("input", {
      ...shared, type: field.kind, value: field.value, autocomplete: field.autocomplete, maxlength: field.kind === "url" ? "2000" : "256", spellcheck: "false",
      step: field.kind === "number" ? "any" : "",
    });
  }

  function row(field) {
    if (field.kind === "check") {
      const box = make("input", { type: "checkbox", name: field.name, id: field.id, checked: Boolean(field.value) });
      return make("label", { class: "form__check" }, box, make("span", {}, field.label));
    }
    if (field.kind === "checks") {
      return make("fieldset", { class: "form__row" }, make("legend", {}, field.label), ...field.choices.map((one, n) => choice(field, one, n)));
    }
    const parts = [make("label", { for: field.id }, field.label), control(field)];
    if (field.hint) parts.push(make("p", { class: "form__hint", id: field.id + "-hint" }, field.hint));
    return make("div", { class: "form__row" }, ...parts);
  }

  function values(form, fields) {
    const wish = {};
    for (const field of fields) {
      const boxes = Array.from(form.elements).filter((one) => one.name === field.name);
      if (field.kind === "checks") wish[field.name] = boxes.filter((one) => one.checked).map((one) => one.value);
      else if (field.kind === "check") wish[field.name] = boxes[0].checked;
      else wish[field.name] = boxes[0].value;
    }
    return wish;
  }

  /** A secret that is shown this once, with a button that copies it. */
  function secret(text) {
    const copy = make("button", { type: "button", class: "button" }, said("wordCopy"));
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text);
      copy.textContent = said("wordCopied");
    });
    return make("div", { class: "form__secret" }, make("code", {}, text), copy);
  }

  let number = 0;

  /** Draw a form; `more` adds to what is sent, `after` runs with the answer. */
  function draw(place, spec, more, after) {
    number += 1;
    const fields = spec.fields.map((field) => ({ ...field, id: `form-${number}-${field.name}` }));
    const note = make("div", { class: "form__note", role: "status" });
    const button = make("button", { type: "submit", class: "button" + (spec.primary ? " button--primary" : "") }, spec.submit);
    const form = make("form", {}, ...fields.map(row), button, note);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      const { ok, answer } = await post(spec.action, { ...spec.body, ...values(form, fields), ...(more ? more() : {}) });
      button.disabled = false;
      note.className = ok ? "form__note" : "form__note form__note--bad";
      note.replaceChildren(ok ? spec.done : answer.problem);
      if (answer.seen) Object.assign(spec.body.seen, answer.seen); // told of the other's value: saving again is meant
      if (!ok) return;
      if (answer.secret) {
        note.append(secret(answer.secret));
        shown = { action: spec.action, href: window.location.href, note };
      }
      note.scrollIntoView({ block: "nearest" });
      form.reset();
      if (after) after(answer);
      else if (!answer.go || !window.JourneyAddress.change(answer.go)) refresh();
    });
    place.replaceChildren(form);
    return form;
  }

  /** What stands in a field, whatever its kind. */
  function put(form, field, value) {
    const boxes = Array.from(form.elements).filter((one) => one.name === field.name);
    if (field.kind === "checks") boxes.forEach((one) => { one.checked = value.includes(one.value); });
    else if (field.kind === "check") boxes[0].checked = value;
    else boxes[0].value = value;
  }

  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  /** What the form before has just said stays to be read. */
  function say(form, before) {
    const note = form.querySelector(".form__note");
    note.className = before.className;
    note.append(...before.childNodes);
  }

  let shown = null; // {action, href, note}: a secret that must not go when the form is drawn anew beside new figures

  /** The secret of a form that was drawn anew. */
  function keepShown(spec, form) {
    if (shown?.action !== spec.action || shown.href !== window.location.href) return;
    say(form, shown.note);
    shown.note = form.querySelector(".form__note");
  }

  const open = new Map(); // action -> the form of something that others may change too

  /** Draw a form of the page; what somebody is typing survives that the page's cards are asked again. */
  function redraw(place) {
    const spec = JSON.parse(place.dataset.form);
    const old = spec.body?.seen && open.get(spec.action);
    const typed = old ? values(old.form, old.spec.fields) : {};
    const kept = old ? old.spec.fields.filter((field) => !same(typed[field.name], field.value)) : [];
    for (const { name } of kept) spec.body.seen[name] = old.spec.body.seen[name];
    place.dataset.built = place.dataset.form;
    const form = draw(place, spec);
    for (const field of kept) put(form, field, typed[field.name]);
    if (old) say(form, old.form.querySelector(".form__note"));
    keepShown(spec, form);
    if (spec.body?.seen) open.set(spec.action, { place, spec, form });
  }

  async function press(button) {
    const spec = JSON.parse(button.dataset.post);
    if (spec.ask && !window.confirm(spec.ask)) return;
    button.disabled = true;
    const { ok, answer } = await post(spec.action, spec.body);
    button.disabled = false;
    const place = button.parentElement;
    place.querySelectorAll(".form__note").forEach((one) => one.remove());
    if (!ok) place.append(make("div", { class: "form__note form__note--bad", role: "alert" }, answer.problem));
    else if (answer.secret) place.append(make("div", { class: "form__note", role: "status" }, secret(answer.secret)));
    else if (!answer.go || !window.JourneyAddress.change(answer.go)) refresh();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-post]");
    if (button) press(button);
  });

  new MutationObserver(() => {
    document.querySelectorAll("[data-form]").forEach((place) => {
      if (place.dataset.built === place.dataset.form) return;
      redraw(place);
    });
    for (const [action, { place }] of open) if (!place.isConnected) open.delete(action);
  }).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["data-form"] });

  return { make, post, draw, refresh, secret, token };
})();
