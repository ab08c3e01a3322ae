/* The page /data: files go up one by one, running tasks move their bar, steps that need no hand begin by themselves. */
(function () {
  "use strict";

  const EVERY = 700; // ms between two looks at a running task
  const forms = () => window.JourneyForms;

  // ------------------------------------------------------------------ files

  /** Send one file as it is; gives an error's sentence, or nothing. */
  function send(url, file, told) {
    return new Promise((resolve) => {
      const request = new window.XMLHttpRequest();
      request.open("POST", url);
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.setRequestHeader("X-CSRFToken", forms().token());
      request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
      request.upload.addEventListener("progress", (event) => told(event.loaded / (event.total || 1)));
      request.addEventListener("loadend", () => {
        if (request.status === 200) return resolve("");
        let answer = {};
        try { answer = JSON.parse(request.responseText); } catch (error) { /* a proxy answered */ }
        return resolve(answer.problem || document.getElementById("finder").dataset.wordFailed);
      });
      request.send(file);
    });
  }

  function say(place, sentence, bad) {
    const state = place.querySelector(".drop__state");
    state.className = bad ? "drop__state form__note--bad" : "drop__state";
    state.setAttribute("role", bad ? "alert" : "status");
    state.replaceChildren(sentence);
  }

  async function upload(place, files) {
    if (!files.length || place.dataset.busy) return;
    place.dataset.busy = "yes";
    const { make, post } = forms();
    let { draft, engagement } = place.dataset;
    let problem = "";
    if (!draft) {
      const { ok, answer } = await post(place.dataset.drop, { engagement });
      if (ok) ({ draft, engagement } = answer); else problem = answer.problem;
    }
    for (const file of problem ? [] : files) {
      const bar = make("div", { class: "progress__bar" });
      say(place, place.dataset.wordSending.replace("{file}", file.name));
      place.querySelector(".drop__state").append(make("div", { class: "progress" }, bar));
      problem = await send(`${place.dataset.drop}/${draft}/files`, file, (share) => { bar.style.width = 100 * share + "%"; });
      if (problem) break;
    }
    delete place.dataset.busy;
    if (problem) {
      say(place, problem, true);
      return;
    }
    say(place, place.dataset.wordLooking);
    const here = new URLSearchParams(window.location.search);
    if (here.get("draft") === String(draft) && !here.get("step")) forms().refresh();
    else window.JourneyAddress.change({ e: engagement, draft: String(draft), step: "", tab: "" });
  }

  function field(place) {
    if (place.querySelector("input")) return;
    const input = forms().make("input", { type: "file", id: "data-files", multiple: true, accept: place.dataset.accept });
    input.addEventListener("change", () => {
      upload(place.closest("[data-drop]"), Array.from(input.files)).then(() => { input.value = ""; });
    });
    place.append(input);
  }

  const zone = (event) => (event.target instanceof window.Element ? event.target.closest("[data-drop]") : null);

  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      const place = zone(event);
      if (!document.querySelector("[data-drop]")) return;
      event.preventDefault(); // a file beside the zone must not replace the page
      document.querySelectorAll("[data-drop]").forEach((one) => {
        one.classList.toggle("drop--over", one === place && (name === "dragenter" || name === "dragover"));
      });
      if (name === "drop" && place) upload(place, Array.from(event.dataTransfer.files));
    });
  }

  // ------------------------------------------------------------------ the demo's bar

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-hide]");
    if (!button) return;
    document.cookie = `${button.dataset.hide}=hidden; path=/; max-age=31536000; samesite=lax`;
    button.parentElement.hidden = true;
  });

  // ------------------------------------------------------------------ tasks

  let watched = null;

  const stands = (place, url) => document.contains(place) && place.dataset.task === url;

  async function watch(place) {
    const url = place.dataset.task;
    if (watched === url) return;
    watched = url;
    let misses = 0;
    while (stands(place, url)) {
      await new Promise((resolve) => { window.setTimeout(resolve, EVERY); });
      try {
        const answer = await window.fetch(url, { cache: "no-store" });
        const told = await answer.json();
        misses = 0;
        if (!answer.ok || told.status !== "running") break;
        show(place, told);
      } catch (error) {
        misses += 1;
        if (misses > 20) break;
      }
    }
    if (watched === url) watched = null;
    if (stands(place, url)) forms().refresh(); // what was drawn anew meanwhile must not change under a hand
    else look();
    window.setTimeout(look, 2 * EVERY); // the same task may go on
  }

  function show(place, told) {
    const bar = place.querySelector(".progress");
    const share = Math.round(100 * told.share);
    if (!bar) return;
    bar.firstElementChild.style.width = share + "%";
    bar.setAttribute("aria-valuenow", String(share));
    place.querySelector(".data__part").textContent = told.part;
  }

  function look() {
    document.querySelectorAll("[data-task]").forEach(watch);
  }

  /** A step that needs nobody begins by itself, once. */
  async function begin(place) {
    if (place.dataset.begun === place.dataset.start) return;
    place.dataset.begun = place.dataset.start;
    const { ok, answer } = await forms().post(place.dataset.start, {});
    if (ok) forms().refresh();
    else place.replaceChildren(forms().make("div", { class: "form__note--bad", role: "alert" }, answer.problem));
  }

  new MutationObserver(() => {
    document.querySelectorAll("[data-drop-field]").forEach(field);
    look();
    document.querySelectorAll("[data-start]").forEach(begin);
  }).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["data-task", "data-start"] });
})();
