// An automatic save that did not reach the portal must say so: silence would look like success.
(function () {
  "use strict";
  function tell(sentence) {
    var place = document.getElementById("enregistrement");
    if (place) place.textContent = sentence;
  }
  ["htmx:sendError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, function () {
      tell("Pas enregistré : le portail ne répond pas. Gardez cette page ouverte, ce que vous écrivez y reste.");
    });
  });
  // A figure that cannot be read is marked as after a plain save.
  document.addEventListener("htmx:oobAfterSwap", function (event) {
    var notes = event.target;
    if (!notes.id || notes.id.indexOf("notes-") !== 0) return;
    var field = document.getElementsByName(notes.id.slice(6))[0];
    if (!field) return;
    if (notes.querySelector(".field-problem")) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  });
  document.addEventListener("htmx:responseError", function () {
    tell("Pas enregistré tout seul. Appuyez sur « Enregistrer » : la page dira pourquoi et gardera ce que vous avez écrit.");
  });
})();
