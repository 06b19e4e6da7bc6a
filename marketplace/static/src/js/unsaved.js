/* Leaving a form loses nothing: one that saves by itself saves once more on the way out; for any
   other, and where saving is held up, the browser asks first. */
(function () {
  "use strict";

  var LARGEST = 60000; // browsers send no more than 64 KB after a page is gone

  function fits(form) {
    var size = 0;
    new FormData(form).forEach(function (value) { size += 40 + 3 * String(value).length; });
    return size < LARGEST;
  }

  function guard(form) {
    var saves = form.hasAttribute("hx-post");
    // A page that says what is wrong shows what was typed, which nothing holds but the page.
    var refused = saves ? form.querySelector("[data-held]") : document.getElementById("errors");
    var typed = refused ? 1 : 0, saved = 0, sent = 0;

    function done() { saved = typed; }
    function savable() { return saves && !form.querySelector("[data-held]") && fits(form); }

    form.addEventListener("input", function () { typed += 1; });
    form.addEventListener("submit", done);
    form.addEventListener("htmx:beforeRequest", function () { sent = typed; });
    form.addEventListener("htmx:afterRequest", function (event) {
      if (event.detail.successful && !form.querySelector("[data-held]")) { saved = sent; }
    });
    window.addEventListener("beforeunload", function (event) {
      if (typed !== saved && !savable()) {
        event.preventDefault();
        event.returnValue = "";
      }
    });
    window.addEventListener("pagehide", function () {
      if (typed === saved || !savable()) { return; }
      done();
      fetch(form.action, {
        method: "POST", body: new FormData(form), keepalive: true, headers: { "HX-Request": "true" }
      });
    });
  }

  document.querySelectorAll("form[data-unsaved]").forEach(guard);
})();
