/* The long lists: a heading orders them and a search narrows them by way of the address; cells lead on as links do. */
(function () {
  "use strict";

  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  const parts = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});

  /** The server has ordered the rows. */
  functions.asTheyStand = () => 0;

  functions.sorted = function (params) {
    const column = params.api.getColumnState().find((one) => one.sort);
    if (!column) return;
    JourneyAddress.change({ sort: (column.sort === "desc" ? "-" : "") + column.colId, page: "" });
  };

  parts.RowLink = function (props) {
    return React.createElement(
      window.dash_core_components.Link, { href: props.data.href, className: "link" }, props.value
    );
  };

  /** Dash has no native fields: the place says what stands in it. */
  function draw(place) {
    const field = document.createElement("input");
    field.type = "search";
    field.className = "field";
    field.maxLength = 100;
    field.value = place.dataset.search;
    field.placeholder = place.dataset.label;
    field.setAttribute("aria-label", place.dataset.label);
    field.addEventListener("change", () => JourneyAddress.change({ q: field.value.trim(), page: "" }));
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") field.blur(); });
    place.replaceChildren(field);
  }

  new MutationObserver(() => {
    document.querySelectorAll("[data-search]:empty").forEach(draw);
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
