/* Maps: the area of a dataset, and choosing an area to search in.  Leaflet and the base map are
   loaded when a map comes into sight; without JavaScript the page says the same in words. */
(function () {
  'use strict';

  var EDGE = [[43, -12], [72, 45]]; // south-west and north-east of the base map
  var COAST = [[53.5, 9.8], [54.8, 14.2]]; // what is shown first
  var FRAME = 0.12; // margin of the frame, as a share of the map
  var files = {};
  var leaflet;

  function json(url) {
    files[url] = files[url] || fetch(url).then(function (answer) {
      if (!answer.ok) { throw new Error(url + ': ' + answer.status); }
      return answer.json();
    });
    return files[url];
  }

  function script(src) {
    files[src] = files[src] || new Promise(function (done, failed) {
      var element = document.createElement('script');
      element.src = src;
      element.onload = done;
      element.onerror = failed;
      document.head.append(element);
    });
    return files[src];
  }

  function load(map) {
    if (!leaflet) {
      var style = document.createElement('link');
      var styled = new Promise(function (done) { style.onload = style.onerror = done; });
      style.rel = 'stylesheet';
      style.href = map.style;
      document.head.prepend(style);
      leaflet = Promise.all([script(map.leaflet), styled]);
    }
    return leaflet;
  }

  // TopoJSON: each ring is one arc, each point the difference to the one before.
  function arcs(topology) {
    var scale = topology.transform.scale;
    var shift = topology.transform.translate;
    return topology.arcs.map(function (arc) {
      var x = 0, y = 0;
      return arc.map(function (step) {
        x += step[0];
        y += step[1];
        return [y * scale[1] + shift[1], x * scale[0] + shift[0]];
      });
    });
  }

  function coast(topology, view) {
    var lines = arcs(topology);
    function of(name) {
      return topology.objects[name].arcs.map(function (part) {
        return Array.isArray(part[0]) ? part.map(function (ring) { return lines[ring[0]]; }) : lines[part[0]];
      });
    }
    var still = { interactive: false, smoothFactor: 0.5 };
    L.polygon(of('land'), Object.assign({ className: 'hanse-map-land' }, still)).addTo(view);
    L.polyline(of('borders'), Object.assign({ className: 'hanse-map-border' }, still)).addTo(view);
  }

  function label(text, at, kind, view) {
    var icon = L.divIcon({ className: 'hanse-map-label ' + kind, iconSize: null });
    var marker = L.marker(at, { icon: icon, interactive: false, keyboard: false });
    var span = document.createElement('span');
    span.textContent = text;
    marker.on('add', function () {
      marker.getElement().setAttribute('aria-hidden', 'true');
      marker.getElement().replaceChildren(span);
    });
    return marker.addTo(view);
  }

  // Labels that appear from a zoom on: pairs of zoom and marker.
  function sifted(labels, view) {
    function sift() {
      labels.forEach(function (pair) { pair[1].getElement().hidden = view.getZoom() < pair[0]; });
    }
    view.on('zoomend', sift);
    sift();
  }

  // Towns appear from their zoom on; the founding cities always, as outline and by name.
  function cities(found, map, view) {
    var towns = [];
    found.features.forEach(function (feature) {
      var known = feature.properties;
      var name = (map.language !== 'de' && known.name_en) || known.name;
      if (feature.geometry.type === 'Point') {
        var at = feature.geometry.coordinates;
        towns.push([known.zoom, label(name, [at[1], at[0]], 'hanse-map-town', view)]);
        return;
      }
      var outline = L.geoJSON(feature, { interactive: false, style: { className: 'hanse-map-city' } });
      if (!map.borders) {
        // The coast is coarser than the outlines: a city has land below it.
        if (map.base) { L.geoJSON(feature, { interactive: false, style: { className: 'hanse-map-city-ground' } }).addTo(view); }
        outline.addTo(view);
      }
      label(name, outline.getBounds().getCenter(), 'hanse-map-member hanse-map-' + known.label, view);
    });
    sifted(towns, view);
  }

  // The districts of the list, by name; small ones only from near.
  function districts(select, view) {
    sifted([...select.querySelectorAll('optgroup:not(:last-child) option:not(:first-child)')].map(function (option) {
      var box = sides(option.getAttribute('data-box'));
      var from = 12.2 + Math.min(1.5, Math.max(0, Math.log2(0.06 / (box[2] - box[0]))));
      return [from, label(option.textContent, [(box[1] + box[3]) / 2, (box[0] + box[2]) / 2], 'hanse-map-district', view)];
    }), view);
  }

  // The operator's borders, each area by the name that its file gives.
  function borders(found, view) {
    var drawn = L.geoJSON(found, {
      interactive: false,
      style: { className: 'hanse-map-city' },
      filter: function (feature) { return feature.geometry && !feature.geometry.type.endsWith('Point'); }
    }).addTo(view);
    var named = drawn.getLayers().filter(function (layer) { return layer.getBounds && layer.feature.properties && layer.feature.properties.name; });
    sifted(named.map(function (layer) {
      var box = layer.getBounds();
      var from = Math.log2(36 / Math.max(box.getEast() - box.getWest(), 0.005)); // when it is some 50 pixels wide
      return [from, label(layer.feature.properties.name, box.getCenter(), 'hanse-map-district', view)];
    }), view);
  }

  // The operator's file of tiles; beyond its last zoom its pictures are enlarged.
  function file(url, view) {
    var source = new pmtiles.PMTiles(url);
    source.getHeader().then(function (header) {
      pmtiles.leafletRasterLayer(source, { maxNativeZoom: header.maxZoom, minNativeZoom: header.minZoom }).addTo(view);
    }).catch(function () { /* no pictures; the outlines remain */ });
  }

  // A map of the site's layers in `box`; resolves to Leaflet's map, with the cities in `outlines`.
  // `still`: one finger scrolls the page, not the map.
  function draw(box, map, still) {
    return Promise.all([
      load(map), json(map.cities), map.base && json(map.base), map.borders && json(map.borders),
      map.reader && script(map.reader)
    ]).then(function (loaded) {
      var moves = !window.matchMedia('(prefers-reduced-motion: reduce)').matches;
      var view = L.map(box, {
        attributionControl: false, zoomControl: false, zoomSnap: 0.25, zoomDelta: 1, maxZoom: 17,
        maxBounds: EDGE, maxBoundsViscosity: 1, scrollWheelZoom: false,
        zoomAnimation: moves, fadeAnimation: moves, inertia: moves, dragging: !(still && L.Browser.mobile)
      });
      L.control.zoom({ zoomInTitle: map.words.in, zoomOutTitle: map.words.out }).addTo(view);
      box.addEventListener('keydown', function (event) { // Leaflet's buttons are links: a blank presses them too
        if (event.key === ' ' && event.target.matches('[role=button]')) {
          event.preventDefault();
          event.target.click();
        }
      });
      view.fitBounds(COAST);
      if (map.tiles) { L.tileLayer(map.tiles).addTo(view); }
      if (map.pmtiles) { file(map.pmtiles, view); }
      if (loaded[2]) { coast(loaded[2], view); }
      if (loaded[3]) { borders(loaded[3], view); }
      cities(loaded[1], map, view);
      view.outlines = loaded[1];
      // Not further out than the base map reaches.
      function least() { view.setMinZoom(view.getBoundsZoom(EDGE, true)); }
      view.on('resize', least);
      least();
      return view;
    });
  }

  function outline(name, all) {
    return all.features.find(function (feature) { return feature.properties.organisation === name; });
  }

  // The area of a dataset.
  function dataset(figure) {
    var asked = JSON.parse(figure.getAttribute('data-hanse-map'));
    draw(figure.querySelector('.hanse-map'), asked.map, true).then(function (view) {
      var group = L.featureGroup();
      asked.drawn.forEach(function (shape) {
        try {
          L.geoJSON(shape.city ? outline(shape.city, view.outlines) : shape, {
            interactive: false,
            style: { className: 'hanse-map-area' },
            pointToLayer: function (feature, at) {
              return L.circleMarker(at, { radius: 6, interactive: false, className: 'hanse-map-area' });
            }
          }).eachLayer(function (layer) { group.addLayer(layer); });
        } catch (fault) { /* a shape that its portal wrote wrong; the words remain */ }
      });
      if (!group.getLayers().length) { return; }
      group.addTo(view);
      view.fitBounds(group.getBounds().pad(0.6), { maxZoom: 10.5, animate: false });
    }).catch(function () { figure.hidden = true; });
  }

  function framed(view) {
    var size = view.getSize();
    var northWest = view.containerPointToLatLng([size.x * FRAME, size.y * FRAME]);
    var southEast = view.containerPointToLatLng([size.x * (1 - FRAME), size.y * (1 - FRAME)]);
    return [northWest.lng, southEast.lat, southEast.lng, northWest.lat];
  }

  function sides(text) { return text.split(',').map(Number); }

  function into(view, box) {
    var size = view.getSize();
    view.fitBounds([[box[1], box[0]], [box[3], box[2]]], {
      padding: [size.x * FRAME, size.y * FRAME], animate: false
    });
  }

  // Names of the areas of the list whose middle is in the frame: cities, or the districts of one.
  function inside(select, frame) {
    function named(options) {
      return options.filter(function (option) {
        var box = sides(option.getAttribute('data-box'));
        var x = (box[0] + box[2]) / 2, y = (box[1] + box[3]) / 2;
        return x > frame[0] && x < frame[2] && y > frame[1] && y < frame[3];
      });
    }
    var groups = [...select.querySelectorAll('optgroup')].slice(0, -1);
    var whole = groups.filter(function (group) { return named([group.firstElementChild]).length; });
    if (whole.length > 1) { return whole.map(function (group) { return group.label; }); }
    var found = [];
    groups.forEach(function (group) {
      var districts = named([...group.children].slice(1));
      if (whole[0] === group && districts.length > 5) { found.push(group.label); return; }
      districts.forEach(function (option) { found.push(group.label + ', ' + option.textContent); });
    });
    return found.length ? found : whole.map(function (group) { return group.label; });
  }

  // Choosing an area: a dialog with a map; what is in its frame is searched.
  function filter(section) {
    var dialog = section.querySelector('dialog');
    var select = section.querySelector('select');
    var open = section.querySelector('[data-hanse-area-open]');
    var take = section.querySelector('[data-hanse-area-take]');
    var told = section.querySelector('[role=status]');
    var asked = JSON.parse(dialog.getAttribute('data-hanse-map'));
    var view;

    function tell() {
      var names = inside(select, framed(view));
      var words = told.getAttribute(names.length ? 'data-inside' : 'data-nothing');
      told.textContent = words.replace('{places}', names.slice(0, 6).join('; ') + (names.length > 6 ? ' …' : ''));
    }
    function show() {
      var chosen = select.selectedOptions[0].getAttribute('data-box');
      into(view, chosen ? sides(chosen) : [COAST[0][1], COAST[0][0], COAST[1][1], COAST[1][0]]);
      tell();
    }
    open.hidden = false;
    open.addEventListener('click', function () {
      dialog.showModal();
      if (view) { view.invalidateSize(); show(); return; }
      draw(dialog.querySelector('.hanse-map'), asked.map).then(function (made) {
        view = made;
        view.scrollWheelZoom.enable();
        districts(select, view);
        show();
        view.on('moveend', tell);
      }).catch(function () { dialog.close(); open.hidden = true; });
    });
    dialog.querySelector('[data-hanse-area-close]').addEventListener('click', function () { dialog.close(); });
    take.addEventListener('click', function () {
      if (!view) { return; }
      var box = framed(view).map(function (side) { return Number(side.toFixed(3)); }).join(',');
      var option = new Option(take.getAttribute('data-hanse-area-take'), box, true, true);
      option.setAttribute('data-box', box);
      select.prepend(option);
      dialog.close();
      select.focus(); // htmx replaces the filters, and keeps the focus of what has an id
      select.form.requestSubmit();
    });
  }

  function begin() {
    document.querySelectorAll('[data-hanse-area]:not([data-begun])').forEach(function (section) {
      section.setAttribute('data-begun', '');
      filter(section);
    });
    document.querySelectorAll('figure[data-hanse-map][hidden]').forEach(function (figure) {
      figure.hidden = false;
      new IntersectionObserver(function (seen, observer) {
        if (!seen.some(function (entry) { return entry.isIntersecting; })) { return; }
        observer.disconnect();
        dataset(figure);
      }, { rootMargin: '200px' }).observe(figure);
    });
  }

  // What was not chosen does not stand in the address.
  document.addEventListener('formdata', function (event) {
    ['area', 'area_relation'].forEach(function (name) {
      if (!event.formData.get(name)) { event.formData.delete(name); }
    });
    if (!event.formData.get('area')) { event.formData.delete('area_relation'); }
  });
  document.addEventListener('htmx:afterSettle', begin);
  begin();
})();
