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
  document.addEventListener("htmx:responseError", function () {
    tell("Pas enregistré tout seul. Appuyez sur « Enregistrer » : la page dira pourquoi et gardera ce que vous avez écrit.");
  });
})();
