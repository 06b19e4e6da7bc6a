/* Suggestions while typing: an ARIA combobox over a plain list of links from the server. */
(function () {
  "use strict";
  var WAIT = 120;

  function attach(input) {
    var box = input.closest(".search-box");
    var list = document.createElement("div");
    var timer = 0, request = null, options = [], at = -1, shownFor = "";
    list.className = "suggest";
    list.id = input.id + "-list";
    list.hidden = true;
    box.appendChild(list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);

    function close() {
      list.hidden = true;
      at = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function mark(next) {
      if (options[at]) { options[at].setAttribute("aria-selected", "false"); }
      at = next;
      if (!options[at]) { input.removeAttribute("aria-activedescendant"); return; }
      options[at].setAttribute("aria-selected", "true");
      input.setAttribute("aria-activedescendant", options[at].id);
      options[at].scrollIntoView({ block: "nearest" });
    }

    function show(html, text) {
      list.innerHTML = html;
      var inner = list.firstElementChild;
      options = Array.prototype.slice.call(list.querySelectorAll("[role=option]"));
      options.forEach(function (option, n) { option.id = list.id + "-" + n; option.tabIndex = -1; });
      shownFor = text;
      at = -1;
      input.removeAttribute("aria-activedescendant");
      if (!inner || !text || document.activeElement !== input) { close(); return; }
      list.hidden = false;
      input.setAttribute("aria-expanded", String(options.length > 0));
    }

    function ask() {
      var text = input.value.trim();
      if (request) { request.abort(); }
      if (!text) { show("", ""); return; }
      request = new AbortController();
      var address = input.dataset.suggest;
      address += (address.indexOf("?") < 0 ? "?" : "&") + "q=" + encodeURIComponent(text.slice(0, 60));
      fetch(address, { signal: request.signal, headers: { "HX-Request": "true" } })
        .then(function (answer) { return answer.ok ? answer.text() : ""; })
        .then(function (html) { show(html, text); })
        .catch(function () { /* typed on, or the network is away: the box still searches */ });
    }

    input.addEventListener("input", function (event) {
      clearTimeout(timer);
      if (!event.isComposing) { timer = setTimeout(ask, WAIT); }
    });
    input.addEventListener("compositionend", function () { clearTimeout(timer); timer = setTimeout(ask, WAIT); });
    input.addEventListener("blur", function () { setTimeout(function () {
      if (!list.contains(document.activeElement)) { close(); }
    }, 150); });
    list.addEventListener("mousedown", function (event) { event.preventDefault(); });
    input.addEventListener("keydown", function (event) {
      if (event.isComposing) { return; }
      var open = !list.hidden && options.length > 0;
      if (event.key === "ArrowDown" && !open && input.value.trim()) {
        if (shownFor === input.value.trim() && options.length) {
          list.hidden = false;
          input.setAttribute("aria-expanded", "true");
          mark(0);
        } else { ask(); }
        event.preventDefault();
      } else if (open && event.key === "ArrowDown") {
        mark(at + 1 >= options.length ? -1 : at + 1);
        event.preventDefault();
      } else if (open && event.key === "ArrowUp") {
        mark(at < 0 ? options.length - 1 : at - 1);
        event.preventDefault();
      } else if (open && event.key === "Enter" && options[at]) {
        event.preventDefault();
        location.assign(options[at].href);
      } else if (event.key === "Escape" && !list.hidden) {
        close();
        event.preventDefault();
      } else if (event.key === "Enter" || event.key === "Tab") {
        clearTimeout(timer);
        if (request) { request.abort(); }
        close();
      }
    });
  }

  document.querySelectorAll("input[data-suggest]").forEach(attach);
})();
