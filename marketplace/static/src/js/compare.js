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

  /* One change after the other: the tray lives in a cookie, and quick clicks must not overtake. */
  var changes = Promise.resolve();
  document.addEventListener("click", function (event) {
    var button = event.target.closest("button[form=tray-form]");
    if (!button || !window.htmx) { return; }
    event.preventDefault();
    var values = { csrf_token: form.querySelector("[name=csrf_token]").value };
    values[button.name] = button.value;
    changes = changes.then(function () {
      return window.htmx.ajax("POST", form.action, { target: "#tray", swap: "outerHTML", values: values });
    }).catch(function () { form.submit(); });
  });

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
