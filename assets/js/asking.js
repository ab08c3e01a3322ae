/* Questions on their way: one that is not needed any more hangs up, so that the server stops working on it; one that
   the server had no place for says so in its card and asks again by itself (dashboard/server/{gone,admission}.py). */
(function () {
  "use strict";

  const LONGEST = 15000; // ms between two tries
  const PAGE = "shell-page";
  const plain = window.fetch;
  const open = new Map(); // what a question fills -> {first: id, end: its AbortController}

  const isQuestion = (url, options) =>
    typeof url === "string" && url.includes("_dash-update-component") && options?.method === "POST";

  /** Ids that a question fills. */
  const filled = ({ outputs }) => [].concat(outputs).flat().map((one) => one.id);

  function hangUp(key, ids) {
    open.get(key)?.end.abort(); // the same card, asked again
    if (!ids.includes(PAGE)) return;
    for (const one of open.values()) if (!one.ids[0].startsWith("shell-")) one.end.abort(); // cards of the page that goes
  }

  async function ask(url, options) {
    const { outputs } = JSON.parse(options.body);
    const key = JSON.stringify(outputs);
    const ids = filled({ outputs });
    hangUp(key, ids);
    const mine = { ids, end: new AbortController() };
    open.set(key, mine);
    try {
      return await asked(url, { ...options, signal: mine.end.signal }, ids);
    } catch (error) {
      if (mine.end.signal.aborted) return new Response(null, { status: 204 }); // Dash leaves everything as it is
      throw error;
    } finally {
      if (open.get(key) === mine) {
        open.delete(key);
        unmark(ids);
      }
    }
  }

  async function asked(url, options, ids) {
    for (let tries = 1; ; tries += 1) {
      const answer = await plain.call(window, url, options);
      const seconds = answer.status === 503 ? Number(answer.headers.get("Retry-After")) : 0;
      if (!seconds) return answer;
      mark(ids);
      await rest(Math.min(seconds * 1000 * tries, LONGEST) * (0.75 + 0.5 * Math.random()), options.signal);
    }
  }

  function rest(milliseconds, signal) {
    return new Promise((done, stop) => {
      const timer = window.setTimeout(done, milliseconds);
      signal.addEventListener("abort", () => { window.clearTimeout(timer); stop(signal.reason); });
    });
  }

  // ------------------------------------------------------------------ what a reader sees of it

  const places = (ids) => ids.map((id) => document.getElementById(id)).filter((one) => one !== null);

  function mark(ids) {
    const text = document.getElementById("offline")?.dataset.crowd;
    const place = places(ids)[0];
    if (!text || !place) return;
    if (!document.querySelector("[data-busy]")) window.JourneyShell.announce(text);
    place.dataset.busy = text;
  }

  function unmark(ids) {
    for (const place of places(ids)) delete place.dataset.busy;
  }

  window.fetch = (...request) => (isQuestion(...request) ? ask(...request) : plain.apply(window, request));
})();
