/* Elements that Dash need not know, drawn by React as they are (layouts/components/markup.py). */
window.journey = (function () {
  "use strict";

  const { createElement, Fragment } = window.React;

  /** A link inside the product: the address changes, the page is not loaded anew. */
  function follow(event) {
    const other = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button;
    if (event.defaultPrevented || other) return;
    event.preventDefault();
    JourneyAddress.go(event.currentTarget.getAttribute("href"));
    window.scrollTo(0, 0);
  }

  function draw(tree) {
    if (Array.isArray(tree)) return createElement(Fragment, null, ...tree.map(draw));
    if (!tree || typeof tree !== "object") return tree;
    const { children, ...props } = tree.props;
    const link = tree.type === "Link";
    const inside = children === undefined ? [] : [].concat(children).map(draw);
    return createElement(link ? "a" : tree.type.toLowerCase(), link ? { ...props, onClick: follow } : props, ...inside);
  }

  return { Markup: ({ tree }) => draw(tree) };
})();
