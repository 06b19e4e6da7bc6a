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

  function step() { return document.getElementById("show-wishes") ? "/match/results" : "/match/check"; }

  function plain(event) { return !(event.metaKey || event.ctrlKey || event.shiftKey || event.button); }

  /* The other language of a page that came from a form. */
  document.querySelectorAll(".head-tools a[hreflang]").forEach(function (link) {
    link.addEventListener("click", function (event) {
      var form = document.getElementById("need");
      var pairs = kept(STATE);
      if (!form || !pairs || !plain(event)) { return; }
      event.preventDefault();
      send(step() + "?lang=" + link.hreflang.slice(0, 2), pairs);
    });
  });

  /* Enter in a field updates the part of the page instead of loading it anew. */
  document.body.addEventListener("keydown", function (event) {
    var field = event.target;
    if (event.key === "Enter" && field.matches("#need input[type=number]") && !event.isComposing) {
      event.preventDefault();
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });

  /* What was open and where the focus was, over a partial update. */
  var opened = {}, focus = null;

  function place(area) {
    var spot = focus && (document.getElementById(focus.id) ||
      area.querySelectorAll("button[name=" + focus.name + "]")[focus.at] ||
      area.querySelector("button[name=" + focus.name + "]"));
    if (document.activeElement === document.body && focus) {
      (spot || area.querySelector("h1")).focus({ preventScroll: true });
    }
  }

  document.body.addEventListener("htmx:beforeSwap", function (event) {
    if (event.target.id !== "match") { return; }
    var active = document.activeElement;
    focus = active && event.target.contains(active) ? { id: active.id, name: active.name || "none", at: 0 } : null;
    if (focus && active.name) {
      focus.at = Array.prototype.indexOf.call(event.target.querySelectorAll("button[name=" + active.name + "]"), active);
    }
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
    place(area);
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
  if (area) {
    area.dataset.kept = "1";
    remember();
    /* Reload and back ask for the page anew instead of sending the form again. */
    if (kept(STATE)) { history.replaceState(history.state, "", step()); }
  }
  if (document.getElementById("resume")) {
    var known = kept(STATE);
    if (known) { send(location.pathname, known); } else { location.replace("/match"); }
  }
})();
