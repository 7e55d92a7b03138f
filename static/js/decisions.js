// One key for each decision, while the keyboard is in that part of the page: G keeps, C corrects, N sets aside, P passes on.
// A figure that has just come is not decided by the end of a double click, and the keys can be turned off.
(function () {
  "use strict";
  var CALM = 700; // milliseconds
  var place = document.getElementById("decision");
  if (!place) return;
  var shownAt = Date.now();
  var sent = false;
  var on = localStorage.getItem("touches") !== "non";
  function isTyping(element) {
    return /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  }
  function controlOf(event) {
    var digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code); // on a French keyboard the key of 2 says é
    var key = digit ? digit[1] : event.key.toLowerCase();
    return place.querySelector('[data-key="' + CSS.escape(key) + '"]');
  }
  place.addEventListener("submit", function (event) {
    if (sent || Date.now() - shownAt < CALM) event.preventDefault();
    else sent = true;
  });
  window.addEventListener("pageshow", function () {
    sent = false; // back with the browser's own button
  });
  place.addEventListener("keydown", function (event) {
    if (!on || event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
    var control = controlOf(event);
    if (!control || Date.now() - shownAt < CALM) return;
    event.preventDefault();
    if (control.tagName === "SUMMARY") {
      control.parentElement.open = true;
      document.getElementById("figure").focus();
    } else {
      control.click();
    }
  });
  var choice = document.getElementById("touches");
  function show() {
    choice.hidden = false;
    choice.setAttribute("aria-pressed", on ? "true" : "false");
    place.classList.toggle("without-keys", !on);
  }
  choice.addEventListener("click", function () {
    on = !on;
    localStorage.setItem("touches", on ? "oui" : "non");
    show();
  });
  show();
  var problem = place.querySelector("[aria-invalid]");
  (problem || document.getElementById("chiffre")).focus({ preventScroll: !problem });
})();
