// The answers of a list on a map: a second way to read them, made only when it is asked for.
(function () {
  "use strict";
  var wanted = false;
  var loading, map, drawn;

  function answersOf(place) {
    var list = document.getElementById(place.dataset.pointsFrom);
    var items = list ? list.querySelectorAll("[data-latitude][data-longitude]") : [];
    return Array.from(items, function (item) {
      var link = item.querySelector("h3 a");
      return {
        latitude: number(item.dataset.latitude),
        longitude: number(item.dataset.longitude),
        number: item.dataset.number || "•",
        approximate: "approximate" in item.dataset,
        title: link && link.parentElement,
        name: link && link.textContent.trim(),
        address: link && link.href,
      };
    }).filter(function (answer) {
      return answer.name && isFinite(answer.latitude) && isFinite(answer.longitude);
    });
  }

  // A template may write 48,01 as French does.
  function number(text) {
    return parseFloat(text.replace(",", "."));
  }

  // Several services at one address share a marker: on top of each other, only the last could be reached.
  function byPlace(answers) {
    var groups = new Map();
    answers.forEach(function (answer) {
      var key = answer.latitude.toFixed(5) + " " + answer.longitude.toFixed(5);
      groups.set(key, (groups.get(key) || []).concat(answer));
    });
    return Array.from(groups.values());
  }

  function make(tag, className, text) {
    var element = document.createElement(tag);
    element.className = className;
    element.textContent = text || "";
    return element;
  }

  function load(tag, attributes) {
    return new Promise(function (done, failed) {
      var element = Object.assign(document.createElement(tag), attributes);
      element.onload = done;
      element.onerror = function () {
        element.remove();
        failed();
      };
      document.head.appendChild(element);
    });
  }

  function loadLeaflet(place) {
    loading = loading || Promise.all([
      load("link", { rel: "stylesheet", href: place.dataset.leafletCss }),
      load("link", { rel: "stylesheet", href: place.dataset.mapCss }),
      load("script", { src: place.dataset.leafletJs }),
    ]);
    return loading;
  }

  function makeMap(place, canvas) {
    var still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    map = L.map(canvas, {
      attributionControl: false, // the credit is written below the map, by the page
      zoomControl: false,
      maxZoom: 18,
      // The page must scroll under one finger and under the wheel: on a phone two fingers move the map.
      dragging: !L.Browser.mobile,
      scrollWheelZoom: false,
      zoomAnimation: !still,
      markerZoomAnimation: !still,
      fadeAnimation: !still,
      inertia: !still,
    });
    if (still) {
      map.panBy = function (offset, options) {
        return L.Map.prototype.panBy.call(map, offset, Object.assign({}, options, { animate: false }));
      };
    }
    L.control.zoom({ position: "bottomright", zoomInTitle: "Agrandir", zoomOutTitle: "Réduire" }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    place.classList.toggle("map-by-touch", L.Browser.mobile);
    if (place.dataset.tiles) L.tileLayer(place.dataset.tiles, { maxZoom: 18 }).addTo(map);
    map.on("zoomend", makeRoom);
    drawn = L.layerGroup().addTo(map);
  }

  function landmarksOf(place) {
    return JSON.parse(place.dataset.landmarks || "[]");
  }

  function drawLandmark(landmark) {
    var icon = L.divIcon({ className: "map-landmark", iconSize: null, html: make("span", "", landmark.name) });
    var options = { icon: icon, interactive: false, keyboard: false, zIndexOffset: -10000 };
    L.marker([landmark.latitude, landmark.longitude], options).addTo(drawn).getElement().setAttribute("aria-hidden", "true");
  }

  // Where labels would cover a marker or each other, the first ones stay.
  function makeRoom() {
    var canvas = map.getContainer();
    var taken = Array.from(canvas.querySelectorAll(".map-marker span"), boxOf);
    canvas.querySelectorAll(".map-landmark span").forEach(function (label) {
      var box = boxOf(label);
      var free = !taken.some(function (other) { return meet(box, other); });
      label.style.visibility = free ? "" : "hidden";
      if (free) taken.push(box);
    });
  }

  function boxOf(element) {
    return element.getBoundingClientRect();
  }

  function meet(one, other) {
    return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
  }

  function drawMarker(group) {
    var approximate = group.some(function (answer) { return answer.approximate; });
    var numbers = group.map(function (answer) { return answer.number; });
    var sign = numbers.slice(0, 2).join(" · ") + (numbers.length > 2 ? " …" : "");
    var icon = L.divIcon({
      className: "map-marker" + (approximate ? " map-marker-approximate" : ""),
      iconSize: [44, 44],
      html: make("span", "", sign),
    });
    var marker = L.marker([group[0].latitude, group[0].longitude], { icon: icon, riseOnHover: true });
    marker.bindPopup(linksOf(group, approximate), { maxWidth: 240, maxHeight: 180, offset: [0, -8] });
    marker.addTo(drawn);
    marker.on("popupopen", function (event) {
      event.popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", "Fermer");
    });
    marker.on("popupclose", function (event) {
      giveFocusBack(marker.getElement(), event.popup.getElement());
    });
    var said = group.map(function (answer) { return answer.number + "\u202f: " + answer.name; }).join(", ");
    marker.getElement().setAttribute("aria-label", said + (approximate ? ", lieu approximatif" : ""));
    marker.getElement().addEventListener("keydown", function (event) {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      marker.openPopup();
      marker.getPopup().getElement().querySelector("a").focus();
    });
  }

  // Names come from what structures write: they are only ever text.
  function linksOf(group, approximate) {
    var box = make("div", "map-links");
    group.forEach(function (answer) {
      var line = make("p", "", answer.number + ". ");
      var link = make("a", "", answer.name);
      link.href = answer.address;
      line.appendChild(link);
      box.appendChild(line);
    });
    if (approximate) box.appendChild(make("p", "soft", "Lieu approximatif"));
    return box;
  }

  function giveFocusBack(marker, popup) {
    var at = document.activeElement;
    if (marker && (at === document.body || popup.contains(at))) marker.focus();
  }

  // Without streets, an answer alone says nothing: the two nearest landmarks are shown with it.
  function showAll(place, answers) {
    var bounds = L.latLngBounds(answers.map(function (answer) { return [answer.latitude, answer.longitude]; }));
    if (!place.dataset.tiles) {
      var middle = bounds.getCenter();
      landmarksOf(place)
        .map(function (landmark) { return L.latLng(landmark.latitude, landmark.longitude); })
        .sort(function (one, other) { return middle.distanceTo(one) - middle.distanceTo(other); })
        .slice(0, 2)
        .forEach(function (landmark) { bounds.extend(landmark); });
    }
    map.fitBounds(bounds, { padding: [44, 44], maxZoom: 16, animate: false });
  }

  function draw(place, answers) {
    var canvas = place.querySelector(".map");
    if (map && map.getContainer() !== canvas) takeDown();
    if (!map) makeMap(place, canvas);
    map.invalidateSize({ animate: false });
    drawn.clearLayers();
    showAll(place, answers);
    if (!place.dataset.tiles) landmarksOf(place).forEach(drawLandmark);
    byPlace(answers).forEach(drawMarker);
    makeRoom();
    // The list shows the same numbers, by the map's stylesheet.
    answers.forEach(function (answer) { answer.title.dataset.number = answer.number; });
  }

  function takeDown() {
    if (!map) return;
    map.remove();
    map = null;
  }

  // Puts on the page what `wanted` and the list say, whatever was there.
  function refresh() {
    var place = document.getElementById("carte");
    if (!place) return;
    var answers = answersOf(place);
    var open = wanted && answers.length > 0 && Boolean(window.L);
    place.hidden = !answers.length;
    place.querySelector(".map-button").textContent = open ? "Cacher la carte" : "Voir la carte";
    place.querySelector(".map-drawn").hidden = !open;
    if (open) draw(place, answers);
  }

  function ask(place) {
    var state = place.querySelector(".map-state");
    wanted = !wanted;
    state.textContent = "";
    if (!wanted || window.L) return refresh();
    loadLeaflet(place).then(refresh, function () {
      loading = null;
      wanted = false;
      state.textContent = "La carte n’a pas pu s’ouvrir. La liste dit la même chose.";
    });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest(".map-button");
    if (button) ask(button.closest("#carte"));
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && map) map.closePopup();
  });
  document.addEventListener("htmx:afterSwap", refresh);
  document.addEventListener("htmx:historyRestore", refresh);
  document.addEventListener("htmx:beforeHistorySave", takeDown); // what is drawn would come back dead
  refresh();
})();
