/* Lists: what stays as it was when htmx brings new results. */
(function () {
  "use strict";
  var form = document.getElementById("filters");
  if (!form) { return; }
  var focus = null, opened = {};

  /* Leaving the box must not search; Enter and the button do. */
  form.querySelector("input[name=q]").addEventListener("change", function (event) { event.stopPropagation(); });

  document.body.addEventListener("htmx:configRequest", function (event) {
    if (event.target !== form) { return; }
    var sent = event.detail.parameters;
    Object.keys(sent).forEach(function (name) { if (sent[name] === "") { delete sent[name]; } });
  });

  document.body.addEventListener("htmx:beforeSwap", function (event) {
    if (event.target.id !== "area") { return; }
    var active = document.activeElement;
    focus = active && event.target.contains(active) && active.name ? [active.name, active.value] : null;
    opened = {};
    event.target.querySelectorAll("details[data-keep]").forEach(function (part) { opened[part.dataset.keep] = part.open; });
  });

  document.body.addEventListener("htmx:afterSwap", function () {
    var area = document.getElementById("area");
    if (!area || area.dataset.kept) { return; }
    area.dataset.kept = "1";
    area.querySelectorAll("details[data-keep]").forEach(function (part) {
      if (part.dataset.keep in opened) { part.open = opened[part.dataset.keep] || part.open; }
    });
    if (focus) {
      Array.prototype.some.call(area.querySelectorAll("[name]"), function (field) {
        var same = field.name === focus[0] && (field.value === focus[1] || field.type !== "checkbox");
        if (same) { field.focus({ preventScroll: true }); }
        return same;
      });
    }
    document.getElementById("announce").textContent = document.getElementById("sentence").textContent;
  });

  document.body.addEventListener("htmx:pushedIntoHistory", function () {
    form.querySelector("input[name=q]").value = new URLSearchParams(location.search).get("q") || "";
    document.querySelectorAll("#tray-form input[name=next]").forEach(function (next) {
      next.value = location.pathname + location.search;
    });
  });
})();
