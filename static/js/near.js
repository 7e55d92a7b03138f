// « Près de moi »: the browser is asked where it is only when the button is pressed, and the address of the search says it.
(function () {
  "use strict";
  function offer() {
    var button = document.getElementById("ma-position");
    var field = document.getElementById("pres_de");
    if (!button || !field || !navigator.geolocation) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      var word = button.textContent;
      button.textContent = "Un instant…";
      navigator.geolocation.getCurrentPosition(
        function (position) {
          field.value = position.coords.latitude.toFixed(3) + "," + position.coords.longitude.toFixed(3);
          button.textContent = word;
          field.form.requestSubmit();
        },
        function () {
          button.textContent = "Position non donnée\u202f: écrivez un quartier ou une commune";
          field.focus();
        },
        { maximumAge: 300000, timeout: 10000 }
      );
    });
  }
  document.addEventListener("DOMContentLoaded", offer);
})();
