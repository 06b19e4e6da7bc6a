/* Small helps: copy a link, print, ask before something big. */
(function () {
  "use strict";

  function copied(button) {
    var before = button.textContent;
    button.textContent = button.dataset.done;
    document.getElementById("announce").textContent = button.dataset.done;
    setTimeout(function () { button.textContent = before; }, 2500);
  }

  document.querySelectorAll("button[data-copy]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var field = document.getElementById(button.dataset.copy);
      var text = field ? field.value : location.href;
      if (navigator.clipboard && window.isSecureContext) {
        navigator.clipboard.writeText(text).then(function () { copied(button); });
        return;
      }
      var made = field || document.createElement("textarea");
      if (!field) { made.value = text; document.body.appendChild(made); }
      made.select();
      if (document.execCommand("copy")) { copied(button); }
      if (!field) { made.remove(); }
    });
  });

  document.querySelectorAll("button[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
})();
