/* The person in the browser: theme, language, sign-out, and an end of the session while a page is open. */
(function () {
  "use strict";

  function token() {
    const found = document.cookie.split("; ").find((part) => part.startsWith("journey_csrf="));
    return found ? decodeURIComponent(found.slice("journey_csrf=".length)) : "";
  }

  let kept = Promise.resolve(); // one wish after the other: a new page would cut off the one that is still on its way

  function keep(choice) {
    kept = kept.catch(() => null).then(() => window.fetch("/preferences", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify(choice),
    }));
    return kept;
  }

  function switchTheme() {
    const page = document.documentElement;
    const theme = page.dataset.bsTheme === "dark" ? "light" : "dark";
    page.dataset.bsTheme = theme;
    document.querySelector("meta[name='color-scheme']").content = theme;
    document.dispatchEvent(new CustomEvent("journey:theme", { detail: theme })); // charts re-colour themselves
    keep({ theme: theme });
  }

  async function switchLanguage(language) {
    await keep({ language: language });
    const params = new URLSearchParams(window.location.search);
    params.delete("lang");
    const search = window.JourneyAddress.text(params);
    if (search === window.location.search) window.location.reload();
    else window.location.replace(window.location.pathname + search);
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-switch]")) switchTheme();
    const language = event.target.closest("[data-language]");
    if (language) switchLanguage(language.dataset.language);
  });

  /* Forms of the shell take the token along when they are sent. */
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-csrf]")) return;
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "csrf_token";
    field.value = token();
    event.target.append(field);
  });

  /* A session that ended elsewhere: sign in again and come back to the same view. */
  const fetch = window.fetch;
  let leaving = false; // several answers meet the end at once: one way out, not one that cuts the other off
  window.addEventListener("pageshow", () => { leaving = false; }); // back from the sign-in's page
  window.fetch = async function (...request) {
    const response = await fetch.apply(this, request);
    if (!leaving && response.status === 401 && new URL(response.url).origin === window.location.origin) {
      leaving = true;
      const next = window.location.pathname + window.location.search;
      window.location.assign("/login?next=" + encodeURIComponent(next));
    }
    return response;
  };
})();
