/* The comparison tray, and folding on the comparison page. */
(function () {
  "use strict";
  var form = document.getElementById("tray-form");

  function relabel() {
    var tray = document.getElementById("tray");
    if (!tray || !("ids" in tray.dataset)) { return; }
    var ids = tray.dataset.ids ? tray.dataset.ids.split(",") : [];
    document.getElementById("tray-count").textContent = ids.length;
    document.querySelectorAll("button[data-compare]").forEach(function (button) {
      var inside = ids.indexOf(button.value) >= 0;
      var known = button.getAttribute("aria-label");
      [form.dataset.addName, form.dataset.addedName].forEach(function (pattern) {
        var ends = pattern.split("%(name)s");
        if (known.indexOf(ends[0]) === 0) { known = known.slice(ends[0].length, known.length - ends[1].length); }
      });
      button.name = inside ? "remove" : "add";
      button.textContent = inside ? form.dataset.added : form.dataset.add;
      button.setAttribute("aria-label", (inside ? form.dataset.addedName : form.dataset.addName)
        .replace("%(name)s", known));
    });
  }

  document.body.addEventListener("htmx:afterSwap", function (event) {
    var tray = document.getElementById("tray");
    relabel();
    if (tray && tray.dataset.message && event.detail.requestConfig.verb === "post") {
      document.getElementById("announce").textContent = tray.dataset.message;
    }
  });

  /* Group headings of the comparison fold their rows. */
  document.querySelectorAll(".compare tr.group th").forEach(function (heading) {
    var button = document.createElement("button");
    var rows = heading.closest("tbody").querySelectorAll("tr:not(.group)");
    button.type = "button";
    button.textContent = heading.textContent.trim();
    button.setAttribute("aria-expanded", "true");
    button.addEventListener("click", function () {
      var open = button.getAttribute("aria-expanded") === "false";
      button.setAttribute("aria-expanded", String(open));
      rows.forEach(function (row) { row.classList.toggle("folded", !open); });
    });
    heading.textContent = "";
    heading.appendChild(button);
  });
})();
