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

/* Need matching: nothing typed is lost. It stays in this browser tab; nothing goes into an address. */
(function () {
  "use strict";
  var WORDS = "need-words", STATE = "need-state", LONG = 12;
  var store = null;
  try { store = window.sessionStorage; } catch (error) { /* no storage here: the form still works */ }

  function kept(key) {
    try { return JSON.parse(store.getItem(key)); } catch (error) { return null; }
  }
  function keep(key, value) {
    try { store.setItem(key, JSON.stringify(value)); } catch (error) { /* full or refused */ }
  }
  function forget() {
    [WORDS, STATE].forEach(function (key) { try { store.removeItem(key); } catch (error) { /* none */ } });
  }

  /* Step 1: words and tapped troubles. */
  function onStart(form) {
    var text = form.querySelector("textarea");
    var before = kept(WORDS);

    function save() {
      var tapped = [];
      form.querySelectorAll("input[name=wish]:checked").forEach(function (box) { tapped.push(box.value); });
      keep(WORDS, { text: text.value, tapped: tapped });
    }

    function helps() {
      document.querySelectorAll("[data-example]").forEach(function (button) {
        button.hidden = false;
        button.onclick = function () {
          text.value = button.dataset.example;
          save();
          text.focus();
          window.htmx.trigger(text, "input");
        };
      });
    }

    if (before && !text.value && before.text) {
      text.value = before.text;
      window.addEventListener("load", function () { window.htmx.trigger(text, "input"); });
    }
    if (before) {
      form.querySelectorAll("input[name=wish]").forEach(function (box) {
        if (before.tapped.indexOf(box.value) >= 0) {
          box.checked = true;
          if (box.closest("details")) { box.closest("details").open = true; }
        }
      });
    }
    form.addEventListener("input", save);
    form.addEventListener("submit", save);
    document.body.addEventListener("htmx:afterSettle", helps);
    helps();

    var state = kept(STATE);
    var note = document.getElementById("unfinished");
    if (state && note) {
      note.hidden = false;
      note.querySelector("[data-continue]").addEventListener("click", function () { send("/match/check", state); });
      note.querySelector("[data-forget]").addEventListener("click", function () {
        forget();
        location.assign("/match");
      });
    }
  }

  function send(address, pairs) {
    var form = document.createElement("form");
    var token = document.querySelector("input[name=csrf_token]").value;
    form.method = "post";
    form.action = address;
    pairs.concat([["csrf_token", token]]).forEach(function (pair) {
      var field = document.createElement("input");
      field.type = "hidden";
      field.name = pair[0];
      field.value = pair[1];
      form.appendChild(field);
    });
    document.body.appendChild(form);
    form.submit();
  }

  /* Steps 2 and 3: the state of the form as it was last shown. */
  function remember() {
    var form = document.getElementById("need"), pairs = [], tapped = [], words = "";
    if (!form) { return; }
    new FormData(form).forEach(function (value, name) {
      if (name === "csrf_token" || value === "") { return; }
      pairs.push([name, value]);
      if (name === "wish") { tapped.push(value); }
      if (name === "text") { words = value; }
    });
    keep(STATE, pairs);
    keep(WORDS, { text: words, tapped: tapped });
  }

  function plain(event) { return !(event.metaKey || event.ctrlKey || event.shiftKey || event.button); }

  /* The other language of a page that came from a form. */
  document.querySelectorAll(".head-tools a[hreflang]").forEach(function (link) {
    link.addEventListener("click", function (event) {
      var form = document.getElementById("need");
      var pairs = kept(STATE);
      if (!form || !pairs || !plain(event)) { return; }
      event.preventDefault();
      send((document.getElementById("show-wishes") ? "/match/results" : "/match/check") + "?lang=" + link.hreflang, pairs);
    });
  });

  var opened = {};
  document.body.addEventListener("htmx:beforeSwap", function (event) {
    if (event.target.id !== "match") { return; }
    opened = {};
    event.target.querySelectorAll("details[id]").forEach(function (part) { opened[part.id] = part.open; });
  });
  document.body.addEventListener("htmx:afterSettle", function () {
    var area = document.getElementById("match");
    if (!area || area.dataset.kept) { return; }
    area.dataset.kept = "1";
    Object.keys(opened).forEach(function (id) {
      var part = document.getElementById(id);
      if (part) { part.open = opened[id]; }
    });
    document.getElementById("announce").textContent = area.dataset.announce;
    remember();
  });
  ["htmx:responseError", "htmx:sendError"].forEach(function (name) {
    document.body.addEventListener(name, function () {
      var note = document.getElementById("match-problem");
      if (note) { note.hidden = false; note.scrollIntoView({ block: "center" }); }
    });
  });

  /* The one box: says when the words look like a need. */
  document.querySelectorAll("form[data-ask]").forEach(function (form) {
    var box = form.querySelector("input[name=text]"), button = form.querySelector("button");
    var search = button.textContent;
    function look() {
      var words = box.value.trim();
      var need = words.length >= LONG && (words.match(/[\u4e00-\u9fff]/g) || []).length + words.split(/\s+/).length > 8;
      button.textContent = need ? form.dataset.ask : search;
    }
    box.addEventListener("input", look);
    window.addEventListener("pageshow", look);
    form.addEventListener("submit", function () {
      if (box.value.trim().length >= LONG) { keep(WORDS, { text: box.value.trim(), tapped: [] }); }
    });
    form.querySelectorAll("a[data-carry]").forEach(function (link) {
      link.addEventListener("click", function () {
        if (box.value.trim()) { keep(WORDS, { text: box.value.trim(), tapped: [] }); }
      });
    });
  });

  var start = document.getElementById("start");
  if (start) { onStart(start); }
  var area = document.getElementById("match");
  if (area) { area.dataset.kept = "1"; remember(); }
})();
