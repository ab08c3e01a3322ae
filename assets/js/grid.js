/* Grids of pills and cells by keyboard: the arrows move, Home and End go to the ends of a row, and Tab passes a grid
   by after one stop. A container says `data-grid`; its links and buttons are the cells, its table rows the rows.
   Esc in a panel with `data-grid-detail` goes back to the cell that opened it. */
(function () {
  "use strict";

  const shown = (item) => item.offsetParent !== null;
  const cells = (grid) => Array.from(grid.querySelectorAll("tbody a, tbody button")).filter(shown);
  const middle = (item) => {
    const box = item.getBoundingClientRect();
    return box.left + box.width / 2;
  };

  function rowsOf(grid) {
    const rows = new Map();
    cells(grid).forEach((item) => {
      const row = item.closest("tr");
      rows.set(row, [...(rows.get(row) || []), item]);
    });
    return Array.from(rows.values());
  }

  /* One stop for Tab: the cell that was used last. */
  function rove(grid, item) {
    cells(grid).forEach((other) => { other.tabIndex = other === item ? 0 : -1; });
  }

  function target(rows, item, key) {
    const at = rows.findIndex((row) => row.includes(item));
    const row = rows[at];
    const place = row.indexOf(item);
    if (key === "ArrowLeft") return row[place - 1];
    if (key === "ArrowRight") return row[place + 1];
    if (key === "Home") return row[0];
    if (key === "End") return row[row.length - 1];
    const next = rows[at + (key === "ArrowDown" ? 1 : -1)];
    if (!next) return undefined;
    const far = (other) => Math.abs(middle(other) - middle(item));
    return next.reduce((best, other) => (far(other) < far(best) ? other : best));
  }

  document.addEventListener("focusin", (event) => {
    const grid = event.target.closest("[data-grid]");
    if (grid && cells(grid).includes(event.target)) rove(grid, event.target);
  });

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === "Escape" && event.target.closest("[data-grid-detail]")) {
      const opened = Array.from(document.querySelectorAll("[data-grid] [class*='--open']")).find(shown);
      if (opened) opened.focus();
      return;
    }
    if (!/^(Arrow(Left|Right|Up|Down)|Home|End)$/.test(event.key)) return;
    const grid = event.target.closest("[data-grid]");
    if (!grid || !cells(grid).includes(event.target)) return;
    const next = target(rowsOf(grid), event.target, event.key);
    event.preventDefault();
    if (next) next.focus();
  });
})();
