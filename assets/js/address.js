/* The query string as the server writes it: readable commas and colons, defaults left out. */
window.JourneyAddress = (function () {
  "use strict";

  /** Keys of the question itself, which holds on every page, as dashboard/journey/address.py writes them. */
  const FIRST = [
    "e", "p", "c", "s", "ch", "mode", "entry", "w", "hz", "inc", "mt", "qm",
    "st", "opt", "sw", "ex", "ba", "va", "sf", "cf", "bm",
  ];
  const LAST = ["lang", "theme"];
  const SHARED = [...FIRST, ...LAST];

  /** Keys stand in one order, so that the same view has one address. */
  function place(key) {
    if (FIRST.includes(key)) return FIRST.indexOf(key) - FIRST.length;
    return LAST.includes(key) ? 1 + LAST.indexOf(key) : 0;
  }

  function text(params) {
    const pairs = Array.from(params).sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : Number(a > b)));
    const query = new URLSearchParams(pairs).toString()
      .replace(/\+/g, "%20").replace(/%2C/g, ",").replace(/%3A/g, ":").replace(/%28/g, "(").replace(/%29/g, ")")
      .replace(/%3E/g, ">");
    return query ? "?" + query : "";
  }

  /** Labels with commas between them; a comma inside a label is escaped (see dashboard/journey/address.py). */
  function joined(labels) {
    return labels.map((label) => label.replace(/\\/g, "\\\\").replace(/,/g, "\\,")).join(",");
  }

  /** What a link to another page keeps of an address: everything but the keys of the page. */
  function shared(search) {
    const kept = new URLSearchParams();
    for (const [key, value] of new URLSearchParams(search)) {
      if (SHARED.includes(key)) kept.append(key, value);
    }
    return kept;
  }

  /** Open another address of the product as dcc.Link does, without loading the page anew. */
  function go(href) {
    window.history.pushState({}, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  /** Change some keys of the open page's address; an empty value removes its key. False where that changes nothing. */
  function change(values) {
    const params = new URLSearchParams(window.location.search);
    for (const [key, value] of Object.entries(values)) {
      if (value) params.set(key, value); else params.delete(key);
    }
    const search = text(params);
    if (search === window.location.search) return false;
    if (!window.location.pathname.startsWith("/whatif")) {
      window.dash_clientside.set_props("shell-location", { search: search });
      return true;
    }
    // the what-if replaces the address by itself, and then a property set on dcc.Location is lost: go as dcc.Link does
    go(window.location.pathname + search + window.location.hash);
    return true;
  }

  /** Tell a component something; one whose page was left, or is still to come, is not there to hear it, and Dash
      would fail over it (its own getLayout, too). */
  function tell(id, props) {
    if (window.dash_stores[0]?.getState().paths.strs?.[id]) window.dash_clientside.set_props(id, props);
  }

  /** Ask the open page's cards again; a page that is not drawn yet asks by itself. */
  function refresh(more = {}) {
    const { pathname, search } = window.location;
    tell("address-" + pathname.slice(1), { data: { path: pathname, search, turn: Date.now(), ...more } });
  }

  return { text, joined, shared, go, change, tell, refresh };
})();
