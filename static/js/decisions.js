// One key for each decision, while the keyboard is in that part of the page: A keeps, C corrects, R sets aside, P passes on.
(function () {
  "use strict";
  var place = document.getElementById("decision");
  if (!place) return;
  function isTyping(element) {
    return /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  }
  place.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
    var control = place.querySelector('[data-key="' + CSS.escape(event.key.toLowerCase()) + '"]');
    if (!control) return;
    event.preventDefault();
    if (control.tagName === "SUMMARY") {
      control.parentElement.open = true;
      document.getElementById("figure").focus();
    } else {
      control.click();
    }
  });
  var problem = place.querySelector("[aria-invalid]");
  (problem || document.getElementById("chiffre")).focus({ preventScroll: !problem });
})();
