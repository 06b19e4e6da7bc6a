/* Lists of the desks on a phone: each row becomes a card whose parts carry the names of their
   columns. Without this script, and where nearly all columns are figures, they scroll sideways. */
(function () {
  "use strict";

  var LISTS = ".desk-main table.data:not(.stacked):not(.data-narrow):not(.diff):not(.fields)";
  var ROLES = { TBODY: "rowgroup", THEAD: "rowgroup", TR: "row", TD: "cell" };

  function names(table) {
    var rows = table.tHead ? table.tHead.rows : [];
    if (rows.length !== 1) { return null; }
    var heads = Array.from(rows[0].cells);
    var figures = heads.filter(function (head) { return head.classList.contains("num"); });
    var fits = heads.length < 3 || figures.length >= heads.length - 1;
    return fits ? null : heads.map(function (head) {
      return head.querySelector(".visually-hidden") ? "" : head.textContent.trim();
    });
  }

  function stack(table) {
    var heads = names(table);
    if (!heads) { return; }
    table.classList.add("stacked");
    // A table that is shown as blocks is no table to screen readers unless its roles say so.
    table.setAttribute("role", "table");
    table.querySelectorAll("thead, tbody, tr, td, th").forEach(function (part) {
      part.setAttribute("role", ROLES[part.tagName] ||
        (part.closest("thead") ? "columnheader" : "rowheader"));
    });
    Array.from(table.tBodies).forEach(function (body) {
      Array.from(body.rows).forEach(function (row) {
        Array.from(row.cells).forEach(function (cell, place) {
          if (cell.tagName === "TD" && cell.colSpan === 1 && heads[place]) {
            cell.dataset.label = heads[place];
          }
          if (!cell.firstElementChild && !cell.textContent.trim()) { cell.classList.add("blank"); }
        });
      });
    });
  }

  function all() { document.querySelectorAll(LISTS).forEach(stack); }

  all();
  document.addEventListener("htmx:afterSettle", all);
})();
