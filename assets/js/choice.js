/* Native selects drawn from `data-choice`: what is chosen is sent at once, and the page's cards are asked again. */
(function () {
  "use strict";

  function options(name) {
    const place = document.querySelector(`[data-choices="${name}"]`);
    return place ? JSON.parse(place.dataset.options) : [];
  }

  function fill(select, spec) {
    const known = options(spec.options);
    if (!known.some(([value]) => value === spec.value)) known.push([spec.value, spec.more || spec.value]);
    const told = JSON.stringify(known);
    if (select.dataset.told !== told) {
      select.dataset.told = told;
      select.replaceChildren(...known.map(([value, text]) => new window.Option(text, value)));
    }
    select.value = spec.value;
    select.setAttribute("aria-label", spec.label);
  }

  async function chosen(place, select) {
    const { make, post, refresh } = window.JourneyForms;
    const spec = JSON.parse(place.dataset.choice);
    place.querySelectorAll(".form__note").forEach((one) => one.remove());
    const { ok, answer } = await post(spec.action, { ...spec.body, [spec.name]: select.value });
    if (ok) {
      refresh();
      return;
    }
    if (answer.seen) { // somebody was faster: theirs is shown, and choosing again is meant
      const theirs = answer.seen[spec.name];
      place.dataset.choice = JSON.stringify({ ...spec, value: theirs, body: { ...spec.body, seen: theirs } });
    } else {
      select.value = spec.value;
    }
    place.append(make("div", { class: "form__note form__note--bad", role: "alert" }, answer.problem));
  }

  function draw(place) {
    let select = place.querySelector("select");
    if (!select) {
      select = window.JourneyForms.make("select", { class: "field" });
      select.addEventListener("change", () => chosen(place, select));
      place.append(select);
    }
    fill(select, JSON.parse(place.dataset.choice));
  }

  new MutationObserver(() => {
    document.querySelectorAll("[data-choice]").forEach((place) => {
      if (place.dataset.drawn === place.dataset.choice) return;
      place.dataset.drawn = place.dataset.choice;
      draw(place);
    });
  }).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["data-choice"] });
})();
